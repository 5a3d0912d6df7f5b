import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { sandboxGone } from "../shared/launcher.ts";

/** The variable that marks a sandbox's processes; it is inherited by whatever they start, also in a session of its own. */
export const LABEL_VARIABLE = "SANDBOX";

export interface Prey {
  /** Processes whose label is this, or starts with this and a dot. */
  readonly label: string;
  /** Processes started by us that have not been waited for yet (so that the number is still theirs). */
  readonly children?: readonly number[];
}

const GIVE_UP_MS = 10_000;

/** Kills all that match, and their descendants, until none is left. @throws SandboxError when some survive. */
export async function killAll(prey: Prey): Promise<void> {
  const deadline = performance.now() + GIVE_UP_MS;
  for (;;) {
    const found = findProcesses(prey);
    if (found.length === 0) return;
    for (const id of found) send(id);
    if (performance.now() > deadline) throw sandboxGone(`${found.length} processes could not be ended`);
    await delay(5);
  }
}

function send(id: number): void {
  try {
    process.kill(id, "SIGKILL");
  } catch {
    // It ended by itself in the meantime.
  }
}

interface Entry {
  readonly id: number;
  readonly parent: number;
  readonly session: number;
  readonly state: string;
}

/** The living processes that match. Without /proc only the given children and their groups are known. */
export function findProcesses(prey: Prey): number[] {
  const all = listProcesses();
  if (all === undefined) return (prey.children ?? []).flatMap((id) => (isAlive(-id) ? [-id] : []));
  const living = all.filter((entry) => entry.state !== "Z" && entry.state !== "X");
  const children = new Set(prey.children);
  const matched = new Set(
    living.filter((entry) => children.has(entry.id) || matches(entry.id, prey)).map((entry) => entry.id),
  );
  // A process that cleared its environment is still in the session or the family of one that did not.
  const sessions = new Set(living.filter((entry) => matched.has(entry.id)).map((entry) => entry.session));
  for (let size = -1; size !== matched.size;) {
    size = matched.size;
    for (const { id, parent, session } of living) {
      if (matched.has(parent) || sessions.has(session)) matched.add(id);
    }
  }
  matched.delete(process.pid);
  return [...matched];
}

function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}

function listProcesses(): Entry[] | undefined {
  let names: string[];
  try {
    names = readdirSync("/proc");
  } catch {
    return undefined;
  }
  return names.flatMap((name) => {
    const id = Number(name);
    const text = Number.isInteger(id) ? readOrNothing(`/proc/${id}/stat`)?.toString("latin1") : undefined;
    if (text === undefined) return [];
    // The program's name, in parentheses, may hold anything; the fields that follow may not.
    const [state = "", parent, , session] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return [{ id, state, parent: Number(parent), session: Number(session) }];
  });
}

function matches(id: number, prey: Prey): boolean {
  const environment = readOrNothing(`/proc/${id}/environ`)?.toString("latin1");
  if (environment === undefined) return false;
  const mark = `${LABEL_VARIABLE}=${prey.label}`;
  return `\0${environment}\0`.includes(`\0${mark}\0`) || `\0${environment}`.includes(`\0${mark}.`);
}

function readOrNothing(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
