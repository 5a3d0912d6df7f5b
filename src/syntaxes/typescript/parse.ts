import { parse } from "@babel/parser";
import { messageOf } from "../../base/errors.ts";
import type { Dialect, Mode } from "./dialects.ts";
import { type Fault, faultsOf, withoutPosition } from "./faults.ts";
import { withinTime } from "./time-limit.ts";

/** Files above this many characters are not judged: no one's source, and a way to stall a grader. */
const MAX_SOURCE_LENGTH = 2_000_000;

/** The parser tries one reading after another, and in `<T>(<T>(<T>(…` twice as many with each level. */
const LONGEST_MS = 10_000;
const TOO_LONG: Fault = { offset: 0, message: "takes too long to read" };

const OPTIONS = {
  attachComment: false,
  createParenthesizedExpressions: true,
  errorRecovery: true,
  locations: false,
} as const;

export interface Parsed {
  readonly text: string;
  readonly file: ReturnType<typeof parse>;
  readonly mode: Mode;
}

/** Reads a file in the first way that finds no fault, or names the fault of the way that came furthest. */
export function parseText(dialect: Dialect, text: string, tokens = false): Parsed | Fault {
  let furthest: Fault | undefined;
  for (const mode of dialect.modes(text)) {
    const result = parseIn(mode, text, tokens);
    if ("file" in result || result === TOO_LONG) return result;
    if (furthest === undefined || result.offset > furthest.offset) furthest = result;
  }
  return furthest ?? { offset: 0, message: "cannot be read" };
}

/** Reads a file in one way. With tokens it takes more time and much more memory. */
export function parseIn(mode: Mode, text: string, tokens = false): Parsed | Fault {
  if (text.length > MAX_SOURCE_LENGTH) {
    return { offset: 0, message: `longer than ${MAX_SOURCE_LENGTH} characters` };
  }
  try {
    const options = { ...mode, ...OPTIONS, tokens };
    const file = withinTime(LONGEST_MS, () => parse(text, options));
    return file === undefined ? TOO_LONG : (faultsOf(file, text)[0] ?? { text, file, mode });
  } catch (error) {
    // The parser is recursive, and a deep enough program ends its stack.
    if (error instanceof RangeError) return { offset: 0, message: "too deeply nested" };
    return { offset: positionOf(error), message: withoutPosition(messageOf(error)) };
  }
}

function positionOf(error: unknown): number {
  const position = typeof error === "object" && error !== null && "pos" in error ? error.pos : 0;
  return typeof position === "number" ? position : 0;
}
