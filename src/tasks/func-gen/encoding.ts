import type { Json } from "../../base/json.ts";

/**
 * What `driver/encoding.py` writes, brought to a text that two values have in common when Python's `==` holds for them as far as
 * plain data goes: numbers by their exact value whatever their type, a list is no tuple, the order of sets and dictionaries does not
 * matter, a subclass that compares as its base does is its base. It differs from `==` where that would ask the code under test:
 * objects are equal when their class has the same name and their state is equal; NaN is NaN; iterators are equal when what they give is.
 *
 * @throws RangeError for anything else: what comes from a candidate may be anything.
 */
export function keyOf(encoded: Json | undefined): string {
  const [tag, ...parts] = list(encoded);
  const write = WRITERS.get(text(tag));
  if (write === undefined) throw notAnEncoding();
  return write(parts);
}

/** What a call came to, as the driver says it: `["returned", value]` or `["raised", type]`, and the arguments where they are changed. */
export function outcomeKey(outcome: Json | undefined): string {
  const [kind, what, after] = list(outcome);
  const changed = after === undefined ? "" : ` with ${keyOf(after)}`;
  if (kind === "returned") return `returned ${keyOf(what)}${changed}`;
  if (kind === "raised") return `raised ${text(what)}${changed}`;
  throw notAnEncoding();
}

/** Whether both are outcomes, and equal. */
export function sameOutcome(expected: Json | undefined, actual: Json | undefined): boolean {
  try {
    return outcomeKey(expected) === outcomeKey(actual);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const WRITERS: ReadonlyMap<string, Writer> = new Map<string, Writer>([
  ["none", () => "none"],
  ["int", ([digits]) => number(integer(digits), 1n)],
  ["ratio", ([above, below]) => number(integer(above, LONGEST_RATIO), integer(below, LONGEST_RATIO))],
  ["float", ([value]) => float(value)],
  ["complex", ([real, imaginary]) => complex(float(real), float(imaginary))],
  ["str", ([value]) => quoted(value)],
  ["codes", ([codes]) => `codes:${JSON.stringify(list(codes))}`],
  ["bytes", ([digits]) => `bytes:${text(digits)}`],
  ["list", ([items]) => `list[${keys(items).join()}]`],
  ["tuple", ([items]) => `tuple[${keys(items).join()}]`],
  ["deque", ([items]) => `deque[${keys(items).join()}]`],
  ["iterator", ([items]) => `iterator[${keys(items).join()}]`],
  ["set", ([items]) => `set{${[...new Set(keys(items))].sort().join()}}`],
  ["dict", ([items]) => `dict{${pairs(items, keyOf)}}`],
  ["range", (parts) => `range:${parts.map((part) => integer(part).toString(16)).join()}`],
  ["enum", (parts) => `enum:${JSON.stringify(parts)}`],
  ["reference", (parts) => `reference:${JSON.stringify(parts)}`],
  ["value", (parts) => `value:${JSON.stringify(parts)}`],
  ["cycle", ([depth]) => `cycle:${JSON.stringify(depth)}`],
  ["instance", ([name, state]) => `instance:${quoted(name)}{${pairs(state, quoted)}}`],
]);

type Writer = (parts: readonly Json[]) => string;

function notAnEncoding(): RangeError {
  return new RangeError("not an encoding");
}

function list(value: Json | undefined): readonly Json[] {
  if (!Array.isArray(value)) throw notAnEncoding();
  return value;
}

function text(value: Json | undefined): string {
  if (typeof value !== "string") throw notAnEncoding();
  return value;
}

function quoted(value: Json | undefined): string {
  return JSON.stringify(text(value));
}

function keys(items: Json | undefined): string[] {
  return list(items).map((item) => keyOf(item));
}

function pairs(items: Json | undefined, name: (first: Json | undefined) => string): string {
  const written = list(items).map((item) => {
    const [first, second] = list(item);
    return `${name(first)}:${keyOf(second)}`;
  });
  return written.sort().join();
}

/** Hexadecimal digits of a fraction's parts: bringing longer ones to lowest terms takes a stranger's time. */
const LONGEST_RATIO = 2000;

function integer(value: Json | undefined, longest = Infinity): bigint {
  const digits = text(value);
  if (!/^-?[0-9a-f]+$/.test(digits) || digits.length > longest) throw notAnEncoding();
  return digits.startsWith("-") ? -BigInt(`0x${digits.slice(1)}`) : BigInt(`0x${digits}`);
}

/** A float as `repr` writes it; what is not finite stands for itself. */
function float(value: Json | undefined): string {
  const written = text(value);
  if (/^-?inf$|^nan$/.test(written)) return `number:${written}`;
  if (!/^-?[0-9.]+(?:e[-+]?\d+)?$/.test(written)) throw notAnEncoding();
  // Every finite double is a whole number over a power of two.
  let above = Number(written);
  let below = 1n;
  for (; !Number.isInteger(above); above *= 2) below *= 2n;
  return number(BigInt(above), below);
}

function number(above: bigint, below: bigint): string {
  if (below < 1n) throw notAnEncoding();
  const common = below === 1n ? 1n : commonDivisor(above < 0n ? -above : above, below);
  return `number:${(above / common).toString(16)}/${(below / common).toString(16)}`;
}

function commonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

function complex(real: string, imaginary: string): string {
  return imaginary === "number:0/1" ? real : `complex:${real},${imaginary}`;
}
