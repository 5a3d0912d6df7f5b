import { isEmptyWord, termsOf, type Term } from "./words.ts";

/** What an instruction says of one definition to find. What it does not say is absent. */
export interface Wanted {
  readonly text: string;
  /** Its name, where the instruction gives it. */
  readonly name?: string;
  readonly kind?: "function" | "method" | "class";
  readonly terms: readonly Term[];
  /** Names in backquotes: parameters, called functions, exceptions. */
  readonly names: readonly string[];
  readonly parameterCount?: number;
  readonly returns?: "value" | "nothing" | "yields";
  /** Of a class: methods without the special ones. */
  readonly methodCount?: number;
  readonly isAsync: boolean;
  readonly isProperty: boolean;
}

/** The definitions that an instruction describes, one per list item, or one in the most telling paragraph. */
export function readDescriptions(instruction: string): Wanted[] {
  const paragraphs = instruction.split(/\n\s*\n/).map((paragraph) => paragraph.trim());
  const best = paragraphs.toSorted((a, b) => descriptiveness(b) - descriptiveness(a))[0] ?? instruction;
  const items = best.split(/\n(?=\d+\.\s)/).map((item) => item.replace(/^\d+\.\s+/, ""));
  return items.filter((item) => item.trim() !== "").map(readDescription);
}

/** Descriptions are dense in words with a subject and say of what shape the thing is; instructions around them are not. */
function descriptiveness(paragraph: string): number {
  const words = paragraph.toLowerCase().match(/\p{L}+/gu) ?? [];
  const telling = new Set(words.filter((word) => !isEmptyWord(word))).size;
  const shape = SHAPE_CUES.filter((cue) => cue.test(paragraph)).length;
  const orders = (paragraph.match(/\b(?:do not|don't|please|docstrings?|without|task)\b/gi) ?? []).length;
  return telling + 4 * shape - 4 * orders;
}

const NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split(" ");
const COUNT = `(${NUMBERS.join("|")}|\\d+)`;
const KIND =
  /\b(?:(?:coroutine |asynchronous |class |static )?(method|member|property|computed attribute)|(class|type)|(function|routine|callable|generator|coroutine))\b/i;
const PARAMETERS = new RegExp(`\\b${COUNT} (?:parameter|argument)s?\\b`, "i");
const NO_PARAMETERS =
  /\b(?:without|takes? no|needs? no) (?:parameters|arguments)\b|\bnothing has to be handed in\b/i;
const METHODS = new RegExp(`\\b${COUNT} (?:public )?methods?\\b`, "i");
const RETURNS: readonly (readonly [Wanted["returns"], RegExp])[] = [
  ["yields", /\byields?\b|\bgenerator\b|one by one|one after the other/i],
  ["nothing", /\breturns? (?:nothing|none)\b|gives? nothing back|effects alone|no return value/i],
  ["value", /\breturns?\b|gives? (?:a |the )?\w+ back|hands? a result/i],
];
const SHAPE_CUES = [KIND, PARAMETERS, NO_PARAMETERS, METHODS, RETURNS[2]?.[1] ?? KIND];

function readDescription(text: string): Wanted {
  const called = /\b(?:is called|is named|named|called) `([A-Za-z_][\w.]*)`/.exec(text)?.[1];
  const kind = KIND.exec(text);
  const names = [...text.matchAll(/`([A-Za-z_][\w.]*)`/g)].map((match) => match[1] ?? "");
  const count = NO_PARAMETERS.test(text) ? 0 : numberOf(PARAMETERS.exec(text)?.[1]);
  const methods = /apart from special methods it has none|no public methods/i.test(text)
    ? 0
    : numberOf(METHODS.exec(text)?.[1]);
  const isClass = kind?.[2] !== undefined;
  const returns = isClass ? undefined : RETURNS.find(([, cue]) => cue.test(text))?.[0];
  return {
    text,
    ...(called === undefined ? {} : { name: called }),
    ...(kind === null ? {} : { kind: isClass ? "class" : kind[1] === undefined ? "function" : "method" }),
    terms: termsOf(text.replaceAll(/`[^`]*`/g, " , ")),
    names: [...new Set(names)].filter((name) => name !== called),
    ...(count === undefined || isClass ? {} : { parameterCount: count }),
    ...(returns === undefined ? {} : { returns }),
    ...(methods === undefined || !isClass ? {} : { methodCount: methods }),
    isAsync: /\b(?:coroutine|asynchronous)\b/i.test(text),
    isProperty: /\b(?:property|computed attribute)\b/i.test(text),
  };
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const place = NUMBERS.indexOf(text.toLowerCase());
  return place === -1 ? Number(text) : place;
}
