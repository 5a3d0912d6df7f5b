import type { Severity } from "../audit.ts";
import type { Sample } from "../sample.ts";
import { AUDIT_CHECKS } from "./index.ts";
import { repositoryOf } from "./origin.ts";
import type { Audit, AuditFinding, Group } from "./result.ts";
import { createSpread } from "./spread.ts";
import { templateOf } from "./whole.ts";

/** Who something was found in. Kept as long as something more may be found in it. */
export interface Subject {
  readonly id: string;
  readonly place: string;
  readonly repository: string | undefined;
  readonly template: string | undefined;
  /** The worst of what was found so far. */
  worst?: Severity;
}

export interface Tally {
  /** Counts a subject, before anything is found in it. */
  meet(subject: Subject): void;
  found(check: string, subject: Subject, evidence: string): void;
  result(): Pick<Audit, "with_errors" | "with_warnings" | "checks" | "groups">;
}

const EXAMPLES = 6;
const GROUPS = 12;
const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

/** What is no check of one sample's record alone. */
const FURTHER: readonly { name: string; severity: Severity; meaning: string }[] = [
  {
    name: "unreadable",
    severity: "error",
    meaning: "a row that cannot be read as an attempt: whoever loads it otherwise trains on something else",
  },
  {
    name: "repeated-sample",
    severity: "warning",
    meaning: "the same conversation as an earlier sample, word for word",
  },
  {
    name: "repaired",
    severity: "note",
    meaning: "something broken was mended when it was read, by the named rule",
  },
  {
    name: "benchmark-code",
    severity: "error",
    meaning:
      "its diff adds a whole function that is, names of variables aside, one of a benchmark's repositories",
  },
  {
    name: "claim-differs",
    severity: "error",
    meaning: "our grader judges its diff otherwise than the sample says",
  },
  {
    name: "not-measured",
    severity: "warning",
    meaning: "it is no row that a trainer could take: export refuses it, or the chat template does",
  },
];

export function subjectOf(sample: Sample): Subject {
  const { id, origin } = sample;
  const place = origin.row === undefined ? origin.name : `${origin.name}:${origin.row}`;
  return { id, place, repository: repositoryOf(sample), template: templateOf(sample.events) };
}

/** Counts what is found. What it holds grows with repositories and templates, and not with samples. */
export function createTally(found: (finding: AuditFinding) => void): Tally {
  const known = new Map([...AUDIT_CHECKS, ...FURTHER].map((check) => [check.name, check] as const));
  const checks = new Map<string, ReturnType<typeof createCount>>();
  const worst = { error: 0, warning: 0, note: 0 };
  const [repositories, templates] = [createGroups(), createGroups()];
  const worsen = (subject: Subject, severity: Severity) => {
    if (subject.worst !== undefined && RANK[subject.worst] <= RANK[severity]) return;
    if (subject.worst !== undefined) worst[subject.worst]--;
    worst[severity]++;
    subject.worst = severity;
    if (severity !== "error") return;
    repositories.add(subject.repository, "with_errors");
    templates.add(subject.template, "with_errors");
  };
  return {
    meet({ repository, template }) {
      repositories.add(repository, "samples");
      templates.add(template, "samples");
    },
    found(check, subject, evidence) {
      const severity = known.get(check)?.severity ?? "note";
      const { id, place, repository, template } = subject;
      const finding = { check, severity, id, evidence };
      found(finding);
      const count = checks.get(check) ?? createCount();
      checks.set(check, count);
      count.samples++;
      if (repository !== undefined) count.repositories.add(repository);
      count.spread.add({ ...finding, place, repository, template });
      worsen(subject, severity);
    },
    result: () => ({
      with_errors: worst.error,
      with_warnings: worst.warning,
      checks: [...checks]
        .map(([check, { samples, repositories: of, spread }]) => {
          const { severity, meaning } = known.get(check) ?? { severity: "note" as const, meaning: "" };
          return { check, severity, meaning, samples, repositories: of.size, examples: spread.examples() };
        })
        .sort(
          (a, b) =>
            RANK[a.severity] - RANK[b.severity] || b.samples - a.samples || (a.check < b.check ? -1 : 1),
        ),
      groups: { repositories: repositories.largest(), templates: templates.largest() },
    }),
  };
}

function createCount() {
  return { samples: 0, repositories: new Set<string>(), spread: createSpread(EXAMPLES) };
}

function createGroups() {
  const groups = new Map<string, { samples: number; with_errors: number }>();
  return {
    add(name: string | undefined, what: "samples" | "with_errors") {
      if (name === undefined) return;
      const group = groups.get(name) ?? { samples: 0, with_errors: 0 };
      groups.set(name, group);
      group[what]++;
    },
    largest: (): Group[] =>
      [...groups]
        .map(([name, counts]) => ({ name, ...counts }))
        .sort((a, b) => b.samples - a.samples || (a.name < b.name ? -1 : 1))
        .slice(0, GROUPS),
  };
}
