import { z } from "zod";
import type { Attempt } from "../attempt.ts";
import type { Rejection } from "../dataset.ts";
import type { Instance, Secret } from "../instance.ts";
import type { Solver } from "../run.ts";
import type { TrajectoryEvent } from "../trajectory.ts";
import type { ReportAttempt, ReportCounts, ReportDataset, ReportRun } from "./data.ts";
import type {
  PageAttempt,
  PageAttemptRow,
  PageDataset,
  PageFeature,
  PageEvent,
  PageInstance,
  PageInstanceRow,
  PageRejection,
  PageRun,
  PageTarget,
  PageText,
} from "./page-data.ts";
import { shorten } from "./shorten.ts";

type Shorten = (text: string) => PageText;

export function toRow(attempt: Attempt): PageAttemptRow {
  const { verdict, usage } = attempt;
  const known = [usage.inputTokens, usage.outputTokens].filter((value) => value !== undefined);
  return {
    id: attempt.id,
    instance: attempt.instance,
    outcome: verdict.outcome,
    reasons: verdict.reasons,
    ...(verdict.cause === undefined ? {} : { cause: verdict.cause }),
    end: attempt.end,
    steps: attempt.steps,
    ...(known.length === 0 ? {} : { tokens: known.reduce((sum, value) => sum + value, 0) }),
    seconds: attempt.seconds,
  };
}

/** The lengths of all texts that `toAttempt` may shorten. */
export function textLengths({ events, patch }: ReportAttempt): number[] {
  const lengths = [patch.length];
  for (const event of events) {
    if (!("content" in event)) continue;
    lengths.push(event.content.length);
    if (event.type !== "turn") continue;
    lengths.push(event.reasoning?.length ?? 0);
    for (const call of event.tool_calls) {
      for (const value of Object.values(call.arguments)) lengths.push(asText(value).length);
    }
  }
  return lengths;
}

export function toAttempt({ attempt, events, patch }: ReportAttempt, limit: number): PageAttempt {
  const cut: Shorten = (text) => shorten(text, limit);
  const first = Date.parse(events[0]?.at ?? attempt.started_at);
  const pageEvents = events.flatMap((event) => toEvent(event, first, cut));
  return {
    facts: attempt.verdict.facts,
    reward: attempt.verdict.reward,
    startedAt: attempt.started_at,
    isolation: attempt.isolation,
    agent: `${attempt.agent} ${attempt.agent_version}`,
    ...(attempt.model === undefined ? {} : { model: attempt.model }),
    events: pageEvents,
    patch: cut(patch),
  };
}

function toEvent(event: TrajectoryEvent, first: number, cut: Shorten): PageEvent[] {
  const after = Math.round((Date.parse(event.at) - first) / 100) / 10;
  switch (event.type) {
    case "start":
    case "tools":
      return [];
    case "branch":
      return [{ type: "input", role: "system", text: `[branch ${event.id}: ${event.kind}]` }];
    case "context":
      return [
        {
          type: "input",
          role: "system",
          text: `[history ${event.reason} to ${event.messages.length} messages]`,
        },
      ];
    case "input":
      return [{ type: "input", role: event.role, text: cut(event.content) }];
    case "turn":
      return [
        {
          type: "turn",
          after,
          text: cut(event.content),
          ...(event.reasoning === undefined ? {} : { reasoning: cut(event.reasoning) }),
          calls: event.tool_calls.map((call) => ({
            id: call.id,
            tool: call.name,
            malformed: call.malformed,
            arguments: Object.fromEntries(
              Object.entries(call.arguments).map(([name, value]) => [name, cut(asText(value))]),
            ),
          })),
          ...(event.usage.inputTokens === undefined ? {} : { inputTokens: event.usage.inputTokens }),
          ...(event.usage.outputTokens === undefined ? {} : { outputTokens: event.usage.outputTokens }),
        },
      ];
    case "result":
      return [
        {
          type: "result",
          call: event.tool_call_id,
          tool: event.tool_name,
          text: cut(event.content),
          isError: event.is_error,
          ...(event.truncated_characters === undefined ? {} : { truncated: event.truncated_characters }),
        },
      ];
    case "end":
      return [
        {
          type: "end",
          after,
          reason: event.reason,
          ...(event.detail === undefined ? {} : { detail: cut(event.detail) }),
        },
      ];
  }
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

const placeSchema = z.looseObject({
  path: z.string(),
  line: z.number(),
  qualified_name: z.string(),
  docstring: z.string().optional(),
});
/** The answers of families that name places, under the names that they give them; another family's answer is shown as it is. */
const placesSchema = z.union([
  z.looseObject({ targets: z.array(placeSchema) }).transform(({ targets }) => targets),
  z.looseObject({ dependencies: z.array(placeSchema) }).transform(({ dependencies }) => dependencies),
]);

export function toInstance(
  instance: Instance,
  secret: Secret | undefined,
  limit: number,
): { row: PageInstanceRow; detail: PageInstance } {
  const { name, url, commit } = instance.repository;
  const answer = placesSchema.safeParse(secret?.answer).data;
  const targets: PageTarget[] = (answer ?? []).map((target) => ({
    path: target.path,
    line: target.line,
    name: target.qualified_name,
    ...(target.docstring === undefined ? {} : { docstring: shorten(target.docstring, limit) }),
  }));
  const [first] = targets;
  return {
    row: {
      id: instance.id,
      task: instance.task,
      repository: name,
      ...(first === undefined ? {} : { target: `${first.path}:${first.line} ${first.name}` }),
    },
    detail: {
      repository: { name, ...(url === undefined ? {} : { url }), commit },
      instruction: shorten(instance.instruction, limit),
      variant: instance.variant,
      facts: instance.facts,
      targets,
      ...(secret === undefined || answer !== undefined
        ? {}
        : { answer: shorten(asText(secret.answer), limit) }),
      ...(secret === undefined ? {} : { secretFacts: secret.facts }),
    },
  };
}

export function toRejection(rejection: Rejection, limit: number): PageRejection {
  const { detail, facts, ...place } = rejection;
  return {
    ...place,
    ...(detail === undefined ? {} : { detail: shorten(detail, limit) }),
    ...(facts === undefined ? {} : { facts }),
  };
}

export function toDataset({ manifest }: ReportDataset, selection: readonly PageFeature[]): PageDataset {
  const tasks = Object.entries(manifest.tasks);
  const only = tasks.length === 1 ? tasks[0]?.[1] : undefined;
  return {
    task: tasks.map(([name]) => name).join(", "),
    seed: manifest.seed,
    toolVersion: manifest.tool_version,
    graderVersions:
      only?.grader_version ?? Object.fromEntries(tasks.map(([name, one]) => [name, one.grader_version])),
    options: only?.options ?? Object.fromEntries(tasks.map(([name, { options }]) => [name, options])),
    eligible: manifest.eligible,
    examined: manifest.examined,
    built: manifest.instances,
    rejected: manifest.rejected,
    files: manifest.files,
    repositories: manifest.repositories.map((repository) => ({
      name: repository.name,
      ...(repository.url === undefined ? {} : { url: repository.url }),
      commit: repository.commit,
      files: repository.source_files,
      eligible: repository.eligible,
      examined: repository.examined,
      built: repository.instances,
    })),
    selection,
  };
}

export function toRun({ manifest }: ReportRun): PageRun {
  const { solvers, isolation, ...config } = manifest.config;
  const models = solvers.flatMap(({ model }) => (model === undefined ? [] : [model]));
  const joined = (names: readonly string[]) => [...new Set(names)].join(", ");
  return {
    toolVersion: manifest.tool_version,
    dataset: manifest.dataset,
    datasetHash: manifest.dataset_sha256,
    configHash: manifest.config_sha256,
    agent: joined(solvers.map(({ agent }) => agent)),
    ...(models.length === 0 ? {} : { model: joined(models.map(({ name }) => name)) }),
    isolation,
    config: {
      attempts: config.attempts,
      max_steps: config.max_steps,
      deadline_seconds: config.deadline_seconds,
      ...(config.max_tokens === undefined ? {} : { max_tokens: config.max_tokens }),
      ...temperatureOf(solvers),
      ...(models.length === 0
        ? {}
        : {
            api: joined(models.map(({ api }) => api)),
            base_url: joined(models.map((model) => model.base_url)),
          }),
      allow_unsafe: config.allow_unsafe,
    },
    environment: manifest.environment,
  };
}

/** Where one was asked for, of every solver that had one. */
function temperatureOf(solvers: readonly Solver[]): { temperature?: number | string } {
  const asked = [...new Set(solvers.flatMap(({ temperature }) => temperature ?? []))];
  const [only] = asked;
  if (only === undefined) return {};
  return { temperature: asked.length === 1 ? only : asked.join(", ") };
}

/** Counts of what is shown, for attempts that belong to no run. */
export function countRows(rows: readonly PageAttemptRow[]): ReportCounts {
  const noVerdict: Record<string, number> = {};
  for (const row of rows) {
    if (row.outcome !== "no-verdict") continue;
    const cause = row.cause ?? "unknown";
    noVerdict[cause] = (noVerdict[cause] ?? 0) + 1;
  }
  const count = (outcome: PageAttemptRow["outcome"]) => rows.filter((row) => row.outcome === outcome).length;
  return {
    targets: rows.length,
    solved: count("solved"),
    unsolved: count("unsolved"),
    no_verdict: noVerdict,
    running: 0,
    owed: 0,
  };
}
