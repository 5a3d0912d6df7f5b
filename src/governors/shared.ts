import { chmodSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TimedClock } from "../base/clock.ts";
import { EnvironmentError, messageOf, StoreError } from "../base/errors.ts";
import { acquireLock } from "../base/lock.ts";
import type { Log } from "../base/log.ts";
import type { Amount, EndpointHealth, EndpointLimits } from "../governor.ts";
import type { Gate, GateCall, GateEnd } from "./gate.ts";
import { startLeader, type Leader } from "./leader.ts";
import { greet, LinkLost, openLink, type Link } from "./link.ts";
import { LocalGate } from "./local.ts";
import { claimPrivateFolder, type GovernorPlaces } from "./places.ts";
import { toHealth } from "./wire.ts";

export const socketIn = (folder: string) => path.join(folder, "governor.sock");
const LOCK = "governor.lock";
/** What an address of a Unix socket holds. */
const MAX_SOCKET_PATH_BYTES = 107;
const ELECTION_PAUSE_MS = 50;
/** For so long is a leader waited for that has the lock and does not answer. */
const ELECTION_MS = 15_000;

/** Leaders that one question may outlive: more are no accident. */
const MOST_LOST = 20;

type Role =
  | {
      readonly kind: "leads";
      readonly gate: LocalGate;
      readonly leader: Leader;
      readonly lock: AsyncDisposable;
    }
  | { readonly kind: "follows"; readonly link: Link }
  /** Nobody can be reached, and nobody else can reach this one. */
  | { readonly kind: "alone"; readonly gate: LocalGate };

/**
 * The one gate of all processes of this user on this machine. The first listens on a socket and holds it; when it ends or is killed,
 * those that are left elect another and tell it what they have under way. Where that cannot be, each process has a gate of its own,
 * and says so.
 */
export class SharedGate implements Gate {
  readonly #places: GovernorPlaces;
  readonly #clock: TimedClock;
  readonly #log: Log;
  /** Let through and not settled, or settled and not confirmed. */
  readonly #underWay = new Map<string, { readonly call: GateCall; readonly day: string }>();
  readonly #limits = new Map<string, EndpointLimits>();
  #role: Promise<Role>;
  #closed = false;

  constructor(places: GovernorPlaces, clock: TimedClock, log: Log) {
    this.#places = places;
    this.#clock = clock;
    this.#log = log;
    this.#role = this.#takeRole();
  }

  /** Whether this process holds the gate; when it is known. */
  async role(): Promise<Role["kind"]> {
    return (await this.#role).kind;
  }

  async admit(call: GateCall, signal?: AbortSignal): Promise<string> {
    const day = await this.#withRole((role) =>
      role.kind === "follows" ? askToAdmit(role.link, call, signal) : role.gate.admit(call, signal),
    );
    this.#underWay.set(call.id, { call, day });
    return day;
  }

  async settle(id: string, end: GateEnd): Promise<void> {
    await this.#withRole(async (role) => {
      if (role.kind !== "follows") return role.gate.settle(id, end);
      await role.link.ask({ type: "settle", id, end: { ...end } }, "done");
    }).finally(() => this.#underWay.delete(id));
  }

  async adjust(endpoint: string, limits: EndpointLimits): Promise<void> {
    this.#limits.set(endpoint, limits);
    await this.#withRole(async (role) => {
      if (role.kind === "follows")
        return void (await role.link.ask({ type: "adjust", endpoint, limits }, "done"));
      await role.gate.adjust(endpoint, limits);
      if (role.kind === "leads") role.leader.announce(endpoint, limits);
    });
  }

  health(): Promise<readonly EndpointHealth[]> {
    return this.#withRole(async (role) =>
      role.kind === "follows" ? healthOf(role.link) : role.gate.health(),
    );
  }

  today(endpoint: string): Promise<Amount> {
    return this.#withRole(async (role) =>
      role.kind === "follows"
        ? (await role.link.ask({ type: "today", endpoint }, "today")).spent
        : role.gate.today(endpoint),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const role = await this.#role.catch(() => undefined);
    if (role?.kind === "follows") role.link.close();
    if (role?.kind !== "leads") return;
    await role.leader[Symbol.asyncDispose]();
    await role.lock[Symbol.asyncDispose]();
  }

  /** Asks whoever leads; the next one when that one is lost. */
  async #withRole<T>(work: (role: Role) => Promise<T>): Promise<T> {
    for (let lost = 0; ; lost++) {
      const role = await this.#role;
      if (lost > MOST_LOST) throw noAnswer(socketIn(this.#places.meeting));
      try {
        return await work(role);
      } catch (error) {
        if (!(error instanceof LinkLost) || this.#closed) throw error;
        if (role.kind === "follows") await role.link.lost;
      }
    }
  }

  async #takeRole(): Promise<Role> {
    try {
      return await this.#elect();
    } catch (error) {
      this.#log.warn(
        `the throughput of this machine's runs cannot be shared (${messageOf(error)}): limits and day budgets hold for this run alone`,
      );
      return { kind: "alone", gate: this.#openGate() };
    }
  }

  async #elect(): Promise<Role> {
    const { meeting } = this.#places;
    const socketFile = socketIn(meeting);
    claimPrivateFolder(meeting);
    if (Buffer.byteLength(socketFile) > MAX_SOCKET_PATH_BYTES) throw pathTooLong(socketFile);
    for (const began = performance.now(); performance.now() - began < ELECTION_MS;) {
      const followed = await this.#follow(socketFile);
      if (followed !== undefined) return followed;
      const lock = await tryLock(path.join(meeting, LOCK));
      if (lock !== undefined) return this.#lead(socketFile, lock);
      await sleep(ELECTION_PAUSE_MS);
    }
    throw noAnswer(socketFile);
  }

  async #follow(socketFile: string): Promise<Role | undefined> {
    const link = await openLink(socketFile, {
      onLimits: (endpoint, limits) => this.#limits.set(endpoint, limits),
    });
    if (link === undefined) return undefined;
    const underWay = [...this.#underWay.values()].map(({ call, day }) => ({ call, day }));
    const limits = [...this.#limits].map(([endpoint, limits]) => ({ endpoint, limits }));
    const greeted = await greet(link, { underWay, limits }).catch((error: unknown) => {
      if (error instanceof LinkLost) return undefined;
      throw error;
    });
    if (greeted === undefined) return undefined;
    if (!greeted) throw otherVersion(socketFile);
    void this.#replace(link);
    return { kind: "follows", link };
  }

  /** Another takes the place of a leader that is lost. */
  async #replace(link: Link): Promise<void> {
    await link.lost;
    if (!this.#closed) this.#role = this.#takeRole();
  }

  async #lead(socketFile: string, lock: AsyncDisposable): Promise<Role> {
    try {
      const gate = this.#openGate();
      const leader = await startLeader(gate, socketFile);
      chmodSync(socketFile, 0o600);
      return { kind: "leads", gate, leader, lock };
    } catch (error) {
      await lock[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** With what this process knows of the one before. */
  #openGate(): LocalGate {
    const gate = new LocalGate(this.#clock, this.#places.spend);
    for (const [endpoint, limits] of this.#limits) void gate.adjust(endpoint, limits);
    for (const { call, day } of this.#underWay.values()) gate.adopt(call, day);
    return gate;
  }
}

async function askToAdmit(link: Link, call: GateCall, signal?: AbortSignal): Promise<string> {
  signal?.throwIfAborted();
  const cancel = () => link.tell({ type: "cancel", id: call.id });
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    const { day } = await link.ask({ type: "admit", call: { ...call } }, "admitted");
    return day;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}

export async function healthOf(link: Link): Promise<EndpointHealth[]> {
  return (await link.ask({ type: "health" }, "health")).endpoints.map(toHealth);
}

/** Undefined while a living process has it. */
async function tryLock(file: string): Promise<AsyncDisposable | undefined> {
  return acquireLock(file, "The governor").catch((error: unknown) => {
    if (error instanceof StoreError && error.code === "in-use") return undefined;
    throw error;
  });
}

function pathTooLong(file: string): EnvironmentError {
  return new EnvironmentError({
    code: "governor-unreachable",
    message: `the path ${file} is too long for a socket`,
    hint: "Set XDG_RUNTIME_DIR or TMPDIR to a folder with a shorter path.",
  });
}

function noAnswer(file: string): EnvironmentError {
  return new EnvironmentError({
    code: "governor-unreachable",
    message: `the process that listens at ${file} does not answer`,
    hint: 'See whether one of your runs was stopped (Ctrl-Z): "fg" lets it go on.',
  });
}

export function otherVersion(file: string): EnvironmentError {
  return new EnvironmentError({
    code: "governor-unreachable",
    message: `the process that listens at ${file} is of another version of hybrid-gym`,
    hint: "Use one version at a time on a machine.",
  });
}
