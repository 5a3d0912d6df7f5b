import { HybridGymError, messageOf } from "../base/errors.ts";
import { canonicalJson } from "../base/json.ts";
import { createLog } from "../base/log.ts";
import type { Log } from "../base/log.ts";

/** What a command talks through: data to stdout, everything for people to stderr. */
export interface Ui {
  readonly json: boolean;
  readonly log: Log;
  /** One JSON object as one line of stdout. */
  row(value: unknown): void;
  /** Text that is the command's result, to stdout. */
  print(text: string): void;
  readonly signal: AbortSignal;
}

/** What an action returns: 0 when done, 1 when its own check failed, 3 when the environment lacks something, or the exit code of a command that it ran. */
export type Action = (ui: Ui) => Promise<number | void>;

export interface ActionOptions {
  /** Ctrl-C is the usual way to end it, and needs no words. */
  readonly quietStop?: boolean;
}

/** Runs a command's action and turns its end, good or bad, into an exit code. */
export async function runAction(json: boolean, action: Action, options: ActionOptions = {}): Promise<void> {
  const abort = new AbortController();
  let interrupted = false;
  const interrupt = () => {
    if (interrupted) process.exit(130);
    interrupted = true;
    if (options.quietStop !== true)
      process.stderr.write("\nstopping (again to stop at once); what was finished is kept\n");
    abort.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  const ui: Ui = {
    json,
    log: createLog(process.stderr),
    row: (value) => void process.stdout.write(`${canonicalJson(value)}\n`),
    print: (text) => void process.stdout.write(`${text}\n`),
    signal: abort.signal,
  };
  try {
    process.exitCode = (await action(ui)) ?? 0;
  } catch (error) {
    process.exitCode = abort.signal.aborted ? 130 : reportError(ui, error);
  }
}

/** Prints one clear error and returns the exit code. */
export function reportError(ui: Pick<Ui, "json" | "row">, error: unknown): number {
  if (!(error instanceof HybridGymError)) {
    if (ui.json) ui.row({ error: { code: "internal", message: messageOf(error), hint: REPORT_HINT } });
    process.stderr.write(`error: ${messageOf(error)}\n  ${REPORT_HINT}\n`);
    if (process.env["DEBUG"] !== undefined && error instanceof Error)
      process.stderr.write(`${error.stack}\n`);
    return 1;
  }
  const { code, message, hint, fields, exitCode } = error;
  if (ui.json) ui.row({ error: { ...fields, code, message, ...(hint === undefined ? {} : { hint }) } });
  process.stderr.write(`error: ${message}\n${hint === undefined ? "" : `  ${hint}\n`}`);
  return exitCode;
}

const REPORT_HINT = "This is a defect of hybrid-gym; run again with DEBUG=1 and report what it prints.";
