import { isObject } from "../../dialects/shared/json.ts";
import type { ForeignEvent } from "../../trajectory.ts";
import { readArguments } from "../shared/call.ts";
import type { Fields } from "../shared/fields.ts";
import { refuse } from "../shared/refuse.ts";

type Call = Extract<ForeignEvent, { type: "turn" }>["tool_calls"][number];

/** A call; ours say of a malformed one what the model wrote instead of an object. `ids` are those of the step so far. */
export function readAtifCall(call: Fields, ids: Set<string>, repaired: Set<string>): Call {
  const name = call.text("function_name");
  if (name === undefined) return refuse("call-without-name", "a call does not say which tool it calls");
  const id = call.text("tool_call_id") ?? madeId(ids, repaired);
  ids.add(id);
  const extra = call.fields("extra");
  const raw = extra.peek("raw_arguments");
  const args = call.value("arguments");
  if (extra.peek("malformed") === true && typeof raw === "string" && isObject(args) && isEmpty(args)) {
    extra.flag("malformed");
    extra.text("raw_arguments");
    return { id, name, arguments: { malformed: raw }, malformed: true };
  }
  const { rule, ...read } = readArguments(args);
  if (rule !== undefined) repaired.add(rule);
  return { id, name, ...read };
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

function madeId(ids: ReadonlySet<string>, repaired: Set<string>): string {
  repaired.add("missing-call-id");
  let made = ids.size;
  do made++;
  while (ids.has(`call_${made}`));
  return `call_${made}`;
}
