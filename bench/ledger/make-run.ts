import { mkdir, open, writeFile } from "node:fs/promises";
import path from "node:path";
import { ATTEMPT_FORMAT, type Attempt } from "../../src/attempt.ts";
import { RUN_FORMAT } from "../../src/run.ts";
import type { LedgerEvent, RunManifest, Target } from "../../src/run.ts";
import { LEDGER, RUN } from "../../src/stores/local/layout.ts";
import { writeLine } from "../../src/stores/local/lines.ts";
import { solved, unsolved } from "../../src/verdict.ts";

const AT = "2026-01-05T13:27:47.378Z";
const ATTEMPTS_PER_INSTANCE = 8;

/** A run whose ledger has so many finished attempts, with verdicts as long as real ones. Their folders are not made. */
export async function makeRun(folder: string, attempts: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, RUN), JSON.stringify(MANIFEST));
  const ledger = await open(path.join(folder, LEDGER), "w");
  const targets = Array.from({ length: attempts }, (_, index) => targetAt(index));
  try {
    for (let from = 0; from < targets.length; from += 1000) {
      const some = targets.slice(from, from + 1000);
      const events: LedgerEvent[] = [
        { type: "declared", schema_version: RUN_FORMAT, at: AT, targets: some },
        ...some.flatMap(eventsOf),
      ];
      await ledger.appendFile(events.map((event) => `${writeLine(event)}\n`).join(""));
    }
  } finally {
    await ledger.close();
  }
}

export function targetAt(index: number): Target {
  const number = (index % ATTEMPTS_PER_INSTANCE) + 1;
  const instance = `func-localize-orchard-${Math.floor(index / ATTEMPTS_PER_INSTANCE)
    .toString(16)
    .padStart(12, "0")}`;
  return { id: `${instance}.${number}`, instance, solver: "solver", number };
}

function eventsOf(target: Target): LedgerEvent[] {
  const attempt = attemptAt(target);
  const worker = "worker-host:26098:1234567";
  return [
    { type: "claimed", at: AT, attempt: attempt.id, target: target.id, worker },
    { type: "finished", at: AT, attempt },
  ];
}

export function attemptAt({ id, instance, solver, number }: Target): Attempt {
  const facts = {
    files_changed: number,
    targets_documented: number % 2,
    same_code: true,
    evidence: Array.from(
      { length: 6 },
      (_, line) => `orchard/harvest.py:${45 + line}: expected_yield is documented`,
    ),
  };
  return {
    schema_version: ATTEMPT_FORMAT,
    id: `${id}.1`,
    target: id,
    instance,
    solver,
    agent: "loop",
    agent_version: "1",
    model: "qwen3-coder-30b",
    isolation: "namespaces",
    started_at: AT,
    seconds: 61.25 + number,
    end: "finished",
    steps: 20 + number,
    usage: { inputTokens: 120_000 + number, outputTokens: 4_000, cachedTokens: 90_000 },
    dollars: 0.0125,
    patch_bytes: 738,
    grader_version: 1,
    verdict: number % 3 === 0 ? solved(facts) : unsolved(["target-not-documented"], facts),
  };
}

const MANIFEST: RunManifest = {
  schema_version: RUN_FORMAT,
  tool_version: "0.1.0",
  dataset: "../data",
  dataset_sha256: "0".repeat(64),
  config: {
    solvers: [
      {
        name: "solver",
        agent: "loop",
        model: { name: "qwen3-coder-30b", base_url: "http://127.0.0.1:8000/v1", api: "openai" },
      },
    ],
    isolation: "namespaces",
    allow_unsafe: false,
    attempts: ATTEMPTS_PER_INSTANCE,
    max_steps: 60,
    deadline_seconds: 1800,
  },
  config_sha256: "0".repeat(64),
  environment: {},
};
