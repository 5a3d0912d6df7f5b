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
  /** Of a command that drains: aborted with the second signal, which ends other commands. */
  readonly stopNow: AbortSignal;
}

/** What an action returns: 0 when done, 1 when its own check failed, 3 when the environment lacks something, or the exit code of a command that it ran. */
export type Action = (ui: Ui) => Promise<number | void>;

export interface ActionOptions {
  /** Ctrl-C is the usual way to end it, and needs no words. */
  readonly quietStop?: boolean;
  /** What is said at the first signal, by a command that goes on for a while; SIGUSR1 is one too then, as batch systems send it before time is up. */
  readonly draining?: string;
}

/** How long a command that drains may take to end at the second signal. */
const LAST_WORDS_MS = 15_000;

/** Runs a command's action and turns its end, good or bad, into an exit code. */
export async function runAction(
  json: boolean,
  action: Action,
  { draining, quietStop = false }: ActionOptions = {},
): Promise<void> {
  const abort = new AbortController();
  const stopNow = new AbortController();
  const interrupt = () => {
    if (stopNow.signal.aborted || (abort.signal.aborted && draining === undefined)) process.exit(130);
    const said = abort.signal.aborted ? "stopping at once" : (draining ?? "stopping (again to stop at once)");
    if (!quietStop) process.stderr.write(`\n${said}; what was finished is kept\n`);
    if (!abort.signal.aborted) return abort.abort();
    setTimeout(() => process.exit(130), LAST_WORDS_MS).unref();
    stopNow.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  if (draining !== undefined) process.on("SIGUSR1", interrupt);
  const ui: Ui = {
    json,
    log: createLog(process.stderr),
    row: (value) => void process.stdout.write(`${canonicalJson(value)}\n`),
    print: (text) => void process.stdout.write(`${text}\n`),
    signal: abort.signal,
    stopNow: stopNow.signal,
  };
  try {
    process.exitCode = (await action(ui)) ?? 0;
  } catch (error) {
    // A command that goes on for a while may meet something worth telling meanwhile: a full disk, a spent budget.
    const isTold =
      error instanceof HybridGymError && (error.code === "interrupted" || draining !== undefined);
    const code = abort.signal.aborted && !isTold ? 130 : reportError(ui, error);
    process.exitCode = abort.signal.aborted ? 130 : code;
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
