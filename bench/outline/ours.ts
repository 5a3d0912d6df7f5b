/** Usage: node ours.ts FOLDER WORKERS PASSES. Prints `{found, milliseconds}`, one time per pass. */
import { once } from "node:events";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { z } from "zod";
import { siblingModule } from "../../src/base/sibling.ts";
import { pythonFiles, recordsOf } from "./records.ts";

const CHUNK = 16;

if (isMainThread) await main();
else {
  const port = parentPort;
  port?.on("message", (files: unknown) => {
    port.postMessage(count(z.array(z.string()).parse(files)));
  });
}

function count(files: readonly string[]): number {
  let found = 0;
  for (const file of files) found += recordsOf(file).length;
  return found;
}

async function main(): Promise<void> {
  const [folder = ".", workers = "1", passes = "1"] = process.argv.slice(2);
  const files = pythonFiles(folder);
  const threads =
    workers === "1"
      ? []
      : Array.from({ length: Number(workers) }, () => new Worker(siblingModule(import.meta.url, "./ours")));
  const milliseconds: number[] = [];
  let found = 0;
  for (let pass = 0; pass < Number(passes); pass++) {
    const start = performance.now();
    found = threads.length === 0 ? count(files) : await countInThreads(threads, files);
    milliseconds.push(performance.now() - start);
  }
  await Promise.all(threads.map((thread) => thread.terminate()));
  process.stdout.write(JSON.stringify({ found, milliseconds }));
}

/** Each thread gets the next few files when it is done with the last ones. */
async function countInThreads(threads: readonly Worker[], files: readonly string[]): Promise<number> {
  let next = 0;
  let found = 0;
  const work = async (thread: Worker) => {
    for (let chunk = take(); chunk.length > 0; chunk = take()) {
      const answer = once(thread, "message");
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      thread.postMessage(chunk);
      // Read first, added afterwards: other threads add while this one waits.
      const [counted] = z.tuple([z.number()]).parse(await answer);
      found += counted;
    }
  };
  const take = () => {
    next += CHUNK;
    return files.slice(next - CHUNK, next);
  };
  await Promise.all(threads.map(work));
  return found;
}
