import os from "node:os";
import { isRunning, startTimeOf } from "../base/lock.ts";

/** This process, as stores name it: `<host>:<process id>:<its start time>`, for ids are used again. */
export function thisWorker(): string {
  return `${os.hostname()}:${process.pid}:${startTimeOf(process.pid)}`;
}

/** Whether a worker of this machine is there; of one on another machine nothing is known here, and `elsewhere` is the answer. */
export function isWorkerAlive(worker: string, elsewhere = false): boolean {
  const [host = "", id = "", started = ""] = worker.split(":");
  if (host !== "" && host !== os.hostname()) return elsewhere;
  return Number(id) > 0 && isRunning(Number(id), started);
}
