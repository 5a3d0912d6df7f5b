import { z } from "zod";
import { type Counter, createCounter } from "../base/counter.ts";
import { sha256 } from "../base/hash.ts";
import { canonicalJson } from "../base/json.ts";
import type { Sample } from "../sample.ts";
import { licencesOf } from "../samples/licences.ts";
import { repositoryNameOf } from "../samples/repository-name.ts";
import { effectiveNumber } from "../statistics/effective-number.ts";

const counts = z.record(z.string(), z.int());

/** What rows are about: how many there are of each name. What nobody knows is counted as `unknown`. */
export const subjectsSchema = z.strictObject({
  tasks: counts,
  repositories: counts,
  /** As many repositories of equal share would be as spread out. Null without rows. */
  effective_repositories: z.number().nullable(),
  languages: counts,
  /** SPDX expressions; a row about places of two licences counts under both. */
  licences: counts,
});

/** The same, and who made them. */
export const contentsSchema = z.strictObject({
  ...subjectsSchema.shape,
  agents: counts,
  models: counts,
  /** By SHA-256 of the tools that the model was given, as canonical JSON. */
  tool_schemas: z.record(z.string(), z.strictObject({ rows: z.int(), tools: z.array(z.string()) })),
});
export type Subjects = z.infer<typeof subjectsSchema>;
export type Contents = z.infer<typeof contentsSchema>;

const UNKNOWN = "unknown";

export interface Subject {
  readonly task: string | null;
  readonly repository: string | null;
  readonly language: string | null;
  readonly licences: readonly string[] | undefined;
}

export function createSubjects() {
  const [tasks, repositories, languages, licences] = counters(4);
  return {
    add(subject: Subject) {
      tasks.add(subject.task ?? UNKNOWN);
      repositories.add(subject.repository ?? UNKNOWN);
      languages.add(subject.language ?? UNKNOWN);
      for (const licence of subject.licences ?? [UNKNOWN]) licences.add(licence);
    },
    counts: (): Subjects => ({
      tasks: tasks.counts(),
      repositories: repositories.counts(),
      effective_repositories: effectiveNumber(Object.values(repositories.counts())),
      languages: languages.counts(),
      licences: licences.counts(),
    }),
  };
}

export function createContents() {
  const subjects = createSubjects();
  const [agents, models] = counters(2);
  const schemas = new Map<string, { rows: number; tools: string[] }>();
  return {
    add(sample: Sample) {
      const { agent, model } = sample;
      subjects.add({
        ...sample,
        repository: repositoryNameOf(sample),
        licences: licencesOf(sample.instance_facts),
      });
      agents.add(agent.version === null ? agent.name : `${agent.name}@${agent.version}`);
      models.add(model ?? UNKNOWN);
      const tools = toolsOf(sample);
      const key = sha256(canonicalJson(tools));
      const known = schemas.get(key);
      if (known === undefined) schemas.set(key, { rows: 1, tools: tools.map(({ name }) => name) });
      else known.rows++;
    },
    counts: (): Contents => ({
      ...subjects.counts(),
      agents: agents.counts(),
      models: models.counts(),
      tool_schemas: Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1))),
    }),
  };
}

/** Those of the row: what the model was given last. */
function toolsOf({ events }: Sample) {
  const last = events.findLast((event) => event.type === "start" || event.type === "tools");
  return last?.type === "start" || last?.type === "tools" ? last.tools : [];
}

function counters(count: 2): [Counter, Counter];
function counters(count: 4): [Counter, Counter, Counter, Counter];
function counters(count: number): Counter[] {
  return Array.from({ length: count }, createCounter);
}
