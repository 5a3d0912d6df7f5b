import type { Syntax } from "../../syntax.ts";

/** The line that an agent puts above a dependency, as in the published rows; without indentation. */
export function markerLine(syntax: Pick<Syntax, "lineComment">, targetName: string): string {
  return `${syntax.lineComment} this function/class is called by the ${targetName} function`;
}
