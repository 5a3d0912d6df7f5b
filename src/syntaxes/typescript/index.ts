import type { Syntax } from "../../syntax.ts";
import { type Dialect, dialects } from "./dialects.ts";
import { insertDocstringEdit, removeDocstringEdit } from "./docstring-edits.ts";
import { decodeUtf8 } from "./encoding.ts";
import { commentsOf } from "./list-comments.ts";
import { outlineOf } from "./outline.ts";
import { compareCode } from "./same-code.ts";
import { validityOf } from "./source.ts";

/** TypeScript and JavaScript, by Babel's parser: one syntax per dialect, for what a file may hold depends on its extension. */
export const typescriptAndJavascript: readonly Syntax[] = dialects.map(syntaxOf);

function syntaxOf(dialect: Dialect): Syntax {
  return {
    language: dialect.language,
    handles: (path) => dialect.path.test(path),
    decode: decodeUtf8,
    outline: (source) => outlineOf(dialect, source),
    validity: (source) => validityOf(dialect, source),
    sameCode: (before, after) => compareCode(dialect, before, after),
    removeDocstring: (source, definition) => removeDocstringEdit(dialect, source, definition),
    insertDocstring: (source, definition, text) => insertDocstringEdit(dialect, source, definition, text),
    comments: (source) => commentsOf(dialect, source),
    lineComment: "//",
  };
}
