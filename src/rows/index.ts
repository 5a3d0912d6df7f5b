import { type Row, RowError, type RowShape } from "../row.ts";
import type { Syntax } from "../syntax.ts";
import { depSearchRows } from "./dep-search.ts";
import { funcGenRows } from "./func-gen.ts";
import { funcLocalizeRows } from "./func-localize.ts";
import { issueLocalizeRows } from "./issue-localize.ts";

/** All shapes of published rows; a new one is a line here. */
export function rowShapes(syntaxOf: (path: string) => Syntax | undefined): readonly RowShape[] {
  return [
    funcLocalizeRows(syntaxOf),
    depSearchRows(syntaxOf),
    issueLocalizeRows(syntaxOf),
    funcGenRows(syntaxOf),
  ];
}

/** @throws RowError `row-shape-unknown`. */
export function shapeOf(shapes: readonly RowShape[], row: Row): RowShape {
  const shape = shapes.find((one) => one.recognises(row));
  if (shape !== undefined) return shape;
  const known = shapes.map(({ name }) => name).join(", ");
  throw new RowError({
    code: "row-shape-unknown",
    message: "the row has no known shape",
    hint: `Rows may be of ${known}; docs/rows.md lists their fields.`,
  });
}
