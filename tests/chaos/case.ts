import { rm } from "node:fs/promises";
import { checkEnd, checkSite, readNotes, verdictsOf, type Violation } from "./checks.ts";
import { makeSite, rolloutArgs, start, type Ground, type Scenario, type Site } from "./ground.ts";
import { groupsOf } from "./leftovers.ts";
import type { PlannedFault } from "./plan.ts";

export interface Undisturbed {
  readonly scenario: Scenario;
  /** Fault points, by how often they are passed. */
  readonly points: Readonly<Record<string, number>>;
  readonly verdicts: Readonly<Record<string, string>>;
  /** What it does wrong when nothing is wrong. */
  readonly violations: readonly Violation[];
}

/** A run without faults: what the others are held against. */
export async function runUndisturbed(ground: Ground, scenario: Scenario): Promise<Undisturbed> {
  const site = await makeSite(ground);
  try {
    const ended = await start(ground, site, rolloutArgs(ground, scenario, site), { plan: {} }).ended;
    const verdicts = await verdictsOf(site);
    const passed = readNotes(site).find((note) => note.type === "passed");
    const violations = [...checkEnd(ended, [0]), ...(await checkSite(site, verdicts, groupsOf(site)))];
    return { scenario, points: passed?.points ?? {}, verdicts, violations };
  } finally {
    await rm(site.folder, { recursive: true, force: true });
  }
}

export interface CaseResult {
  readonly scenario: Scenario;
  readonly fault: PlannedFault;
  /** Whether the point was reached as often as planned. */
  readonly met: boolean;
  readonly violations: readonly Violation[];
}

/** A run that meets a fault, and is then continued by the same command until it is done. */
export async function runCase(
  ground: Ground,
  { scenario, verdicts }: Pick<Undisturbed, "scenario" | "verdicts">,
  fault: PlannedFault,
): Promise<CaseResult> {
  const site = await makeSite(ground);
  try {
    const first = await start(ground, site, rolloutArgs(ground, scenario, site), { plan: { fault } }).ended;
    const met = readNotes(site).some((note) => note.type === "disturbed");
    const killed = met && first.signal === "SIGKILL";
    const groups = groupsOf(site);
    const violations = [
      ...(killed ? [] : checkEnd(first, [0, 1, 3])),
      ...(await continueRun(ground, scenario, site)),
      ...(await checkSite(site, verdicts, groups)),
    ];
    return { scenario, fault, met, violations };
  } finally {
    await rm(site.folder, { recursive: true, force: true });
  }
}

/** As often as a target may be tried. */
const CONTINUATIONS = 3;

/** The same command again; while targets are left without a verdict, it says so by its exit code, and again. */
export async function continueRun(ground: Ground, scenario: Scenario, site: Site): Promise<Violation[]> {
  for (let left = CONTINUATIONS; ; left--) {
    const ended = await start(ground, site, rolloutArgs(ground, scenario, site)).ended;
    if (ended.code !== 1 || left === 1) return checkEnd(ended, [0]);
  }
}
