import { writeSync } from "node:fs";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { siblingModule } from "../../base/sibling.ts";

/** What stands in the last words of a process that took too much memory; V8 says the same when its heap is full. */
export const OUT_OF_MEMORY = "out of memory";

const CHECK_EVERY_MS = 25;
const STDERR = 2;

/**
 * Ends this process once it holds more than `limitBytes`. From a thread of its own, for the main one may be deep
 * in a single definition when that happens.
 */
export function watchMemory(limitBytes: number): void {
  new Worker(siblingModule(import.meta.url, "./memory-watch"), { workerData: { limitBytes } }).unref();
}

function watch(limitBytes: number): void {
  setInterval(() => {
    const bytes = process.memoryUsage.rss();
    if (bytes <= limitBytes) return;
    writeSync(STDERR, `${OUT_OF_MEMORY}: ${bytes} bytes are held, the cap is ${limitBytes}\n`);
    process.kill(process.pid, "SIGKILL");
  }, CHECK_EVERY_MS);
}

// Read by hand: zod would be loaded a second time in this thread, and every process pays for that.
const data: unknown = workerData;
if (!isMainThread && typeof data === "object" && data !== null && "limitBytes" in data) {
  watch(Number(data.limitBytes));
}
