import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { finishedAttempts, openRun } from "../../src/index.ts";
import type { Ended, Site } from "./ground.ts";
import { findLeftovers } from "./leftovers.ts";
import { noteSchema, type Note } from "./plan.ts";

/** What a run promises, and each is checked by itself. */
export const PROMISES = [
  "the command ends by itself, with a clear error or none",
  "every target is accounted for",
  "no attempt is made twice",
  "nothing that the disk acknowledged is lost",
  "verdicts are those of an undisturbed run",
  "no process, mount or control group is left",
  "no temporary file or folder is left",
  "nothing half-made is left in the run",
] as const;
export type Promised = (typeof PROMISES)[number];

export interface Violation {
  readonly promise: Promised;
  readonly detail: string;
}

export const violation = (promise: Promised, detail: string): Violation => ({ promise, detail });

export function readNotes(site: Site): Note[] {
  if (!existsSync(site.notes)) return [];
  return readFileSync(site.notes, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => noteSchema.parse(JSON.parse(line)));
}

/** How each target came out, in a form that is alike for runs that are alike. */
export async function verdictsOf(site: Site): Promise<Readonly<Record<string, string>>> {
  const attempts = await finishedAttempts(await openRun(site.run));
  return Object.fromEntries(
    [...attempts]
      .map(([target, { end, steps, verdict }]): [string, string] => [
        target,
        JSON.stringify([end, steps, verdict.outcome, verdict.cause, verdict.reasons, verdict.facts]),
      ])
      .sort(),
  );
}

/** All that must hold at a site once the command has ended by itself. */
export async function checkSite(
  site: Site,
  expected: Readonly<Record<string, string>>,
  groups: readonly string[],
): Promise<Violation[]> {
  if (!existsSync(path.join(site.run, "ledger.jsonl")))
    return [violation("every target is accounted for", "there is no run")];
  const found = [...(await checkAccounts(site, expected)), ...checkLedger(site), ...checkAcknowledged(site)];
  const { processes, mounts, temporary, run } = await findLeftovers(site);
  for (const left of [...processes, ...mounts, ...groups.filter((group) => existsSync(group))])
    found.push(violation("no process, mount or control group is left", left));
  for (const left of temporary) found.push(violation("no temporary file or folder is left", left));
  for (const left of run) found.push(violation("nothing half-made is left in the run", left));
  return found;
}

async function checkAccounts(site: Site, expected: Readonly<Record<string, string>>): Promise<Violation[]> {
  const { counts } = await openRun(site.run);
  const sum = (values: Readonly<Record<string, number>>) =>
    Object.values(values).reduce((total, value) => total + value, 0);
  const { targets, solved, unsolved, no_verdict, skipped, running, owed } = counts;
  const found: Violation[] = [];
  const wanted = Object.keys(expected).length;
  if (targets !== solved + unsolved + sum(no_verdict) + sum(skipped) + running + owed || targets !== wanted)
    found.push(violation("every target is accounted for", JSON.stringify(counts)));
  const verdicts = await verdictsOf(site);
  for (const [target, verdict] of Object.entries(expected))
    if (verdicts[target] !== verdict)
      found.push(violation("verdicts are those of an undisturbed run", `${target}: ${verdicts[target]}`));
  return found;
}

const eventSchema = z.looseObject({
  type: z.string(),
  attempt: z
    .union([
      z.string(),
      z.looseObject({
        id: z.string(),
        target: z.string(),
        seconds: z.number(),
        verdict: z.looseObject({ outcome: z.string(), cause: z.string().optional() }),
      }),
    ])
    .optional(),
});

/** By the ledger's own lines: what is claimed ends once, and no target gets a second verdict. */
function checkLedger(site: Site): Violation[] {
  const seen = new Set<string>();
  const found: Violation[] = [];
  const once = (what: string) => {
    if (seen.has(what)) found.push(violation("no attempt is made twice", what));
    seen.add(what);
  };
  for (const { type, attempt } of readLedger(site)) {
    if (type === "claimed") once(`${String(attempt)} claimed`);
    if (type === "interrupted") once(`${String(attempt)} ended`);
    if (type !== "finished" || typeof attempt !== "object") continue;
    once(`${attempt.id} ended`);
    if (attempt.verdict.outcome !== "no-verdict") once(`${attempt.target} judged`);
  }
  for (const what of seen)
    if (what.endsWith(" claimed") && !seen.has(what.replace(/claimed$/, "ended")))
      found.push(violation("every target is accounted for", `${what}, and never ended`));
  return found;
}

/** The causes of attempts that came to no verdict, in the order in which they ended. */
export function failuresOf(site: Site): string[] {
  return readLedger(site).flatMap(({ type, attempt }) =>
    type === "finished" && typeof attempt === "object" && attempt.verdict.outcome === "no-verdict"
      ? [attempt.verdict.cause ?? ""]
      : [],
  );
}

export function readLedger(site: Site): z.infer<typeof eventSchema>[] {
  return readFileSync(path.join(site.run, "ledger.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => eventSchema.parse(JSON.parse(line)));
}

function checkAcknowledged(site: Site): Violation[] {
  return readNotes(site).flatMap((note) => {
    if (note.type !== "acknowledged") return [];
    const kept = existsSync(note.file) && readFileSync(note.file).includes(Buffer.from(note.bytes, "base64"));
    return kept ? [] : [violation("nothing that the disk acknowledged is lost", note.file)];
  });
}

/** Of a command that was not killed. */
export function checkEnd({ code, signal, stderr }: Ended, codes: readonly number[]): Violation[] {
  const clear = signal === null && codes.includes(code ?? -1) && !/^\s+at /m.test(stderr);
  const detail = `exit code ${code}, signal ${signal}: ${stderr.slice(-2000)}`;
  return clear ? [] : [violation("the command ends by itself, with a clear error or none", detail)];
}
