import path from "node:path";
import { fileURLToPath } from "node:url";
import { writeFile } from "node:fs/promises";
import { createRandom } from "../../src/base/random.ts";
import { runUndisturbed, type CaseResult } from "./case.ts";
import { prepareGround, SCENARIOS } from "./ground.ts";
import { describeResult, planFaults, runCases, type Planned } from "./sweep.ts";

/**
 * The whole sweep: every fault at every point, in every scenario. Prints what was broken, and ends with 1 when something was.
 *
 * node tests/chaos/run.ts [--seed S] [--share 0.1] [--out FILE] [SCENARIO…]
 */
interface Request {
  readonly seed: string;
  readonly share: number;
  readonly out?: string;
  readonly scenarios: readonly string[];
}

/** Sandboxes are the same whoever works in them. */
const SWEPT: readonly string[] = ["loop", "scripted", "scripted-namespaces"];

function parse(args: readonly string[]): Request {
  const valueOf = (flag: string) => (args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined);
  const out = valueOf("--out");
  const scenarios = args.filter((arg) => SCENARIOS.some((scenario) => scenario === arg));
  return {
    seed: valueOf("--seed") ?? "1",
    share: Number(valueOf("--share") ?? 1),
    ...(out === undefined ? {} : { out }),
    scenarios: scenarios.length === 0 ? SWEPT : scenarios,
  };
}

const print = (line: string) => void process.stdout.write(`${line}\n`);

async function main({ seed, share, out, scenarios }: Request): Promise<number> {
  await using ground = await prepareGround();
  const random = createRandom(seed);
  const planned: Planned[] = [];
  for (const scenario of SCENARIOS.filter((name) => scenarios.includes(name))) {
    const undisturbed = await runUndisturbed(ground, scenario);
    const faults = planFaults(undisturbed, random.scope(scenario));
    print(`${scenario}: ${Object.keys(undisturbed.points).length} points, ${faults.length} faults`);
    for (const { promise, detail } of undisturbed.violations)
      print(`BROKEN undisturbed: ${promise}: ${detail}`);
    planned.push(...faults);
  }
  const chosen = random.shuffle(planned).slice(0, Math.ceil(planned.length * share));
  const results: CaseResult[] = [];
  await runCases(ground, chosen, (result) => {
    results.push(result);
    if (result.violations.length > 0) print(describeResult(result));
    if (results.length % 20 === 0) print(`${results.length} of ${chosen.length}`);
  });
  if (out !== undefined) await writeFile(out, `${table(planned, results)}\n`);
  const broken = results.filter(({ violations }) => violations.length > 0).length;
  const unmet = results.filter(({ met }) => !met).length;
  print(`${results.length} faults, ${broken} broke a promise, ${unmet} were not met`);
  return broken === 0 ? 0 : 1;
}

/** Each fault point with its scenarios, and how many faults were planned there, met, and broke a promise. */
function table(planned: readonly Planned[], results: readonly CaseResult[]): string {
  const rows = [...new Set(planned.map(({ fault }) => fault.point))].sort().map((point) => {
    const here = planned.filter(({ fault }) => fault.point === point);
    const had = results.filter(({ fault }) => fault.point === point);
    const scenarios = [...new Set(here.map(({ undisturbed }) => undisturbed.scenario))].join(", ");
    const met = had.filter((result) => result.met).length;
    const broken = had.filter(({ violations }) => violations.length > 0).length;
    return `| \`${point}\` | ${scenarios} | ${met} of ${here.length} | ${broken} |`;
  });
  return ["| fault point | scenarios | faults met | broke a promise |", "|---|---|---|---|", ...rows].join(
    "\n",
  );
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url))
  process.exitCode = await main(parse(process.argv.slice(2)));
