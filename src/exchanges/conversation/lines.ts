import { canonicalJson } from "../../base/json.ts";
import type { AskedFor } from "../../dialect.ts";
import type { Message, ModelResponse } from "../../model.ts";
import type { Restated } from "./types.ts";
import type { Asked } from "./read.ts";
import { commonLength, identical, isEdited, same } from "./same.ts";

export type Kind = "sub-agent" | "compaction" | "retry" | "other";

/** One exchange in its line. */
export interface Step {
  readonly exchange: number;
  readonly at: string;
  /** Messages that are new to the line. */
  readonly added: readonly Message[];
  /** The whole history, where it does not follow from the line's: `added` is empty then. */
  readonly replaced?: readonly Message[];
  readonly restated: readonly Restated[];
  readonly answer?: ModelResponse;
  readonly problem?: string;
  /** The line's history up to its answer, which is not in it. */
  readonly messages: readonly Message[];
}

/** What makes an agent another one. */
interface Prompt {
  readonly system: string;
  readonly tools: string;
}

/** A line of the conversation: each request begins with the one before and its answer. */
export interface Line {
  kind: Kind;
  parent: Line | undefined;
  /** Turns of the parent before it. */
  after: number;
  steps: Step[];
  /** What a next request is expected to begin with. */
  history: readonly Message[];
  readonly prompt: Prompt;
  /** The request with which it began. */
  readonly first: Pick<AskedFor, "model" | "tools">;
}

export const turnsOf = (line: Line): number => line.steps.filter(({ answer }) => answer !== undefined).length;

/** Finds the line of each request. */
export class Conversations {
  readonly #lines: Line[] = [];
  /** Of what is no request to a model. */
  #aside: Line | undefined;

  add(asked: Asked): void {
    const { request } = asked;
    if (request === undefined) return this.#setAside(asked);
    const { messages } = request;
    const line = this.#continued(messages) ?? this.#edited(messages) ?? this.#goneBackTo(messages);
    extend(line ?? this.#begin(request), asked, messages);
    // The line that was used last is looked at first.
    if (line !== undefined) this.#lines.push(...this.#lines.splice(this.#lines.indexOf(line), 1));
  }

  /** All lines, the main one first. */
  finish(): Line[] {
    const byStart = this.#lines.toSorted((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
    // What a branch that goes back holds begins in its parent, so it cannot be the main line.
    const whole = byStart.filter(({ kind }) => kind !== "retry");
    const longest = whole.toSorted((a, b) => turnsOf(b) - turnsOf(a))[0];
    const main = whole.find(({ first }) => first.tools.length > 0) ?? longest;
    const others = [...byStart, this.#aside].filter((line) => line !== undefined && line !== main);
    return [main, ...others].filter((line) => line !== undefined);
  }

  #continued(messages: readonly Message[]): Line | undefined {
    const fitting = this.#lines.filter(
      ({ history }) =>
        history.length <= messages.length && commonLength(history, messages) === history.length,
    );
    return fitting.reduce<Line | undefined>(
      (best, line) => (best === undefined || line.history.length >= best.history.length ? line : best),
      undefined,
    );
  }

  #edited(messages: readonly Message[]): Line | undefined {
    return this.#lines.findLast(({ history }) => isEdited(history, messages));
  }

  /** The same request again, or another way from an earlier turn: what came after that turn becomes a branch. */
  #goneBackTo(messages: readonly Message[]): Line | undefined {
    for (const line of this.#lines.toReversed()) {
      const kept = line.steps.findLastIndex((step, index) => isBefore(line, step, index, messages));
      const first = line.steps[0];
      const again = first !== undefined && commonLength(first.messages, messages) === messages.length;
      if (kept === -1 && !(again && first.messages.length === messages.length)) continue;
      if (keepsLater(line, messages)) continue;
      this.#split(line, kept + 1);
      return line;
    }
    return undefined;
  }

  #split(line: Line, at: number): void {
    const dropped = line.steps.slice(at);
    const kept = line.steps.slice(0, at);
    const after = kept.filter(({ answer }) => answer !== undefined).length;
    const branch: Line = { ...line, kind: "retry", parent: line, after, steps: dropped };
    for (const child of this.#lines.filter(({ parent, after: place }) => parent === line && place > after)) {
      child.parent = branch;
      child.after -= after;
    }
    line.steps = kept;
    const last = kept.at(-1);
    line.history = last === undefined ? [] : historyAfter(last);
    this.#lines.unshift(branch);
  }

  #begin(request: AskedFor): Line {
    const prompt = promptOf(request);
    const spawner = this.#lines.findLast((line) => asksFor(line, request.messages));
    const shortened = this.#lines.findLast(
      (line) =>
        alike(line.prompt, prompt) && turnsOf(line) > 0 && request.messages.length < line.history.length,
    );
    const hasTools = request.tools.length > 0;
    const kind =
      spawner !== undefined
        ? "sub-agent"
        : shortened !== undefined
          ? "compaction"
          : hasTools
            ? "sub-agent"
            : "other";
    const parent = spawner ?? shortened ?? this.#lines.at(-1);
    const line: Line = {
      kind,
      parent,
      after: parent === undefined ? 0 : turnsOf(parent),
      steps: [],
      history: [],
      prompt,
      first: request,
    };
    this.#lines.push(line);
    return line;
  }

  #setAside({ exchange, at, problem }: Asked): void {
    this.#aside ??= {
      kind: "other",
      parent: undefined,
      after: 0,
      steps: [],
      history: [],
      prompt: NO_PROMPT,
      first: NOTHING,
    };
    const reason = problem === undefined ? {} : { problem };
    this.#aside.steps.push({ exchange, at, added: [], restated: [], messages: [], ...reason });
  }
}

const startOf = (line: Line): string => line.steps[0]?.at ?? "";

function historyAfter({ messages, answer }: Step): readonly Message[] {
  return answer === undefined ? messages : [...messages, answer.message];
}

function extend(line: Line, { exchange, at, answer, problem }: Asked, asked: readonly Message[]): void {
  const { history } = line;
  // What each request says again is held once, or a session would take the square of its length.
  const messages = asked.map((message, index) => {
    const known = history[index];
    return known !== undefined && identical(known, message) ? known : message;
  });
  const added = messages.slice(history.length);
  const kept = history.every((known, index) => {
    const message = messages[index];
    // Some clients write the hour or a checksum into the system prompt of each request.
    return (
      message !== undefined &&
      (same(known, message) || (known.role === "system" && message.role === "system"))
    );
  });
  const follows =
    kept && added.every(({ role }) => role !== "assistant" && (role !== "tool" || history.length > 0));
  const restated = follows
    ? messages.slice(0, history.length).flatMap((message, index) => {
        const known = history[index];
        return known === undefined || identical(known, message) ? [] : [{ exchange, index, message }];
      })
    : [];
  const step: Step = {
    exchange,
    at,
    added: follows ? added : [],
    ...(follows ? {} : { replaced: messages }),
    restated,
    ...(answer === undefined ? {} : { answer }),
    ...(answer !== undefined || problem === undefined ? {} : { problem }),
    messages,
  };
  line.steps.push(step);
  line.history = historyAfter(step);
}

/** Whether `messages` goes on after the turn of this step, which is not the line's last. */
function isBefore(line: Line, step: Step, index: number, messages: readonly Message[]): boolean {
  if (step.answer === undefined || index === line.steps.length - 1) return false;
  const history = historyAfter(step);
  return history.length <= messages.length && commonLength(history, messages) === history.length;
}

/** A later turn of the line is still there: then it was shortened in the middle, not gone back. */
function keepsLater(line: Line, messages: readonly Message[]): boolean {
  const from = commonLength(line.history, messages);
  const later = line.history.slice(from).filter(({ role }) => role === "assistant");
  const given = messages.slice(from).filter(({ role }) => role === "assistant");
  return later.some((said) => given.some((message) => same(said, message)));
}

const NO_PROMPT: Prompt = { system: "", tools: "" };
const NOTHING = { model: "", tools: [] };

function promptOf({ messages, tools }: AskedFor): Prompt {
  const system = messages.filter(({ role }) => role === "system").map(({ content }) => content);
  return { system: system.join("\n"), tools: canonicalJson(tools) };
}

/** The same tools, and nine tenths of the system prompt: the hour may stand in it. */
function alike(a: Prompt, b: Prompt): boolean {
  if (a.tools !== b.tools) return false;
  if (a.system === b.system) return true;
  const longest = Math.min(a.system.length, b.system.length);
  let [start, end] = [0, 0];
  while (start < longest && a.system[start] === b.system[start]) start++;
  while (end < longest - start && a.system.at(-1 - end) === b.system.at(-1 - end)) end++;
  return start + end > 0.9 * Math.max(a.system.length, b.system.length);
}

/** Whether a call that waits for its result holds this request's first words: then it is what the call set off. */
function asksFor(line: Line, messages: readonly Message[]): boolean {
  const last = line.history.at(-1);
  const asked = messages.find(({ role }) => role === "user")?.content ?? "";
  if (last?.role !== "assistant" || asked === "") return false;
  return last.toolCalls.some(({ arguments: given }) =>
    Object.values(given).some(
      (value) => typeof value === "string" && value.trim() !== "" && asked.includes(value),
    ),
  );
}
