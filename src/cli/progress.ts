import type { Log } from "../base/log.ts";
import { progressText } from "../base/progress.ts";

/** Says how far work is that begins now, each time it is told; the last time the line stays. */
export function progressOf(log: Log, what: string): (done: number, total: number) => void {
  const started = performance.now();
  return (done, total) => {
    const seconds = (performance.now() - started) / 1000;
    log.progress(progressText(what, done, total, seconds), done === total);
  };
}
