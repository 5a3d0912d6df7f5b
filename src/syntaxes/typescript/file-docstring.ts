import type { Span } from "../../syntax.ts";
import type { Definitions } from "./definitions.ts";
import { isFileBlock, isJsdoc } from "./jsdoc.ts";
import { type Node, startOf } from "./nodes.ts";
import type { Parsed } from "./parse.ts";

/**
 * The JSDoc that is about the file: the first block above the first statement that documents no definition and either
 * says so (`@file`, `@module`…) or does not stand directly on something else that it could be about.
 */
export function fileDocstring({ text, file }: Parsed, { comments, list }: Definitions): Span | undefined {
  const first: Node | undefined = file.program.directives[0] ?? file.program.body[0];
  const end = first === undefined ? text.length : startOf(first);
  const taken = new Set(list.slice(0, 1).map(({ docstring }) => docstring?.start));
  const blocks = comments.filter((comment) => comment.end <= end && !taken.has(comment.start));
  return blocks.find((block, index) => {
    const comment = text.slice(block.start, block.end);
    if (isFileBlock(comment)) return true;
    const next = blocks[index + 1]?.start ?? end;
    return (
      isJsdoc(comment) &&
      (first === undefined || IMPORTS.has(first.type) || /\n\s*\n/.test(text.slice(block.end, next)))
    );
  });
}

const IMPORTS: ReadonlySet<string> = new Set(["ImportDeclaration", "ExportAllDeclaration", "Directive"]);
