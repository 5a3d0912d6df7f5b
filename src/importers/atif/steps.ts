import type { ForeignEvent, TrajectoryMessage } from "../../trajectory.ts";
import { readContent } from "../shared/content.ts";
import type { Fields } from "../shared/fields.ts";
import { refuse } from "../shared/refuse.ts";
import { type ReadResult, readResults } from "./results.ts";
import { timed } from "./timed.ts";
import { readTurn, type Turn } from "./turn.ts";

export interface StepContext {
  readonly repaired: Set<string>;
  /** Whether the document says by which model it was. */
  readonly hasModel: boolean;
}

export interface ReadSteps {
  readonly events: ForeignEvent[];
  /** Embedded trajectories that results name, and after how many turns. */
  readonly refers: readonly { readonly to: string; readonly after: number }[];
}

/** The steps of one line of the conversation. A result stands on the step of its call, so it follows it. */
export function readSteps(
  steps: readonly Fields[],
  branch: string | undefined,
  context: StepContext,
): ReadSteps {
  const line = new Line(branch, context);
  for (const [place, step] of steps.entries()) line.add(step, place);
  return { events: line.events, refers: line.refers };
}

type Said = Extract<ForeignEvent, { type: "input" | "turn" | "result" }>;

class Line {
  readonly events: ForeignEvent[] = [];
  readonly refers: { to: string; after: number }[] = [];
  readonly #branch: { branch?: string };
  readonly #context: StepContext;
  /** Calls without a result so far. */
  readonly #open: Turn["tool_calls"] = [];
  #turns = 0;

  constructor(branch: string | undefined, context: StepContext) {
    this.#branch = branch === undefined ? {} : { branch };
    this.#context = context;
  }

  add(step: Fields, place: number): void {
    const { repaired } = this.#context;
    const source = step.text("source");
    const at = timed(step.text("timestamp"), repaired);
    const content = readContent(step, "message");
    step.again("step_id", place + 1);
    const isCopied = step.flag("is_copied_context") === true;
    if (isCopied) step.fields("extra").text("context");
    let calls: Turn["tool_calls"] = [];
    if (source === "agent") {
      const turn = readTurn(step, content, { ...this.#context, isCopied });
      calls = turn.tool_calls;
      if (isCopied) this.#copy(copyOf(turn), at);
      else this.#said({ type: "turn", ...at, ...turn });
    } else if (source === "system" || source === "user") {
      if (isCopied) this.#copy({ role: source, content }, at);
      else if (content !== "" || !isOnlyResults(step))
        this.#said({ type: "input", ...at, role: source, content });
    } else refuse("unknown-role", `a step of the source ${source ?? "(none)"}`);
    this.#open.push(...calls);
    for (const result of readResults(step, calls, this.#open, repaired)) this.#result(result, at);
  }

  #said(event: Said): void {
    if (event.type === "turn") this.#turns++;
    this.events.push({ ...event, ...this.#branch });
  }

  #result(result: ReadResult, stepAt: { at?: string }): void {
    for (const to of result.refers) this.refers.push({ to, after: this.#turns });
    const at = result.at ?? stepAt;
    if (result.kind === "said") this.#said({ type: "input", ...at, role: "user", content: result.content });
    else if (result.kind === "copied") this.#copy(result.message, at);
    else this.#said({ type: "result", ...at, ...result.fields });
  }

  /** Messages of one history that was given anew stand one after the other, at one moment. */
  #copy(message: TrajectoryMessage, at: { at?: string }): void {
    const last = this.events.at(-1);
    if (last?.type === "context" && last.at === at.at) last.messages.push(message);
    else
      this.events.push({ type: "context", ...at, reason: "condensed", messages: [message], ...this.#branch });
  }
}

function copyOf({ content, reasoning, tool_calls }: Turn): TrajectoryMessage {
  return { role: "assistant", content, ...(reasoning === undefined ? {} : { reasoning }), tool_calls };
}

/** A step that is there for its observation alone; nobody said anything. */
function isOnlyResults(step: Fields): boolean {
  const results = step.fields("observation").list("results");
  return (
    results.length > 0 &&
    results.every((result) => result.fields("extra").peek("unmatched_tool_call_id") === undefined)
  );
}
