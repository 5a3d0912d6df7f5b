import type { DecodedSource, Validity } from "../../syntax.ts";
import { lineAt, lineStartsOf } from "../shared/lines.ts";
import { ruffFindings } from "./ruff.ts";
import { tokenize } from "./tokenizer.ts";
import { refusals } from "./refusals.ts";

/** Files above this many characters are not judged: no one's source, and a way to stall a grader. */
export const MAX_SOURCE_LENGTH = 2_000_000;

const known = new WeakMap<DecodedSource, Validity>();

/**
 * Whether CPython (the newest that Ruff knows) would compile the file. What tokens alone can show comes first, so that
 * absurd nesting never reaches a recursive parser.
 */
export function validityOf(source: DecodedSource): Validity {
  const before = known.get(source);
  if (before !== undefined) return before;
  const validity = judge(source.text);
  known.set(source, validity);
  return validity;
}

function judge(text: string): Validity {
  if (text.length > MAX_SOURCE_LENGTH) {
    return { valid: false, line: 1, message: `longer than ${MAX_SOURCE_LENGTH} characters` };
  }
  const nul = text.indexOf("\0");
  if (nul !== -1) return refuse(text, nul, "source code cannot contain null bytes");
  const tokens = tokenize(text);
  const [problem] = tokens.problems;
  if (problem !== undefined) return refuse(text, problem.offset, problem.message);
  const findings = ruffFindings(text);
  if (findings === "crashed") return { valid: false, line: 1, message: "too deeply nested for the parser" };
  const [finding] = findings;
  if (finding !== undefined) return { valid: false, line: finding.line, message: finding.message };
  const [refusal] = refusals(tokens);
  if (refusal !== undefined) return refuse(text, refusal.offset, refusal.message);
  return { valid: true };
}

function refuse(text: string, offset: number, message: string): Validity {
  return { valid: false, line: lineAt(lineStartsOf(text), offset), message };
}
