import { python } from "../../src/syntaxes/python/index.ts";
import type { Settled } from "./judge-edit.ts";
import { isNewerSyntax } from "./newer-syntax.ts";

/** Holds our answer on one file against CPython's (`refused`: null where it compiles). */
export function judgeValidity(content: Uint8Array, refused: string | null, pythonVersion: string): Settled {
  const source = python.decode(content);
  const validity =
    "problem" in source ? { valid: false as const, message: source.detail } : python.validity(source);
  if (validity.valid === (refused === null)) {
    return { kind: "agreed", label: validity.valid ? "valid" : "not valid" };
  }
  if (!validity.valid) return { kind: "wrong", label: `refused: ${validity.message}` };
  const text = "problem" in source ? "" : source.text;
  if (isNewerSyntax(text, pythonVersion)) return { kind: "named", label: "newer syntax" };
  return { kind: "wrong", label: `valid, CPython: ${refused ?? ""}` };
}
