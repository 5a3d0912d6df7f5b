import { tmpdir } from "node:os";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { SandboxError } from "../../base/errors.ts";
import { sandboxGone } from "../shared/launcher.ts";
import { type ContainerRequest, LABEL_VARIABLE, runArguments } from "./arguments.ts";
import { engineEnvironment, lastLine } from "./engine.ts";

/**
 * The container's first process. It ends with its input, so the container ends when we do, however we end. It is
 * process 1, which no process inside can kill, and ends other processes without starting one, so a container
 * that is full of processes can still be emptied: each line of its input is a label, answered when no process of that label,
 * of its family or of its sessions is left.
 */
const SCRIPT = `
trap '' HUP INT QUIT USR1 USR2 PIPE ALRM TERM
if ! [ -d "$1/.git" ] || ! [ -w "$1" ]; then echo "the repository's folder did not arrive inside" >&2; exit 3; fi
cd /
set -f
exec 3<> <(:)
find_processes() {
  local -A parents=() sessions=() found=() in_session=()
  local id line fields variables variable before
  set +f
  local folders=(/proc/[0-9]*)
  set -f
  for id in "\${folders[@]##*/}"; do
    [ "$id" = 1 ] && continue
    line=
    { IFS= read -r -d '' line; } 2>/dev/null < "/proc/$id/stat"
    [ -z "$line" ] && continue
    fields=(\${line##*) })
    case \${fields[0]} in Z | X) continue ;; esac
    parents[$id]=\${fields[1]}
    sessions[$id]=\${fields[3]}
    variables=()
    { mapfile -d '' -t variables; } 2>/dev/null < "/proc/$id/environ"
    for variable in "\${variables[@]}"; do
      [ "$variable" = "${LABEL_VARIABLE}=$1" ] && found[$id]=1
    done
  done
  for id in "\${!found[@]}"; do
    [ "\${sessions[$id]}" -gt 1 ] && in_session[\${sessions[$id]}]=1
  done
  before=-1
  while [ "$before" != "\${#found[@]}" ]; do
    before=\${#found[@]}
    for id in "\${!parents[@]}"; do
      if [ -n "\${found[\${parents[$id]}]-}" ] || [ -n "\${in_session[\${sessions[$id]}]-}" ]; then found[$id]=1; fi
    done
  done
  matched=("\${!found[@]}")
}
echo ready
while IFS= read -r label; do
  while find_processes "$label"; [ "\${#matched[@]}" -gt 0 ]; do
    kill -KILL "\${matched[@]}" 2>/dev/null
    read -r -t 0.005 -u 3
  done
  printf '%s\\n' "$label"
done
`;

const START_MS = 60_000;
const ANSWER_MS = 15_000;

/** A running container, by its first process. */
export interface Keeper {
  isAlive(): boolean;
  /** Ends the processes of a label inside. @throws SandboxError when they could not be. */
  kill(label: string): Promise<void>;
  /** Waits until the container has ended; false when it did not within the time. */
  ended(timeoutMs: number): Promise<boolean>;
  /** Lets go of it; it ends by itself if it can. */
  release(): void;
}

/** @throws SandboxError with what the engine said. */
export async function startKeeper(request: Omit<ContainerRequest, "script">): Promise<Keeper> {
  // A group of its own: the terminal's interrupt is for us, and we end it in order.
  const child = spawn(request.engine.name, runArguments({ ...request, script: SCRIPT }), {
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
    // The engine leaves a note in its working directory when memory ran out.
    cwd: tmpdir(),
    env: engineEnvironment(),
  });
  const keeper = new AttachedKeeper(child);
  const ready = await Promise.race([keeper.said("ready"), delay(START_MS, undefined, { ref: false })]);
  if (ready !== true) {
    keeper.release();
    child.kill("SIGKILL");
    throw new SandboxError({
      code: "sandbox-start-failed",
      message: `The sandbox could not start: ${request.engine.name} said "${keeper.complaint()}"`,
      hint: '"hybrid-gym doctor" says what this machine lacks.',
    });
  }
  return keeper;
}

class AttachedKeeper implements Keeper {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<void>;
  readonly #waiting = new Map<string, (said: boolean) => void>();
  #alive = true;
  #complaint = "";

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    let pending = "";
    child.stdout.on("data", (chunk: Buffer) => {
      const lines = (pending + chunk.toString("latin1")).split("\n");
      pending = lines.pop()?.slice(0, 100) ?? "";
      for (const line of lines) this.#settle(line, true);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      if (this.#complaint.length < 10_000) this.#complaint += chunk.toString("utf8");
    });
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on("error", () => {});
    this.#ended = new Promise((resolve) => {
      const end = () => {
        this.#alive = false;
        for (const label of this.#waiting.keys()) this.#settle(label, false);
        resolve();
      };
      // After its streams: the last complaint says why.
      child.once("close", end);
      child.once("error", (error) => {
        this.#complaint += error.message;
        end();
      });
    });
  }

  isAlive(): boolean {
    return this.#alive && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  complaint(): string {
    return lastLine(this.#complaint);
  }

  /** Whether this line came, or false when the container ended first. */
  said(line: string): Promise<boolean> {
    if (!this.#alive) return Promise.resolve(false);
    return new Promise((resolve) => this.#waiting.set(line, resolve));
  }

  #settle(line: string, said: boolean): void {
    this.#waiting.get(line)?.(said);
    this.#waiting.delete(line);
  }

  async kill(label: string): Promise<void> {
    const answer = this.said(label);
    this.#child.stdin.write(`${label}\n`);
    const said = await Promise.race([answer, delay(ANSWER_MS, undefined, { ref: false })]);
    if (said === undefined) throw sandboxGone("processes inside could not be ended");
    if (!said) throw sandboxGone(`its container ended (${this.complaint()})`);
  }

  async ended(timeoutMs: number): Promise<boolean> {
    const timer = new AbortController();
    try {
      const late = delay(timeoutMs, false, { signal: timer.signal }).catch(() => false);
      return await Promise.race([this.#ended.then(() => true), late]);
    } finally {
      timer.abort();
    }
  }

  release(): void {
    this.#child.stdin.destroy();
  }
}
