import type { DecodedSource, Validity } from "../../syntax.ts";
import { lineAt, lineStartsOf } from "../shared/lines.ts";
import type { Dialect } from "./dialects.ts";
import type { Fault } from "./faults.ts";
import { type Parsed, parseText } from "./parse.ts";

const known = new WeakMap<DecodedSource, { readonly dialect: Dialect; readonly result: Parsed | Fault }>();

/** The syntax tree of a source, made once while the source is in use. */
export function parsedSource(dialect: Dialect, source: DecodedSource): Parsed | Fault {
  const before = known.get(source);
  if (before?.dialect === dialect) return before.result;
  const result = parseText(dialect, source.text);
  known.set(source, { dialect, result });
  return result;
}

export function validityOf(dialect: Dialect, source: DecodedSource): Validity {
  const parsed = parsedSource(dialect, source);
  if ("file" in parsed) return { valid: true };
  const line = lineAt(lineStartsOf(source.text), parsed.offset);
  return { valid: false, line, message: parsed.message };
}
