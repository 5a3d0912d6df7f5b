import { Command } from "commander";
import { rm } from "node:fs/promises";
import path from "node:path";
import { claimOutputFolder, writeFileDurably } from "../base/files.ts";
import { positiveInteger } from "./options.ts";
import { countRows, formatTable, share } from "./table.ts";
import { runAction } from "./ui.ts";
import type { Ui } from "./ui.ts";

const MARKER = "hybrid-gym-demo.txt";

interface Flags {
  out: string;
  perRepo: number;
  json?: true;
}

export function demoCommand(): Command {
  return new Command("demo")
    .description("the whole chain on a real code base: build, validate, rollout, grade, export, report")
    .argument("[repository]", "a repository of your own: a path or a git URL")
    .option(
      "--out <folder>",
      "where everything goes; what an earlier demo left there is replaced",
      "hybrid-gym-demo",
    )
    .option("--per-repo <n>", "instances to build", positiveInteger, 20)
    .option("--json", "print the counts as one JSON object")
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym demo\n  $ hybrid-gym demo ~/src/my-project --out /tmp/demo",
    )
    .action((repository: string | undefined, flags: Flags) =>
      runAction(flags.json ?? false, (ui) => demo(ui, repository, flags)),
    );
}

async function demo(ui: Ui, repository: string | undefined, flags: Flags): Promise<0 | 1> {
  const { build } = await import("../commands/build.ts");
  const { fetchDemoSource } = await import("../commands/demo-source.ts");
  const { exportAttempts } = await import("../commands/export.ts");
  const { report } = await import("../commands/report.ts");
  const { rollout } = await import("../commands/rollout.ts");
  const { validate } = await import("../commands/validate.ts");
  const { openRun } = await import("../runs/open.ts");
  const { log } = ui;
  await claimOutputFolder(flags.out, MARKER);
  await writeFileDurably(
    path.join(flags.out, MARKER),
    "Made by hybrid-gym demo; replaced by the next one.\n",
  );
  const place = (name: string) => path.join(flags.out, name);
  const [data, run, rows, page] = [place("data"), place("run"), place("sft"), place("report.html")];
  for (const old of [data, run, rows, page]) await rm(old, { recursive: true, force: true });

  const source = repository ?? (await fetchDemoSource(place("source")));
  log.info(`1/6 build      instances from ${source}`);
  const cache = place("cache");
  const manifest = await build({
    repositories: [source],
    task: "func-localize",
    perRepository: flags.perRepo,
    // To be looked at, not trained on: any code base will do.
    allowContaminated: true,
    out: data,
    cache,
    log,
    signal: ui.signal,
  });
  log.info("2/6 validate   reference solutions, no-ops and cheats");
  const validations = await validate({ dataset: data, signal: ui.signal });
  log.info("3/6 rollout    the scripted agent, and 4/6 grade");
  const counts = await rollout({
    dataset: data,
    run,
    agent: "scripted",
    log,
    signal: ui.signal,
    graceSeconds: 0,
  });
  log.info("5/6 export     solved attempts as training rows");
  const exported = await exportAttempts({ run, format: "openai", out: rows });
  log.info("6/6 report");
  await report({ subject: run, out: page });

  const valid = validations.filter((validation) => validation.valid).length;
  const summary = {
    eligible: manifest.eligible,
    examined: manifest.examined,
    built: manifest.instances,
    valid,
    rejected: manifest.rejected,
    solved: counts.solved,
    unsolved: counts.unsolved,
    no_verdict: counts.no_verdict,
    rows: exported.counts.written,
    isolation: (await openRun(run)).manifest.config.isolation,
  };
  if (ui.json) ui.row({ ...summary, dataset: data, run, export: rows, report: page });
  else {
    const table: [string, string | number][] = [
      ["eligible definitions", summary.eligible],
      ["examined", summary.examined],
      ["built", summary.built],
      ["valid", summary.valid],
      ...countRows(summary.rejected).map(([reason, count]): [string, number] => [
        `rejected: ${reason}`,
        count,
      ]),
      ["solved", summary.solved],
      ["unsolved", summary.unsolved],
      ...countRows(summary.no_verdict).map(([cause, count]): [string, number] => [
        `no verdict: ${cause}`,
        count,
      ]),
      ["no verdict", Object.values(summary.no_verdict).reduce((sum, count) => sum + count, 0)],
      ["training rows", summary.rows],
      ["isolation", summary.isolation],
    ];
    const graded = counts.solved + counts.unsolved;
    ui.print(
      `\n${formatTable(table)}\n\nsolved ${share(counts.solved, graded)} graded; graded ${share(graded, counts.targets)} targets\n`,
    );
    ui.print(
      formatTable([
        ["dataset", data],
        ["run", run],
        ["training rows", path.join(rows, "train.jsonl")],
        ["report", `${page}   (open it in a browser)`],
      ]),
    );
  }
  return valid === manifest.instances && manifest.instances > 0 ? 0 : 1;
}
