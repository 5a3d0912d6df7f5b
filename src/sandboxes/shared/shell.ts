import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { Shell, ShellOptions, ShellResult } from "../../sandbox.ts";
import { CappedOutput } from "./capped-output.ts";
import { checkedVariables } from "./execute.ts";
import { drained, exitOf, type Launcher, sandboxStopped } from "./launcher.ts";
import { DEFAULT_OUTPUT_BYTES, FLOOD_FACTOR } from "./limits.ts";

/**
 * One bash whose commands come over a pipe. Each command is a quoted string given to `eval`, so that a syntax error is
 * that command's error and can swallow nothing that follows. Bash's own output goes nowhere; a command's goes to the
 * saved descriptor 9, and a random marker with exit code and folder ends it. Redirections of an `exec` end with their command.
 */
export interface ShellParts {
  readonly launcher: Launcher;
  /** A new label for each bash that is started. */
  nextLabel(): string;
  readonly root: string;
}

const PROLOGUE = "exec 9>&1 1>/dev/null 2>/dev/null\n";

interface Bash {
  readonly label: string;
  readonly child: ChildProcessWithoutNullStreams;
}

type Ending =
  | { readonly kind: "done"; readonly exitCode: number; readonly cwd: string }
  | { readonly kind: "ended"; readonly exitCode: number }
  | { readonly kind: "deadline" | "flood" };

export async function openPersistentShell(options: ShellParts): Promise<Shell> {
  const shell = new PersistentShell(options);
  await shell.start();
  return shell;
}

class PersistentShell implements Shell {
  readonly #options: ShellParts;
  #bash: Bash | undefined;
  #cwd: string;
  #closed = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ShellParts) {
    this.#options = options;
    this.#cwd = options.root;
  }

  async start(): Promise<Bash> {
    const label = this.#options.nextLabel();
    // The folder may have been deleted, and even the repository closed, by the command before; a shell starts somewhere all the same.
    const command = [
      "bash",
      "--noprofile",
      "--norc",
      "-c",
      '{ cd -- "$1" || cd -- "$2"; } 2>/dev/null; exec bash --noprofile --norc',
      "bash",
      this.#cwd,
      this.#options.root,
    ];
    const child = await this.#options.launcher.launch({ label, command, cwd: "/" });
    child.stdin.on("error", () => {});
    child.stdout.on("error", () => {});
    child.stderr.on("error", () => {});
    child.on("error", () => {});
    child.stderr.resume();
    child.stdin.write(PROLOGUE);
    this.#bash = { label, child };
    return this.#bash;
  }

  run(command: string, options: ShellOptions = {}): Promise<ShellResult> {
    const script = scriptOf(command, options.subshell?.environment);
    const result = this.#last.then(() => this.#run(script, options));
    this.#last = result.catch(() => {});
    return result;
  }

  async #run(script: Script, options: ShellOptions): Promise<ShellResult> {
    if (this.#closed) throw sandboxStopped();
    const began = performance.now();
    const diedBefore = this.#bash !== undefined && hasEnded(this.#bash.child);
    const bash = this.#bash === undefined || diedBefore ? await this.start() : this.#bash;
    const limit = options.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES;
    const output = new CappedOutput(limit);
    const ending = await converse(bash.child, script, output, limit * FLOOD_FACTOR, options.timeoutMs);
    let exitCode = 137;
    if (ending.kind === "done") {
      this.#cwd = ending.cwd || this.#cwd;
      exitCode = ending.exitCode;
    } else {
      if (ending.kind === "ended") exitCode = ending.exitCode;
      else await this.#end(bash, true);
      await this.#end(bash, false);
      await this.#options.launcher.checkAlive();
      this.#bash = undefined;
    }
    return {
      exitCode,
      output: output.bytes(),
      timedOut: ending.kind === "deadline",
      droppedBytes: output.droppedBytes,
      cwd: this.#cwd,
      restarted: diedBefore || ending.kind !== "done",
      durationMs: performance.now() - began,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    const bash = this.#bash;
    this.#bash = undefined;
    if (bash !== undefined) await this.#end(bash, true);
  }

  async #end(bash: Bash, kill: boolean): Promise<void> {
    if (kill) {
      await this.#options.launcher.kill(bash.label, bash.child);
      await exitOf(bash.child).catch(() => {});
    }
    bash.child.stdin.destroy();
    bash.child.stdout.destroy();
    bash.child.stderr.destroy();
  }
}

/** Sends one command and reads until its marker, the shell's end, the deadline or too much output. */
function converse(
  child: ChildProcessWithoutNullStreams,
  script: Script,
  output: CappedOutput,
  floodBytes: number,
  timeoutMs: number | undefined,
): Promise<Ending> {
  const marker = `${randomBytes(16).toString("hex")}:`;
  const reader = new MarkerReader(marker, output);
  return new Promise((resolve) => {
    const finish = (ending: Ending) => {
      clearTimeout(timer);
      child.stdout.off("data", read);
      child.off("exit", ended);
      // Between commands nothing is read: a background job that floods waits at the full pipe.
      child.stdout.pause();
      resolve(ending);
    };
    const read = (chunk: Buffer) => {
      const end = reader.push(chunk);
      if (end !== undefined) {
        finish({ kind: "done", exitCode: end.exitCode, cwd: end.cwd });
        if (end.rest.length > 0) child.stdout.unshift(end.rest);
      } else if (output.totalBytes > floodBytes) {
        finish({ kind: "flood" });
      }
    };
    const ended = async () => {
      await drained([child.stdout]);
      reader.flush();
      finish({ kind: "ended", exitCode: await exitOf(child) });
    };
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            reader.flush();
            finish({ kind: "deadline" });
          }, timeoutMs);
    child.stdout.on("data", read);
    child.stdout.resume();
    if (hasEnded(child)) void ended();
    else child.once("exit", ended);
    child.stdin.write(script(marker));
  });
}

/** What the shell is given, with the marker that is to end it. */
type Script = (marker: string) => string;

/** @param own variables of a subshell for it; without them the shell itself runs it. */
function scriptOf(command: string, own: Readonly<Record<string, string>> | undefined): Script {
  const line = own === undefined ? evaluated(command) : `( ${prepared(own)}${evaluated(command)} )`;
  return (marker) =>
    `${line} </dev/null >&9 2>&9 9>&-\nbuiltin printf '${marker}%d\\0%s\\0' "$?" "$PWD" >&9\n`;
}

/** The folder is entered again: a command before may have deleted it and made it anew. */
function prepared(own: Readonly<Record<string, string>>): string {
  const variables = Object.entries(checkedVariables(own)).map(([name, value]) => quoted(`${name}=${value}`));
  const exported = variables.length === 0 ? "" : `builtin export -- ${variables.join(" ")}; `;
  return `builtin cd -- "$PWD" 2>/dev/null; ${exported}`;
}

function evaluated(command: string): string {
  // Bash cannot hold a zero byte in a word; without this it would drop it silently.
  return `builtin eval ${quoted(command.replaceAll("\0", "\uFFFD"))}`;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function hasEnded(child: ChildProcessWithoutNullStreams): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Parts a stream into a command's output and the marker line that ends it, wherever chunks are cut. */
class MarkerReader {
  readonly #marker: Buffer;
  readonly #output: CappedOutput;
  #pending: Buffer = Buffer.alloc(0);

  constructor(marker: string, output: CappedOutput) {
    this.#marker = Buffer.from(marker);
    this.#output = output;
  }

  push(chunk: Buffer): { exitCode: number; cwd: string; rest: Buffer } | undefined {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    const at = this.#pending.indexOf(this.#marker);
    if (at === -1) {
      const safe = Math.max(0, this.#pending.length - this.#marker.length + 1);
      this.#emit(safe);
      return undefined;
    }
    this.#emit(at);
    const afterCode = this.#pending.indexOf(0, this.#marker.length);
    const afterFolder = afterCode === -1 ? -1 : this.#pending.indexOf(0, afterCode + 1);
    if (afterFolder === -1) return undefined;
    return {
      exitCode: Number(this.#pending.toString("latin1", this.#marker.length, afterCode)),
      cwd: this.#pending.toString("utf8", afterCode + 1, afterFolder),
      rest: this.#pending.subarray(afterFolder + 1),
    };
  }

  /** Hands over what is left when no marker can come any more. */
  flush(): void {
    this.#emit(this.#pending.length);
  }

  #emit(length: number): void {
    if (length === 0) return;
    this.#output.push(this.#pending.subarray(0, length));
    this.#pending = this.#pending.subarray(length);
  }
}
