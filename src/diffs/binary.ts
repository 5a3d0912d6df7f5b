import { inflateSync } from "node:zlib";
import type { BinaryPatch } from "../diff.ts";
import type { LineReader } from "./lines.ts";
import { DiffRefused, malformed } from "./refused.ts";

/** Reads what follows a "GIT binary patch" line: the forward data, and the data to undo it, which is only checked. */
export function readBinaryPatch(reader: LineReader, maxBytes: number): BinaryPatch {
  const forward = readBlock(reader, maxBytes);
  if (forward === undefined) throw malformed('"literal" or "delta" was expected', reader.number);
  readBlock(reader, maxBytes);
  return forward;
}

function readBlock(reader: LineReader, maxBytes: number): BinaryPatch | undefined {
  const method = /^(literal|delta) (\d{1,15})\n/.exec(reader.peek());
  if (method === null && /^(literal|delta) /.test(reader.peek())) {
    throw malformed("binary data without its size", reader.number);
  }
  if (method === null) return undefined;
  const line = reader.number;
  reader.next();
  const size = Number(method[2]);
  if (size > maxBytes) throw new DiffRefused("diff-too-large", `line ${line}: binary data of ${size} bytes`);
  const packed: Uint8Array[] = [];
  while (reader.peek() !== "\n") {
    if (reader.peek() === "") throw malformed("the diff ends within binary data", reader.number);
    packed.push(decodeLine(reader.peek(), reader.number));
    reader.next();
  }
  reader.next();
  return {
    kind: method[1] === "literal" ? "literal" : "delta",
    bytes: inflate(Buffer.concat(packed), size, line),
  };
}

function inflate(packed: Uint8Array, size: number, line: number): Uint8Array {
  try {
    const result = inflateSync(packed, { maxOutputLength: Math.max(size, 1) });
    if (result.length === size) return result;
  } catch {
    // Whatever is wrong with the data, the answer is the same.
  }
  throw malformed(`binary data does not unpack to the ${size} bytes that it claims`, line);
}

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
const VALUES = new Map([...ALPHABET].map((character, value) => [character, value]));

/** A letter for the number of bytes, then groups of five characters of base 85 for four bytes each. */
function decodeLine(line: string, number: number): Uint8Array {
  const code = line.charCodeAt(0);
  const isUpper = code >= 65 && code <= 90;
  const isLower = code >= 97 && code <= 122;
  const length = isUpper ? code - 64 : code - 70;
  const groups = (line.length - 2) / 5;
  const fits = (isUpper || isLower) && Number.isInteger(groups) && groups > 0;
  if (!fits || length > groups * 4 || length <= groups * 4 - 4)
    throw malformed("a line of binary data is broken", number);
  const bytes = Buffer.alloc(groups * 4);
  for (let group = 0; group < groups; group++) {
    let value = 0;
    for (let index = 0; index < 5; index++) {
      const digit = VALUES.get(line.charAt(1 + group * 5 + index));
      if (digit === undefined) throw malformed("a character of binary data is not base 85", number);
      value = value * 85 + digit;
    }
    if (value > 0xffffffff) throw malformed("a group of binary data is out of range", number);
    bytes.writeUInt32BE(value, group * 4);
  }
  return bytes.subarray(0, length);
}

/**
 * Follows git's delta instructions: copy a stretch of the old content, or insert bytes.
 * Undefined when they do not fit the old content or contradict themselves.
 */
export function applyDelta(base: Uint8Array, delta: Uint8Array, maxBytes: number): Uint8Array | undefined {
  let position = 0;
  const byte = () => delta[position++] ?? Number.NaN;
  const size = () => {
    let result = 0;
    for (let shift = 1; ; shift *= 128) {
      const value = byte();
      if (Number.isNaN(value) || shift > 2 ** 42) return Number.NaN;
      result += (value & 0x7f) * shift;
      if (value < 0x80) return result;
    }
  };
  if (size() !== base.byteLength) return undefined;
  const total = size();
  if (Number.isNaN(total)) return undefined;
  if (total > maxBytes) throw new DiffRefused("diff-too-large", `a binary change makes ${total} bytes`);
  const result = Buffer.alloc(total);
  let filled = 0;
  while (position < delta.byteLength) {
    const command = byte();
    if (command === 0) return undefined;
    let from: Uint8Array;
    if (command < 0x80) {
      from = delta.subarray(position, position + command);
      if (from.byteLength !== command) return undefined;
      position += command;
    } else {
      const [offset, count] = copyRange(command, byte);
      if (!(offset + count <= base.byteLength)) return undefined;
      from = base.subarray(offset, offset + count);
    }
    if (filled + from.byteLength > total) return undefined;
    result.set(from, filled);
    filled += from.byteLength;
  }
  return filled === total ? result : undefined;
}

/** Seven bits say which bytes of the offset (four) and the size (three) follow. */
function copyRange(command: number, byte: () => number): [offset: number, count: number] {
  let offset = 0;
  let count = 0;
  for (let bit = 0; bit < 4; bit++) if (command & (1 << bit)) offset += byte() * 256 ** bit;
  for (let bit = 0; bit < 3; bit++) if (command & (0x10 << bit)) count += byte() * 256 ** bit;
  return [offset, count === 0 ? 0x10000 : count];
}
