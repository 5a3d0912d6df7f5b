import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Attempt } from "../../attempt.ts";
import type { LedgerEvent, RunManifest, Solver, Target } from "../../run.ts";
import { RUN_FORMAT } from "../../run.ts";
import { LEDGER, RUN } from "../../stores/local/layout.ts";
import { writeLine } from "../../stores/local/lines.ts";
import { attemptOf } from "../../stores/testing/records.ts";
import { noVerdict, solved, unsolved, type Verdict } from "../../verdict.ts";

/** A run that never ran: its `run.json` and its ledger, as if it had. */
export interface StagedRun {
  readonly manifest: RunManifest;
  readonly events: readonly LedgerEvent[];
}

/** One line of the story: `+` solved, `-` unsolved, `!` a fault, `.` owed, `>` under way, `~` skipped; a digit for each attempt. */
export type Story = Readonly<Record<string, string>>;

export interface StageOptions {
  readonly config?: Partial<RunManifest["config"]>;
  /** When the first attempt began; each takes a minute, one after the other. */
  readonly began?: Date;
  readonly solver?: string;
  readonly worker?: string;
  readonly attempt?: (attempt: Attempt, index: number) => Attempt;
}

const MINUTE_MS = 60_000;
const VERDICTS: Readonly<Record<string, Verdict>> = {
  "+": solved({}),
  "-": unsolved(["no-changes"]),
  "!": noVerdict("model:model-overloaded"),
};

/** What instances' attempts came to, by instance: `{ a: "+-", b: "!>" }`. */
export function stageRun(story: Story, options: StageOptions = {}): StagedRun {
  const { began = new Date("2026-01-01T00:00:00.000Z"), worker = "elsewhere:1:1" } = options;
  const attempts = Math.max(1, ...Object.values(story).map(({ length }) => length));
  const solver = options.solver ?? options.config?.solvers?.[0]?.name ?? "solver";
  const targets = Object.entries(story).flatMap(([instance, letters]) =>
    [...letters].map((letter, index) => ({ letter, target: targetAt(instance, solver, index + 1) })),
  );
  const events: LedgerEvent[] = [
    {
      type: "declared",
      schema_version: RUN_FORMAT,
      at: began.toISOString(),
      targets: targets.map(({ target }) => target),
    },
  ];
  let time = began.getTime();
  for (const [index, { letter, target }] of targets.entries()) {
    const at = new Date(time).toISOString();
    if (letter === ".") continue;
    if (letter === "~") {
      events.push({ type: "skipped", at, target: target.id, reason: "solved-already" });
      continue;
    }
    const attempt = `${target.id}.1`;
    events.push({ type: "claimed", at, attempt, target: target.id, worker });
    const verdict = VERDICTS[letter];
    if (verdict === undefined) continue;
    time += MINUTE_MS;
    const record = { ...attemptOf(attempt, verdict), solver, started_at: at, seconds: 60 };
    events.push({
      type: "finished",
      at: new Date(time).toISOString(),
      attempt: options.attempt?.(record, index) ?? record,
    });
  }
  return { manifest: manifestOf(attempts, solver, options.config), events };
}

function targetAt(instance: string, solver: string, number: number): Target {
  return { id: `${instance}.${number}`, instance, solver, number };
}

function manifestOf(
  attempts: number,
  solver: string,
  config: Partial<RunManifest["config"]> = {},
): RunManifest {
  const solvers: Solver[] = [{ name: solver, agent: "scripted" }];
  return {
    schema_version: RUN_FORMAT,
    tool_version: "0.0.0",
    dataset: "../data",
    dataset_sha256: "0".repeat(64),
    config: {
      solvers,
      isolation: "namespaces",
      allow_unsafe: false,
      attempts,
      max_steps: 60,
      deadline_seconds: 1800,
      ...config,
    },
    config_sha256: "0".repeat(64),
    environment: {},
  };
}

export async function writeRun(folder: string, { manifest, events }: StagedRun): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, RUN), JSON.stringify(manifest));
  await writeFile(path.join(folder, LEDGER), events.map((event) => `${writeLine(event)}\n`).join(""));
}
