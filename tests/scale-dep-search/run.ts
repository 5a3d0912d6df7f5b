/**
 * `npm run test:scale-dep-search`: builds dep-search instances of several real code bases, validates each three times in shuffled order,
 * and prints what came out: instances by number of dependencies, reasons of rejection, and what the choice favours.
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Log } from "../../src/base/log.ts";
import { build } from "../../src/commands/build.ts";
import { fetchPackage } from "../../src/commands/demo-source.ts";
import { validate } from "../../src/commands/validate.ts";
import { countRows, formatTable, share } from "../../src/cli/table.ts";
import { openDataset } from "../../src/datasets/open.ts";
import { createSelectionTally } from "../../src/report/selection.ts";
import { PACKAGES } from "./packages.ts";

const PER_REPOSITORY = 50;
const ROUNDS = 3;
const LEAST = 300;
/** Where something in the code is not certain, and not merely too small or of the wrong kind. */
const UNSETTLED = new Set(["unresolved-call", "several-definitions", "nested-calls"]);

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}

const cache = path.join(
  process.env["XDG_CACHE_HOME"] ?? path.join(os.homedir(), ".cache"),
  "hybrid-gym",
  "bench",
);
const log: Log = {
  info: complain,
  warn: complain,
  progress: (text, final) => void (final === true && complain(text)),
};

const folder = await mkdtemp(path.join(os.tmpdir(), "dep-search-"));
try {
  const sources = [];
  for (const one of PACKAGES) sources.push(await fetchPackage(cache, one));
  const out = path.join(folder, "data");
  const start = performance.now();
  const manifest = await build({
    repositories: sources,
    task: "dep-search",
    perRepository: PER_REPOSITORY,
    allowContaminated: true,
    out,
    cache: path.join(folder, "cache"),
    log,
  });
  const built = performance.now();
  const results = await validate({ dataset: out, repeat: ROUNDS });
  const validated = performance.now();
  const valid = results.filter((result) => result.valid);
  await describe(out);
  print(formatTable([["rejected", ""], ...countRows(manifest.rejected)]));
  print(
    `\nbuilt in ${seconds(built - start)}, validated ${ROUNDS} times in ${seconds(validated - built)}; ` +
      `${share(manifest.instances, manifest.examined)} examined became instances, of ${manifest.eligible} eligible in ${sources.length} code bases`,
  );
  for (const { id, reasons } of results.filter((result) => !result.valid))
    print(`${id}: ${reasons.join(", ")}`);
  const enough = results.length >= LEAST;
  if (!enough) print(`FAIL: ${results.length} instances, at least ${LEAST} are wanted`);
  print(`${valid.length} passed, ${results.length - valid.length + (enough ? 0 : 1)} failed`);
  process.exitCode = valid.length === results.length && enough ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Tables of the dataset: dependencies per repository, and kept against rejected. */
async function describe(out: string): Promise<void> {
  const dataset = await openDataset(out);
  const numbers = new Map<string, number[]>();
  const all = createSelectionTally();
  const unsettled = createSelectionTally();
  for await (const { instance, secret } of dataset.pairs()) {
    const counts = numbers.get(instance.repository.name) ?? [0, 0, 0];
    const place = Number(instance.variant["dependencies"]) - 1;
    numbers.set(
      instance.repository.name,
      counts.map((count, at) => count + (at === place ? 1 : 0)),
    );
    all.kept(secret.facts);
    unsettled.kept(secret.facts);
  }
  for await (const { reason, facts = {} } of dataset.rejections()) {
    all.dropped(facts);
    if (UNSETTLED.has(reason)) unsettled.dropped(facts);
  }
  print(
    formatTable([
      ["repository", "1", "2", "3 dependencies"],
      ...[...numbers].map(([name, counts]) => [name, ...counts]),
    ]),
  );
  const others = new Map(unsettled.features().map((one) => [one.name, one.dropped]));
  const rows = all.features().map(({ name, kept, dropped }) => {
    const open = others.get(name);
    return [name, mean(kept), mean(dropped), open === undefined ? "" : mean(open)];
  });
  print(`\n${formatTable([["feature", "kept", "rejected", "rejected as not settled"], ...rows])}\n`);
}

function mean({ mean: value, count }: { readonly mean: number; readonly count: number }): string {
  return `${value.toFixed(2)} (${count})`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(0)} s`;
}
