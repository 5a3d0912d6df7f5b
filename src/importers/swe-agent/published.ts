import { endReason, readClaim } from "../shared/common.ts";
import { Conversation } from "../shared/conversation.ts";
import type { Draft } from "../shared/define.ts";
import type { Fields } from "../shared/fields.ts";
import { refuse } from "../shared/refuse.ts";
import { readLastFence, readTextResult } from "../shared/text-calls.ts";

/** Rows of a published set of SWE-agent runs: `trajectory[{role: system | user | ai, text, system_prompt}]`. */
export function readPublished(row: Fields): Draft {
  const conversation = new Conversation();
  for (const message of row.list("trajectory")) {
    const role = message.text("role");
    const text = message.text("text") ?? message.text("system_prompt") ?? "";
    if (role === "system") conversation.input("system", text);
    else if (role === "user" && conversation.open > 0)
      conversation.result({ ...readTextResult(text), inText: true });
    else if (role === "user") conversation.input("user", text);
    else if (role === "ai") {
      const { rules, ...turn } = readLastFence(text);
      for (const rule of rules) conversation.repaired.add(rule);
      conversation.turn(turn);
    } else refuse("unknown-role", `a message of the role ${role ?? "(none)"}`);
  }
  const status = row.text("exit_status");
  return {
    instance: row.text("instance_id"),
    agent: { name: "swe-agent" },
    model: row.text("model_name"),
    grade: readClaim(row, ["target", "resolved"]),
    patch: row.text("generated_patch"),
    end: status === undefined ? undefined : { reason: endReason(status), detail: status },
    events: conversation.finish(),
    repaired: conversation.repaired,
  };
}
