import type { Syntax } from "../../syntax.ts";
import { bodyOf } from "./bodies.ts";
import { commentsOf } from "./comments.ts";
import { decodePython } from "./encoding.ts";
import { importsOf } from "./imports.ts";
import { insertDocstringEdit } from "./insert-docstring.ts";
import { outlineOf } from "./outline.ts";
import { removeDocstringEdit } from "./remove-docstring.ts";
import { compareCode } from "./same-code.ts";
import { validityOf } from "./validity.ts";

/** Python 3, by the tokens of its own tokenizer; stubs (`.pyi`) are Python too. */
export const python: Syntax = {
  language: "python",
  handles: (path) => /\.pyi?$/.test(path),
  decode: decodePython,
  outline: (source) => outlineOf(source.text),
  validity: validityOf,
  sameCode: compareCode,
  removeDocstring: (source, definition) => removeDocstringEdit(source.text, definition),
  insertDocstring: insertDocstringEdit,
  bodyOf: (source, definition) => bodyOf(source.text, definition),
  imports: (source) => importsOf(source.text),
  comments: (source) => commentsOf(source.text),
  lineComment: "#",
};
