import type { AgentContext, AgentEnd } from "../../agent.ts";
import type { ToolCall } from "../../model.ts";
import type { ToolPreset, ToolResult } from "../../tool.ts";
import type { Conversation } from "./conversation.ts";
import { MAX_REPEATS, repeatWarning, WARN_REPEATS } from "./repeats.ts";

/** Why a call is answered and not run. */
const FINISHED = "Not run: the work was already finished.";
const NO_TIME = "Not run: the time was up.";
const AFTER_UNKNOWN = "Not run: the work was interrupted at a call before this one.";
const UNKNOWN =
  "The work was interrupted at this call, and whether it ran is not known. Look at what is there before you do it again.";

/** Runs the calls of a turn that have no result yet, in order; after one that finishes the rest are answered but not run. */
export async function answerCalls(
  pending: readonly ToolCall[],
  conversation: Conversation,
  context: AgentContext,
  /** Set where the first of the calls may have run before: the work was interrupted. */
  interrupted: ToolPreset | undefined,
): Promise<AgentEnd | undefined> {
  let refusal = interrupted === undefined || mayRunAgain(pending[0], interrupted) ? undefined : UNKNOWN;
  let end: AgentEnd | undefined;
  let warned = false;
  for (const [index, call] of pending.entries()) {
    if (refusal === undefined && context.remainingMs() <= 0) refusal = NO_TIME;
    const result = refusal === undefined ? await callTool(call, conversation.cut, context) : refused(refusal);
    if (refusal === UNKNOWN) refusal = AFTER_UNKNOWN;
    if (result.finished === true) {
      end = { reason: "finished" };
      refusal = FINISHED;
    }
    const times = refusal === undefined ? conversation.repeats.count(call, result) : 1;
    // A model that says it all in one turn has had no warning to heed.
    if (times >= MAX_REPEATS && conversation.repeats.warned) {
      end ??= { reason: "repeated-calls", detail: `${call.name}, ${times} times` };
    }
    warned ||= times >= WARN_REPEATS;
    const last = index === pending.length - 1 && end?.reason !== "finished";
    const content = result.content + repeatWarning(times) + (last ? conversation.budget.notice() : "");
    await conversation.add({
      type: "result",
      toolCallId: call.id,
      toolName: call.name,
      result: { ...result, content },
    });
  }
  conversation.repeats.warned ||= warned;
  return end;
}

function mayRunAgain(call: ToolCall | undefined, preset: ToolPreset): boolean {
  if (call === undefined || call.malformed) return true;
  const tool = preset.tools.find(({ definition }) => definition.name === call.name);
  return tool === undefined || (tool.repeatable?.({ ...call.arguments }) ?? false);
}

function refused(content: string): ToolResult {
  return { content, isError: true };
}

const SHOWN_CHARACTERS = 1000;

async function callTool(call: ToolCall, cut: boolean, context: AgentContext): Promise<ToolResult> {
  if (!call.malformed) return context.tools.call(call.name, { ...call.arguments });
  const why = cut ? " Your answer was cut at its token limit: make it shorter." : "";
  const wrote = String(call.arguments["malformed"]);
  return refused(
    `The arguments of this call were not a JSON object, so it was not run.${why} Send it again. They were: ${wrote.slice(0, SHOWN_CHARACTERS)}${wrote.length > SHOWN_CHARACTERS ? "…" : ""}`,
  );
}
