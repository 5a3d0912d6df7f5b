import { appendFile } from "node:fs/promises";
import path from "node:path";
import { BudgetError } from "../base/errors.ts";
import { canonicalJson } from "../base/json.ts";
import type { Log } from "../base/log.ts";
import { progressText } from "../base/progress.ts";
import type { PartRequest } from "../datasets/build-options.ts";
import { buildPart, writePart } from "../datasets/build-part.ts";
import { USAGE } from "../datasets/layout.ts";
import type { Model } from "../model.ts";
import { nameFromFolder } from "../repositories/names.ts";
import { openBuildGovernor, type Spending } from "./build-governor.ts";
import { buildInProcess, type PartFailure, type ProcessOptions } from "./build-process.ts";
import { withPartOptions } from "./part-options.ts";

export interface MakePartsOptions extends Omit<ProcessOptions, "admit"> {
  /** Of the whole build, those that were made before too. */
  readonly repositories: number;
  readonly concurrency: number;
  readonly model?: Model;
  readonly spending: Spending;
  readonly log: Log;
}

/**
 * Makes parts, several at a time, each in a process of its own: what one repository takes of memory goes with it, and one that hangs
 * or crashes takes none of the others along. A build of one repository, or with a model of the caller's, stays in this process, and
 * there what fails is an error.
 */
export async function makeParts(parts: readonly PartRequest[], options: MakePartsOptions): Promise<void> {
  const { settings, model, spending, log } = options;
  if (parts.length === 0) return;
  await using governor = model === undefined ? await openBuildGovernor(settings, spending, log) : undefined;
  const governed = { ...options, ...(governor === undefined ? {} : { admit: governor.admit }) };
  if (options.repositories === 1 || model !== undefined) await makeHere(parts, governed);
  else await makeInProcesses(parts, governed);
}

type Governed = MakePartsOptions & Pick<ProcessOptions, "admit">;

async function makeHere(parts: readonly PartRequest[], options: Governed): Promise<void> {
  const { settings, model, log, signal, admit } = options;
  const around = { log, ...(model && { model }), ...(signal && { signal }), ...(admit && { admit }) };
  await withPartOptions(settings, around, async (all) => {
    for (const part of parts) await buildPart(all, part);
  });
}

async function makeInProcesses(parts: readonly PartRequest[], options: Governed): Promise<void> {
  const { settings, log } = options;
  const queue = [...parts];
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const usage = path.join(settings.out, USAGE);
  const progress = progressOf(parts.length, options);
  const work = async () => {
    for (let part = queue.shift(); part !== undefined; part = queue.shift()) {
      signal.throwIfAborted();
      progress.begin(part);
      const end = await buildInProcess(part, { ...options, signal });
      if ("code" in end) await refuse(part, end, log);
      else await appendFile(usage, `${canonicalJson({ source: part.source, ...end })}\n`);
      progress.end(part);
    }
  };
  let failure: unknown;
  const giveUp = (error: unknown) => {
    failure ??= error;
    queue.length = 0;
    // Where a budget is spent, the others come to their end: what needs no further call is kept.
    if (error instanceof BudgetError)
      log.info("no more repositories are begun; those at work come to their end");
    else stop.abort(error);
  };
  const workers = Array.from({ length: Math.min(options.concurrency, parts.length) }, () =>
    work().catch(giveUp),
  );
  await Promise.all(workers);
  if (failure !== undefined) throw failure;
}

async function refuse({ source, file }: PartRequest, failure: PartFailure, log: Log): Promise<void> {
  const { code, message } = failure;
  log.warn(`${source}: ${message}`);
  const repository = nameFromFolder(path.resolve(source));
  await writePart(file, [{ type: "refused", repository, reason: code, detail: message }]);
}

/** One line for all: how many are done, how fast, how long it will take. */
function progressOf(total: number, { log }: MakePartsOptions) {
  const running = new Set<string>();
  const started = performance.now();
  let done = 0;
  const show = (final = false) => {
    const seconds = (performance.now() - started) / 1000;
    const far = progressText("repositories", done, total, seconds);
    log.progress(`${far}; at work: ${[...running].join(", ") || "none"}`, final);
  };
  return {
    begin({ source }: PartRequest) {
      running.add(path.basename(source));
      show();
    },
    end({ source }: PartRequest) {
      running.delete(path.basename(source));
      done++;
      show(done === total);
    },
  };
}
