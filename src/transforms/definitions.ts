import type { TransformRow } from "../transform.ts";

/** The row without these tools among those that the model is told of. */
export function withoutDefinitions(
  row: TransformRow,
  isDropped: (toolName: string) => boolean,
): { readonly row: TransformRow; readonly dropped: number } {
  let dropped = 0;
  const items = row.items.map((item) => {
    const { event } = item;
    if (event.type !== "start" && event.type !== "tools") return item;
    const tools = event.tools.filter(({ name }) => !isDropped(name));
    dropped += event.tools.length - tools.length;
    return tools.length === event.tools.length ? item : { ...item, event: { ...event, tools } };
  });
  return { row: { ...row, items }, dropped };
}
