import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../base/errors.ts";
import { VERSION } from "../base/version.ts";
import { openDataset } from "../datasets/open.ts";
import type { ReportAttempt, ReportData } from "../report/data.ts";
import { writeReport } from "../report/page.ts";
import { readAttempts } from "../runs/attempts.ts";
import { RUN } from "../stores/local/layout.ts";
import { openRun } from "../runs/open.ts";
import type { Run } from "../runs/open.ts";

export interface ReportRequest {
  /** A run or a dataset folder. */
  readonly subject: string;
  /** The HTML file to write; an existing file is replaced. */
  readonly out: string;
  readonly title?: string;
}

/** Writes one self-contained HTML page about a run, or about a dataset before any rollout. It shows ground truth. */
export async function report(request: ReportRequest): Promise<void> {
  const { subject, out } = request;
  if ((await stat(out).catch(() => undefined))?.isDirectory() === true) {
    throw new InputError({
      code: "output-is-a-folder",
      message: `${out} is a folder`,
      hint: "Name a file, such as report.html.",
    });
  }
  const run = existsSync(path.join(subject, RUN)) ? await openRun(subject) : undefined;
  const dataset = await openDataset(run?.dataset ?? subject);
  const name = path.basename(path.resolve(subject));
  const data: ReportData = {
    title: request.title ?? `${run === undefined ? "Dataset" : "Run"} ${name}`,
    toolVersion: VERSION,
    dataset: { manifest: dataset.manifest, instances: dataset.pairs(), rejections: dataset.rejections() },
    ...(run === undefined ? {} : { run: { manifest: run.manifest, counts: run.counts } }),
    attempts: run === undefined ? [] : attemptsOf(run),
  };
  await writeReport(out, data);
}

async function* attemptsOf(run: Run): AsyncGenerator<ReportAttempt> {
  for await (const source of readAttempts(run)) {
    const events = await Array.fromAsync(source.readEvents());
    const patch = Buffer.from(await source.readPatch()).toString("utf8");
    yield { attempt: source.attempt, events, patch };
  }
}
