import { open, truncate } from "node:fs/promises";
import path from "node:path";
import { openAppendLog } from "../../base/files.ts";
import type { LedgerEvent } from "../../run.ts";
import type { EventLog } from "../event-store.ts";
import { RunFold } from "../fold.ts";
import { LEDGER } from "./layout.ts";
import { readLine, writeLine } from "./lines.ts";

export async function openLedger(run: string, fold = new RunFold()): Promise<EventLog> {
  const log = await openAppendLog(path.join(run, LEDGER));
  return {
    async append(event) {
      await log.append(writeLine(event));
      fold.apply(event);
    },
    [Symbol.asyncDispose]: () => log.close(),
  };
}

/**
 * All events in order. A last line without its newline is what a killed writer left: it never counted,
 * and is skipped. Any other line that does not parse means that the file was damaged, and is an error.
 */
export async function readLedger(run: string): Promise<{ events: LedgerEvent[]; tornBytes: number }> {
  const file = path.join(run, LEDGER);
  const bytes = await readIfThere(file);
  const end = bytes.lastIndexOf(0x0a) + 1;
  const lines = bytes.subarray(0, end).toString("utf8").split("\n");
  const events: LedgerEvent[] = [];
  for (const [index, line] of lines.entries())
    if (line !== "") events.push(readLine(line, `${file}:${index + 1}`));
  return { events, tornBytes: bytes.length - end };
}

/** Takes a torn last line away before new lines are appended. Only the run's one writer may call it. */
export async function repairLedger(run: string, tornBytes: number): Promise<void> {
  if (tornBytes === 0) return;
  const file = path.join(run, LEDGER);
  const { length } = await readIfThere(file);
  await truncate(file, length - tornBytes);
}

async function readIfThere(file: string): Promise<Buffer> {
  const handle = await open(file, "r").catch(() => undefined);
  if (handle === undefined) return Buffer.alloc(0);
  try {
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
