import { turnOf, type AgentContext } from "../../agent.ts";
import type { Message, Model, Sampling } from "../../model.ts";
import { trimMiddle } from "../../tools/trim.ts";
import type { Conversation } from "./conversation.ts";
import { digest } from "./digest.ts";

/** What of the window the newest turns may keep as they are. */
const KEPT_SHARE = 0.25;
const MAX_SUMMARY_TOKENS = 2048;
/** Some 2,500 tokens. */
const MAX_SUMMARY_CHARACTERS = 10_000;

const ASK =
  "Stop here for a moment: your older messages will be left out from now on. Do not call a tool. Write down, for yourself, what you need to go on: " +
  "what was asked, what you found (files, lines, names), what you changed, what is still to be done.";
const HEADING = "\n\n[Older messages were left out. What was done before:]\n";

export interface CondenseOptions {
  readonly model: Model;
  readonly sampling: Sampling;
  readonly context: AgentContext;
  readonly conversation: Conversation;
  /** The instruction as the model was given it. */
  readonly task: string;
  /** Tokens. */
  readonly window: number;
  readonly signal: AbortSignal;
}

/**
 * Gives the model a shorter history: what stands before the instruction and the instruction as they were, so that services keep them, with a
 * summary of the older turns after them, and the newest turns as they were. The record keeps all.
 * False where nothing could be left out.
 */
export async function condense(options: CondenseOptions): Promise<boolean> {
  const { conversation, task, context } = options;
  const { messages, size } = conversation;
  const keptFrom = startOfKept(options);
  const begin = messages.findIndex(({ role }) => role === "assistant");
  if (keptFrom <= begin) return false;
  const summary =
    (await summaryByModel(options)) ?? digest(summaryIn(messages, task), messages.slice(begin, keptFrom));
  const { text } = trimMiddle(summary, 0, MAX_SUMMARY_CHARACTERS);
  const shorter: Message[] = [
    ...messages.filter(({ role }) => role === "system"),
    { role: "user", content: `${task}${HEADING}${text}` },
    ...messages.slice(keptFrom),
  ];
  if (context.signal.aborted || size.tokensOf(shorter) >= size.tokensOf(messages)) return false;
  await conversation.add({ type: "context", reason: "condensed", messages: shorter });
  return true;
}

/** The earliest turn from which on all fits into the share; the last one in any case. */
function startOfKept({ conversation: { messages, size }, window }: CondenseOptions): number {
  let from = messages.findLastIndex(({ role }) => role === "assistant");
  for (let index = from - 1; index >= 0; index--) {
    if (size.partOf(messages.slice(index)) > window * KEPT_SHARE) break;
    if (messages[index]?.role === "assistant") from = index;
  }
  return from;
}

/** What an earlier summary said. */
function summaryIn(messages: readonly Message[], task: string): string {
  const first = messages.find(({ role }) => role === "user")?.content ?? "";
  return first.startsWith(task + HEADING) ? first.slice(task.length + HEADING.length) : "";
}

/**
 * Asked at the end of the history as it is, which the service has read already. Undefined where the service fails or the model says nothing:
 * then the summary is made without it.
 */
async function summaryByModel(options: CondenseOptions): Promise<string | undefined> {
  const { conversation, context, model, sampling, signal } = options;
  const { messages, turns, summaries } = conversation;
  const maxOutputTokens = Math.min(sampling.maxOutputTokens ?? MAX_SUMMARY_TOKENS, MAX_SUMMARY_TOKENS);
  const question = { role: "user", content: ASK } as const;
  const request = {
    messages: [...messages, question],
    tools: context.tools.definitions,
    sampling: { ...sampling, maxOutputTokens },
    signal,
  };
  const branch = `condense-${summaries + 1}`;
  await conversation.add({ type: "branch", id: branch, kind: "other", after: turns });
  await conversation.add({ type: "context", reason: "condensed", messages, branch });
  await conversation.add({ type: "input", ...question, branch });
  const answer = await model.complete(request).catch(() => undefined);
  if (answer === undefined) return undefined;
  await conversation.add({ ...turnOf(answer), branch });
  const { content, toolCalls } = answer.message;
  return content.trim() === "" || toolCalls.length > 0 ? undefined : content.trim();
}
