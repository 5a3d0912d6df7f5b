import type { Json } from "../base/json.ts";
import type { ForeignEvent } from "../trajectory.ts";
import type { Verdict } from "../verdict.ts";
import { ATIF_VERSION } from "./atif-schema.ts";
import type { AtifEmbedded, AtifStep, AtifTrajectory } from "./atif-schema.ts";
import { type EventOf, toSteps } from "./atif-steps.ts";

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
 * Each branch of the conversation is an embedded trajectory; what kind it is and where it left stands in its `extra.branch`.
 */
export function toAtif(events: readonly ForeignEvent[], extra: AtifExtra = {}): AtifTrajectory {
  const start = events.find((event) => event.type === "start");
  const end = events.findLast((event) => event.type === "end");
  const session = start?.attempt ?? extra.sessionId ?? "unknown";
  const lines = linesOf(events);
  const steps = new Map([...lines].map(([id, line]) => [id, toSteps(line, start?.model !== undefined)]));
  const embedded = [...lines].flatMap(([id, line]): AtifEmbedded[] =>
    id === undefined
      ? []
      : [
          {
            schema_version: ATIF_VERSION,
            session_id: session,
            trajectory_id: id,
            agent: agentOf(start),
            steps: steps.get(id) ?? [],
            final_metrics: sumMetrics(line, steps.get(id) ?? []),
            extra: { branch: branchOf(id, events) },
          },
        ],
  );
  linkHelpers(events, steps);
  const own = steps.get(undefined) ?? [];
  const tools = events.findLast((event) => event.type === "tools")?.tools ?? start?.tools;
  return {
    schema_version: ATIF_VERSION,
    session_id: session,
    agent: {
      ...agentOf(start),
      ...(tools === undefined ? {} : { tool_definitions: tools.map(toFunctionTool) }),
    },
    steps: own,
    final_metrics: sumMetrics(lines.get(undefined) ?? [], own),
    ...(embedded.length === 0 ? {} : { subagent_trajectories: embedded }),
    extra: {
      ...(start === undefined ? {} : startExtra(start)),
      ...(end === undefined ? { interrupted: true } : { end: endOf(end) }),
      ...(extra.verdict === undefined ? {} : verdictExtra(extra.verdict)),
      ...extra.more,
    },
  };
}

/** Events by the branch that they are on, the main line (`undefined`) first, then in the order of their first events. */
function linesOf(events: readonly ForeignEvent[]): Map<string | undefined, ForeignEvent[]> {
  const lines = new Map<string | undefined, ForeignEvent[]>([[undefined, []]]);
  for (const event of events) {
    const id = event.type === "branch" ? event.id : "branch" in event ? event.branch : undefined;
    const line = lines.get(id) ?? [];
    lines.set(id, line);
    if (event.type !== "branch") line.push(event);
  }
  return lines;
}

function branchOf(id: string, events: readonly ForeignEvent[]): Record<string, Json> {
  const beginning = events.find((event) => event.type === "branch" && event.id === id);
  if (beginning?.type !== "branch") return { kind: "other", announced: false };
  const { at, kind, parent, after } = beginning;
  return { kind, after, ...(at === undefined ? {} : { at }), ...(parent === undefined ? {} : { parent }) };
}

/** A helper was called by the turn before which it began; where that turn has one result only, the result names it. */
function linkHelpers(
  events: readonly ForeignEvent[],
  steps: ReadonlyMap<string | undefined, AtifStep[]>,
): void {
  for (const event of events) {
    if (event.type !== "branch" || event.kind !== "sub-agent" || event.after === 0) continue;
    const turns = (steps.get(event.parent) ?? []).filter(
      (step) => step.source === "agent" && step.is_copied_context !== true,
    );
    const results = turns[event.after - 1]?.observation?.results ?? [];
    const [result] = results;
    if (result === undefined || results.length > 1) continue;
    result.subagent_trajectory_ref = [...(result.subagent_trajectory_ref ?? []), { trajectory_id: event.id }];
  }
}

function agentOf(start: EventOf<"start"> | undefined): AtifTrajectory["agent"] {
  return {
    name: start?.agent.name ?? "unknown",
    version: start?.agent.version ?? "unknown",
    ...(start?.model === undefined ? {} : { model_name: start.model }),
  };
}

/** What of the record's beginning has no field of its own. */
function startExtra(start: EventOf<"start">): Record<string, Json> {
  const { type: _, attempt: _attempt, agent: _agent, model: _model, tools: _tools, ...rest } = start;
  const { schema_version, at, instance, ...more } = rest;
  const given: [string, Json][] = Object.entries(more).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return {
    instance_id: instance,
    record_format: schema_version,
    ...(at === undefined ? {} : { started_at: at }),
    ...Object.fromEntries(given),
  };
}

function endOf({ reason, at, detail }: EventOf<"end">): Record<string, Json> {
  return { reason, ...(at === undefined ? {} : { at }), ...(detail === undefined ? {} : { detail }) };
}

/** ATIF has no field for rewards; `extra.rewards` is where readers look. No verdict, no reward. */
function verdictExtra(verdict: Verdict): Record<string, Json> {
  const { cause, ...rest } = verdict;
  return {
    verdict: { ...rest, ...(cause === undefined ? {} : { cause }) },
    ...(verdict.reward === null ? {} : { rewards: { reward: verdict.reward } }),
  };
}

function toFunctionTool({
  name,
  description,
  parameters,
}: EventOf<"start">["tools"][number]): Record<string, Json> {
  return { type: "function", function: { name, description, parameters } };
}

/** Sums of what is known; how many turns said nothing stands beside them, so that a sum is not taken for a total. */
function sumMetrics(
  events: readonly ForeignEvent[],
  steps: readonly AtifStep[],
): NonNullable<AtifTrajectory["final_metrics"]> {
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
    total_steps: steps.length,
    ...(silent === 0 ? {} : { extra: { turns_without_usage: silent } }),
  };
}
