import { existsSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { InputError } from "../base/errors.ts";
import { readJsonl } from "../base/files.ts";
import { acquireLock } from "../base/lock.ts";
import { type SavedGrade, saveGrades } from "../runs/grades.ts";
import { LOCK, RUN } from "../stores/local/layout.ts";
import { eachFinishedAttempt, openRun } from "../runs/open.ts";
import { type Verdict, verdictSchema } from "../verdict.ts";
import { type Grade, grade, type GradeRequest } from "./grade.ts";

export interface RegradeRequest extends GradeRequest {
  /** What an earlier `grade --json` printed. A run has its own verdicts, so it may be left out there. */
  readonly against?: string;
  /** For a run: keeps the new verdicts beside its record, where status, report and export take them. */
  readonly save?: boolean;
}

/** A verdict that comes out differently now. */
export interface VerdictChange {
  readonly instance_id: string;
  readonly attempt_id?: string;
  readonly task: string;
  readonly before: Side;
  readonly after: Side;
  /** Where the reasons of the stricter side were found. */
  readonly why: readonly string[];
}

interface Side {
  readonly outcome: Verdict["outcome"];
  readonly reasons: readonly string[];
  readonly grader_version: number | null;
}

export interface Regraded {
  readonly graded: number;
  /** Diffs that had no earlier verdict to compare with. */
  readonly unmatched: number;
  readonly changes: readonly VerdictChange[];
}

/** Grades again and lists the verdicts that changed. */
export async function regrade(request: RegradeRequest): Promise<Regraded> {
  const { subject, against, save = false } = request;
  const isRun = existsSync(path.join(subject, RUN));
  if (save && !isRun) throw notARun(subject);
  if (against === undefined && !isRun) throw againstRequired(subject);
  await using _lock = save ? await acquireLock(path.join(subject, LOCK), subject) : undefined;
  const earlier = against === undefined ? await recordedVerdicts(subject) : await printedVerdicts(against);
  const changes: VerdictChange[] = [];
  const saved: SavedGrade[] = [];
  let graded = 0;
  let unmatched = 0;
  for await (const now of grade(request)) {
    graded++;
    const before = earlier.take(now);
    if (before === undefined) unmatched++;
    else if (differs(before, now)) changes.push(changeOf(before, now));
    if (save && now.attempt_id !== undefined) saved.push(savedGrade(now.attempt_id, now));
  }
  if (save) await saveGrades(subject, saved);
  return { graded, unmatched, changes };
}

type Earlier = Verdict & { readonly grader_version?: number | undefined };

/** Earlier verdicts, each to be compared once: by attempt, else by instance in their order. */
interface EarlierVerdicts {
  take(now: Grade): Earlier | undefined;
}

async function recordedVerdicts(folder: string): Promise<EarlierVerdicts> {
  const known = new Map<string, Earlier[]>();
  for await (const { id, verdict, grader_version } of eachFinishedAttempt(await openRun(folder)))
    known.set(id, [{ ...verdict, grader_version }]);
  return takeFrom(known);
}

const printedSchema = verdictSchema.extend({
  instance_id: z.string(),
  attempt_id: z.string().optional(),
  task: z.string().optional(),
  grader_version: z.int().optional(),
});

async function printedVerdicts(file: string): Promise<EarlierVerdicts> {
  const known = new Map<string, Earlier[]>();
  for await (const row of readJsonl(file, printedSchema)) {
    const key = row.attempt_id ?? row.instance_id;
    known.set(key, [...(known.get(key) ?? []), row]);
  }
  return takeFrom(known);
}

function takeFrom(known: ReadonlyMap<string, Earlier[]>): EarlierVerdicts {
  return { take: ({ attempt_id, instance_id }) => known.get(attempt_id ?? instance_id)?.shift() };
}

function differs(before: Verdict, now: Verdict): boolean {
  return before.outcome !== now.outcome || before.reasons.join() !== now.reasons.join();
}

function changeOf(before: Earlier, now: Grade): VerdictChange {
  const side = ({ outcome, reasons }: Verdict, version: number | null): Side => ({
    outcome,
    reasons,
    grader_version: version,
  });
  const stricter = now.outcome === "solved" ? before : now;
  const evidence = z.array(z.string()).safeParse(stricter.facts["evidence"]);
  return {
    instance_id: now.instance_id,
    ...(now.attempt_id === undefined ? {} : { attempt_id: now.attempt_id }),
    task: now.task,
    before: side(before, before.grader_version ?? null),
    after: side(now, now.grader_version),
    why: evidence.success ? evidence.data : [...stricter.reasons],
  };
}

function savedGrade(
  attempt: string,
  { outcome, resolved, reward, reasons, facts, grader_version }: Grade,
): SavedGrade {
  return {
    schema_version: 1,
    attempt,
    grader_version,
    verdict: { outcome, resolved, reward, reasons, facts },
  };
}

function notARun(subject: string): InputError {
  return new InputError({
    code: "not-a-run",
    message: `${subject} is no run, so there is nowhere to save verdicts`,
    hint: 'Leave --save out; "grade --json" prints the new verdicts.',
  });
}

function againstRequired(subject: string): InputError {
  return new InputError({
    code: "against-required",
    message: `${subject} has no verdicts of its own to compare with`,
    hint: 'Add --against FILE, which an earlier "grade --json" printed.',
  });
}
