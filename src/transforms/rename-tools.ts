import { z } from "zod";
import { parseValue } from "../base/json.ts";
import type { Item, Transform, TransformResult, TransformRow } from "../transform.ts";
import { isTurn, one, refused, type EventOf, type Turn } from "./items.ts";
import { respell } from "./respell.ts";
import { ROLES, TOOL_SETS, without, type Role, type ToolSet } from "./tool-sets.ts";

const names = TOOL_SETS.map(({ name }) => name);
const optionsSchema = z.strictObject({
  /** The set of tools in whose words calls are to be. */
  to: z.enum(names),
});
const parse = (options: unknown) =>
  parseValue(options, optionsSchema, "options of the transform rename-tools");

/** Calls in the words of the scaffold in which a student will be run. What results say stays as it was. */
export const renameTools: Transform = {
  name: "rename-tools",
  version: 1,
  changes: "spells calls and definitions of tools as another set has them, where nothing of a call is lost",
  may: { rename: true },
  parseOptions: parse,
  open(given) {
    const { to } = parse(given);
    const set = TOOL_SETS.find(({ name }) => name === to);
    if (set === undefined) throw new Error("unreachable");
    return (row) => renamed(row, set);
  },
};

function renamed(row: TransformRow, set: ToolSet): TransformResult {
  const used = new Set<Role>();
  let [calls, results, risks] = [0, 0, false];
  let open = new Map<string, string>();
  const items: Item[] = [];
  for (const item of row.items) {
    const { event } = item;
    if (event.type === "tools") return refused("tools-changed", "the tools change within the record");
    if (event.type === "result") {
      const name = open.get(event.tool_call_id) ?? event.tool_name;
      if (name !== event.tool_name) results++;
      items.push(name === event.tool_name ? item : { ...item, event: { ...event, tool_name: name } });
    } else if (isTurn(item)) {
      const turn = renameTurn(item, set);
      if (turn.kind === "refused") return turn;
      for (const { role, call } of turn.calls) {
        used.add(role);
        risks ||= call.arguments["security_risk"] !== undefined;
      }
      open = new Map(turn.calls.map(({ call }) => [call.id, call.name]));
      calls += turn.changed;
      items.push(turn.item);
    } else items.push(item);
  }
  const [start, ...rest] = items;
  if (start?.event.type !== "start")
    return refused("no-start", "the record does not begin with a start event");
  const tools = definitionsFor(start.event.tools, set, used, risks);
  const isSame = JSON.stringify(tools) === JSON.stringify(start.event.tools);
  const counted = { calls, results, definitions: isSame ? 0 : tools.length };
  if (calls + results === 0 && isSame) return one(row, {});
  return one({ ...row, items: [{ ...start, event: { ...start.event, tools } }, ...rest] }, counted);
}

function renameTurn(item: Item & { readonly event: Turn }, set: ToolSet) {
  const respelled = [];
  for (const call of item.event.tool_calls) {
    const found = respell(call, set);
    if (found.kind === "refused") return found;
    respelled.push(found);
  }
  const changed = respelled.flatMap(({ call }, place) =>
    JSON.stringify(call) === JSON.stringify(item.event.tool_calls[place]) ? [] : [place],
  );
  const isChanged = (pointer: string | undefined) =>
    changed.some((place) => pointer?.startsWith(`/tool_calls/${place}/`));
  // A stretch that was marked may be elsewhere now: then the whole call is.
  const covered = item.marks.filter(({ pointer }) => isChanged(pointer));
  const marks = [
    ...item.marks.filter(({ pointer }) => !isChanged(pointer)),
    ...covered.map(({ pointer = "", kind, by }) => ({
      pointer: pointer.split("/").slice(0, 3).join("/"),
      kind,
      by,
    })),
    ...changed.map((place) => ({
      pointer: `/tool_calls/${place}`,
      kind: "renamed" as const,
      by: renameTools.name,
    })),
  ];
  const event = { ...item.event, tool_calls: respelled.map(({ call }) => call) };
  return {
    kind: "turn" as const,
    calls: respelled,
    changed: changed.length,
    item: changed.length === 0 ? item : { ...item, event, marks },
  };
}

/** Those of the set for which the row had a tool, in the set's order, and those that its calls use. */
function definitionsFor(
  before: EventOf<"start">["tools"],
  { definitions }: ToolSet,
  used: ReadonlySet<Role>,
  risks: boolean,
): EventOf<"start">["tools"] {
  const had = new Set(before.map(({ name }) => ROLES[name]));
  // Each of the two editors stands for the other where a set has but one.
  if (had.has("editor") && definitions.editor === undefined) had.add("edit");
  if (had.has("edit") && definitions.edit === undefined) had.add("editor");
  return Object.entries(definitions).flatMap(([role, definition]) => {
    const isWanted = had.has(role as Role) || used.has(role as Role);
    if (!isWanted || definition === undefined) return [];
    return [risks ? definition : without(definition, "security_risk")];
  });
}
