import { appendFile } from "node:fs/promises";
import path from "node:path";
import { canonicalJson } from "../base/json.ts";
import type { Log } from "../base/log.ts";
import type { PartRequest } from "../datasets/build-options.ts";
import { buildPart, writePart } from "../datasets/build-part.ts";
import { USAGE } from "../datasets/layout.ts";
import type { Model } from "../model.ts";
import { nameFromFolder } from "../repositories/names.ts";
import { buildInProcess, type PartFailure, type ProcessOptions } from "./build-process.ts";
import { withPartOptions } from "./part-options.ts";

export interface MakePartsOptions extends ProcessOptions {
  /** Of the whole build, those that were made before too. */
  readonly repositories: number;
  readonly concurrency: number;
  readonly model?: Model;
  readonly log: Log;
}

/**
 * Makes parts, several at a time, each in a process of its own: what one repository takes of memory goes with it, and one that hangs
 * or crashes takes none of the others along. A build of one repository, or with a model of the caller's, stays in this process, and
 * there what fails is an error.
 */
export async function makeParts(parts: readonly PartRequest[], options: MakePartsOptions): Promise<void> {
  const { settings, model, log, signal } = options;
  if (options.repositories === 1 || model !== undefined) {
    const around = { log, ...(model && { model }), ...(signal && { signal }) };
    await withPartOptions(settings, around, async (all) => {
      for (const part of parts) await buildPart(all, part);
    });
    return;
  }
  const queue = [...parts];
  const usage = path.join(settings.out, USAGE);
  const progress = progressOf(parts.length, options);
  const work = async () => {
    for (let part = queue.shift(); part !== undefined; part = queue.shift()) {
      signal?.throwIfAborted();
      progress.begin(part);
      const end = await buildInProcess(part, options);
      if ("code" in end) await refuse(part, end, log);
      else await appendFile(usage, `${canonicalJson({ source: part.source, ...end })}\n`);
      progress.end(part);
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.concurrency, parts.length) }, work));
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
    const left = done === 0 ? "" : `, about ${Math.ceil(((seconds / done) * (total - done)) / 60)} min left`;
    const rate = done === 0 ? "" : `, ${((done / seconds) * 60).toFixed(1)} a minute${left}`;
    log.progress(
      `${done} of ${total} repositories${rate}; at work: ${[...running].join(", ") || "none"}`,
      final,
    );
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
