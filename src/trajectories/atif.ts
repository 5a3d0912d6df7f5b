import type { Json } from "../base/json.ts";
import type { TrajectoryEvent } from "../trajectory.ts";
import type { Verdict } from "../verdict.ts";
import { ATIF_VERSION } from "./atif-schema.ts";
import type { AtifStep, AtifTrajectory } from "./atif-schema.ts";

type EventOf<T extends TrajectoryEvent["type"]> = Extract<TrajectoryEvent, { type: T }>;
type AtifToolCall = NonNullable<AtifStep["tool_calls"]>[number];
type AtifResult = NonNullable<AtifStep["observation"]>["results"][number];

/** What a record of events does not say itself. */
export interface AtifExtra {
  /** Used where the record has no start event; otherwise the attempt's id is the session. */
  readonly sessionId?: string;
  readonly verdict?: Verdict;
  /** More for the trajectory's `extra`. */
  readonly more?: Readonly<Record<string, Json>>;
}

/**
 * The ATIF view of a record. Total: a record that was interrupted anywhere (calls without results, no end,
 * no start) gives a valid trajectory that says so in `extra.interrupted`, because such records are read too.
 */
export function toAtif(events: readonly TrajectoryEvent[], extra: AtifExtra = {}): AtifTrajectory {
  const start = events.find((event) => event.type === "start");
  const end = events.findLast((event) => event.type === "end");
  const steps = toSteps(events, start?.model !== undefined);
  return {
    schema_version: ATIF_VERSION,
    session_id: start?.attempt ?? extra.sessionId ?? "unknown",
    agent: {
      name: start?.agent.name ?? "unknown",
      version: start?.agent.version ?? "unknown",
      ...(start?.model === undefined ? {} : { model_name: start.model }),
      ...(start === undefined ? {} : { tool_definitions: start.tools.map(toFunctionTool) }),
    },
    steps,
    final_metrics: sumMetrics(events, steps.length),
    extra: {
      ...(start === undefined ? {} : { instance_id: start.instance, isolation: start.isolation }),
      ...(end === undefined
        ? { interrupted: true }
        : {
            end: {
              reason: end.reason,
              at: end.at,
              ...(end.detail === undefined ? {} : { detail: end.detail }),
            },
          }),
      ...(extra.verdict === undefined ? {} : verdictExtra(extra.verdict)),
      ...extra.more,
    },
  };
}

/** ATIF has no field for rewards; `extra.rewards` is where readers look. No verdict, no reward. */
function verdictExtra(verdict: Verdict): Record<string, Json> {
  const { cause, ...rest } = verdict;
  return {
    verdict: { ...rest, ...(cause === undefined ? {} : { cause }) },
    ...(verdict.reward === null ? {} : { rewards: { reward: verdict.reward } }),
  };
}

function toFunctionTool(tool: EventOf<"start">["tools"][number]): Record<string, Json> {
  const { name, description, parameters } = tool;
  return { type: "function", function: { name, description, parameters } };
}

function toSteps(events: readonly TrajectoryEvent[], hasModel: boolean): AtifStep[] {
  const steps: AtifStep[] = [];
  const answered = new Map<AtifStep, Map<string, number>>();
  for (const event of events) {
    if (event.type === "input") {
      steps.push({
        step_id: steps.length + 1,
        timestamp: event.at,
        source: event.role,
        message: event.content,
      });
    } else if (event.type === "turn") {
      steps.push(agentStep(event, steps.length + 1, hasModel));
    } else if (event.type === "result") {
      attachResult(steps, answered, event);
    }
  }
  return steps;
}

function agentStep(turn: EventOf<"turn">, id: number, hasModel: boolean): AtifStep {
  const { inputTokens, outputTokens, cachedTokens } = turn.usage;
  const metrics = {
    ...(inputTokens === undefined ? {} : { prompt_tokens: inputTokens }),
    ...(outputTokens === undefined ? {} : { completion_tokens: outputTokens }),
    ...(cachedTokens === undefined ? {} : { cached_tokens: cachedTokens }),
  };
  const measured = Object.keys(metrics).length > 0;
  const byModel = hasModel || turn.served_model !== undefined || measured || turn.reasoning !== undefined;
  return {
    step_id: id,
    timestamp: turn.at,
    source: "agent",
    message: turn.content,
    ...(turn.served_model === undefined ? {} : { model_name: turn.served_model }),
    ...(turn.reasoning === undefined ? {} : { reasoning_content: turn.reasoning }),
    ...(turn.tool_calls.length === 0 ? {} : { tool_calls: turn.tool_calls.map(toAtifCall) }),
    ...(measured ? { metrics } : {}),
    llm_call_count: byModel ? 1 : 0,
  };
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

/**
 * A result stands on the step of its call. Some models use one id again and again, so the latest step with
 * a call of that id still open gets it. A result that nobody asked for is kept, without a source.
 */
function attachResult(
  steps: AtifStep[],
  answered: Map<AtifStep, Map<string, number>>,
  event: EventOf<"result">,
): void {
  const id = event.tool_call_id;
  const callsIn = (step: AtifStep) => step.tool_calls?.filter((call) => call.tool_call_id === id).length ?? 0;
  const isOpen = (step: AtifStep) => callsIn(step) > (answered.get(step)?.get(id) ?? 0);
  const owner = steps.findLast(isOpen);
  const result: AtifResult = {
    ...(owner === undefined ? {} : { source_call_id: id }),
    content: event.content,
    extra: {
      at: event.at,
      tool_name: event.tool_name,
      is_error: event.is_error,
      ...(event.truncated_characters === undefined
        ? {}
        : { truncated_characters: event.truncated_characters }),
      ...(owner === undefined ? { unmatched_tool_call_id: id } : {}),
    },
  };
  const step = owner ?? steps.at(-1) ?? addSystemStep(steps, event.at);
  step.observation ??= { results: [] };
  step.observation.results.push(result);
  if (owner === undefined) return;
  const counts = answered.get(owner) ?? new Map<string, number>();
  answered.set(owner, counts.set(id, (counts.get(id) ?? 0) + 1));
}

function addSystemStep(steps: AtifStep[], at: string): AtifStep {
  const step: AtifStep = { step_id: steps.length + 1, timestamp: at, source: "system", message: "" };
  steps.push(step);
  return step;
}

/** Sums of what is known; how many turns said nothing stands beside them, so that a sum is not taken for a total. */
function sumMetrics(events: readonly TrajectoryEvent[], steps: number): AtifTrajectory["final_metrics"] {
  const usages = events.filter((event) => event.type === "turn").map((turn) => turn.usage);
  const sum = (field: keyof (typeof usages)[number]) => {
    const known = usages.map((usage) => usage[field]).filter((value) => value !== undefined);
    return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
  };
  const [prompt, completion, cached] = [sum("inputTokens"), sum("outputTokens"), sum("cachedTokens")];
  const silent = usages.filter((usage) => Object.keys(usage).length === 0).length;
  return {
    ...(prompt === undefined ? {} : { total_prompt_tokens: prompt }),
    ...(completion === undefined ? {} : { total_completion_tokens: completion }),
    ...(cached === undefined ? {} : { total_cached_tokens: cached }),
    total_steps: steps,
    ...(silent === 0 ? {} : { extra: { turns_without_usage: silent } }),
  };
}
