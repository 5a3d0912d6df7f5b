import type { Json } from "../base/json.ts";
import type { ForeignEvent, TrajectoryMessage } from "../trajectory.ts";
import type { AtifStep } from "./atif-schema.ts";

export type EventOf<T extends ForeignEvent["type"]> = Extract<ForeignEvent, { type: T }>;
type AtifToolCall = NonNullable<AtifStep["tool_calls"]>[number];
type AtifResult = NonNullable<AtifStep["observation"]>["results"][number];

/** The steps of one line of a conversation. */
export function toSteps(events: readonly ForeignEvent[], hasModel: boolean): AtifStep[] {
  const builder = new StepBuilder(hasModel);
  for (const event of events) builder.add(event);
  return builder.steps;
}

class StepBuilder {
  readonly steps: AtifStep[] = [];
  /** Results that each step has, by call id. */
  readonly #answered = new Map<AtifStep, Map<string, number>>();
  readonly #hasModel: boolean;

  constructor(hasModel: boolean) {
    this.#hasModel = hasModel;
  }

  add(event: ForeignEvent): void {
    if (event.type === "input")
      this.#push({ ...timeOf(event.at), source: event.role, message: event.content });
    else if (event.type === "turn") this.#push(agentStep(event, this.#hasModel));
    else if (event.type === "result") this.#attach(event.tool_call_id, event.at, resultOf(event));
    else if (event.type === "context") for (const message of event.messages) this.#copy(message, event);
  }

  #push(step: Omit<AtifStep, "step_id">): AtifStep {
    const made: AtifStep = { step_id: this.steps.length + 1, ...step };
    this.steps.push(made);
    return made;
  }

  /** A message of a history that was given to the model anew: there for what follows, and nothing to train on. */
  #copy(message: TrajectoryMessage, { at, reason }: EventOf<"context">): void {
    const copied = { ...timeOf(at), is_copied_context: true, extra: { context: reason } };
    if (message.role === "tool") {
      const { tool_call_id: id, tool_name, content } = message;
      this.#attach(id, at, { content, extra: { ...told(at), tool_name, copied: true } });
    } else if (message.role === "assistant") {
      this.#push({
        ...copied,
        source: "agent",
        message: message.content,
        ...(message.reasoning === undefined ? {} : { reasoning_content: message.reasoning }),
        ...callsOf(message.tool_calls),
        llm_call_count: message.reasoning === undefined ? 0 : 1,
      });
    } else {
      this.#push({ ...copied, source: message.role, message: message.content });
    }
  }

  /**
   * A result stands on the step of its call. Some models use one id again and again, so the latest step with
   * a call of that id still open gets it. A result that nobody asked for is kept, without a source.
   */
  #attach(id: string, at: string | undefined, result: AtifResult): void {
    const owner = this.steps.findLast((step) => this.#hasOpen(step, id));
    const step = owner ?? this.steps.at(-1) ?? this.#push({ ...timeOf(at), source: "system", message: "" });
    step.observation ??= { results: [] };
    if (owner === undefined) {
      step.observation.results.push({ ...result, extra: { ...result.extra, unmatched_tool_call_id: id } });
      return;
    }
    step.observation.results.push({ source_call_id: id, ...result });
    const counts = this.#answered.get(owner) ?? new Map<string, number>();
    this.#answered.set(owner, counts.set(id, (counts.get(id) ?? 0) + 1));
  }

  #hasOpen(step: AtifStep, id: string): boolean {
    const calls = step.tool_calls?.filter((call) => call.tool_call_id === id).length ?? 0;
    return calls > (this.#answered.get(step)?.get(id) ?? 0);
  }
}

/** When it happened, where the record says. */
function timeOf(at: string | undefined): { timestamp?: string } {
  return at === undefined ? {} : { timestamp: at };
}

function told(at: string | undefined): { at?: string } {
  return at === undefined ? {} : { at };
}

function agentStep(turn: EventOf<"turn">, hasModel: boolean): Omit<AtifStep, "step_id"> {
  const metrics = metricsOf(turn);
  const measured = Object.keys(metrics).length > 0;
  const byModel = hasModel || turn.served_model !== undefined || measured || turn.reasoning !== undefined;
  const extra = {
    ...(turn.stop === undefined ? {} : { stop: turn.stop }),
    ...(turn.exchange === undefined ? {} : { exchange: turn.exchange }),
  };
  return {
    ...timeOf(turn.at),
    source: "agent",
    message: turn.content,
    ...(turn.served_model === undefined ? {} : { model_name: turn.served_model }),
    ...(turn.reasoning === undefined ? {} : { reasoning_content: turn.reasoning }),
    ...callsOf(turn.tool_calls),
    ...(measured ? { metrics } : {}),
    llm_call_count: byModel ? 1 : 0,
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

function metricsOf({ usage, tokens }: EventOf<"turn">): NonNullable<AtifStep["metrics"]> {
  const { inputTokens, outputTokens, cachedTokens } = usage;
  const { prompt, completion, logprobs } = tokens ?? {};
  return {
    ...(inputTokens === undefined ? {} : { prompt_tokens: inputTokens }),
    ...(outputTokens === undefined ? {} : { completion_tokens: outputTokens }),
    ...(cachedTokens === undefined ? {} : { cached_tokens: cachedTokens }),
    ...(prompt === undefined ? {} : { prompt_token_ids: prompt }),
    ...(completion === undefined ? {} : { completion_token_ids: completion }),
    ...(logprobs === undefined ? {} : { logprobs }),
  };
}

function callsOf(calls: EventOf<"turn">["tool_calls"]): Pick<AtifStep, "tool_calls"> {
  return calls.length === 0 ? {} : { tool_calls: calls.map(toAtifCall) };
}

function toAtifCall(call: EventOf<"turn">["tool_calls"][number]): AtifToolCall {
  const named = { tool_call_id: call.id, function_name: call.name };
  if (!call.malformed) return { ...named, arguments: call.arguments };
  const raw = call.arguments["malformed"];
  return {
    ...named,
    arguments: {},
    extra: { malformed: true, raw_arguments: raw ?? JSON.stringify(call.arguments) },
  };
}

function resultOf(event: EventOf<"result">): AtifResult {
  const extra: Record<string, Json> = {
    ...told(event.at),
    tool_name: event.tool_name,
    is_error: event.is_error,
    ...(event.truncated_characters === undefined ? {} : { truncated_characters: event.truncated_characters }),
    ...(event.finished === undefined ? {} : { finished: event.finished }),
  };
  return { content: event.content, extra };
}
