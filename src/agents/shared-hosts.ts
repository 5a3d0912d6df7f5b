import { PassThrough } from "node:stream";
import type { ModelSettings } from "../models/create.ts";
import { startAgentProcess } from "./agent-process.ts";
import type { AgentChannel } from "./channel.ts";
import { lines } from "./lines.ts";
import { SHARED, splitLine } from "./shared-line.ts";

/** Agents of ours, several in each process: a Node.js of its own for each would be most of an attempt's memory. */
export interface SharedHosts extends AsyncDisposable {
  open(): AgentChannel;
}

/** As many as a crash may take along: what each has more than this costs little. */
const ATTEMPTS_EACH = 16;
/** In which an attempt that was told to stop has to; else it has stopped its whole process. */
const STOP_MS = 10_000;

/**
 * Our agents run no code of a model, and what one process holds is of one run and one key; so attempts may share a process. What they
 * share is a fate: one that does not stop when it is told to is ended with all that are beside it, and these are tried again.
 */
export function openSharedHosts(model: ModelSettings | undefined): SharedHosts {
  const hosts = new Set<Host>();
  let places = ATTEMPTS_EACH;
  return {
    open() {
      let host = [...hosts].find((one) => one.size < places);
      if (host === undefined) {
        const started = startHost(model);
        void started.exited
          .catch(() => {})
          .finally(() => {
            hosts.delete(started);
            // They end by themselves only when something is wrong: fewer are put beside what may be the cause of it.
            places = Math.max(1, Math.floor(places / 4));
          });
        hosts.add(started);
        host = started;
      }
      return host.open();
    },
    async [Symbol.asyncDispose]() {
      const ended = [...hosts].map((host) => host.exited);
      for (const host of hosts) host.kill();
      await Promise.allSettled(ended);
    },
  };
}

interface Host {
  readonly size: number;
  readonly exited: Promise<unknown>;
  open(): AgentChannel;
  kill(): void;
}

function startHost(model: ModelSettings | undefined): Host {
  const { child, exited, crashed, kill } = startAgentProcess(model, [SHARED]);
  const attempts = new Map<string, { readonly received: PassThrough; onDone(): void }>();
  let last = 0;
  let ended = false;
  const write = (line: string) => void child.stdin.write(`${line}\n`);
  const done = (id: string) => {
    const attempt = attempts.get(id);
    attempts.delete(id);
    attempt?.received.end();
    attempt?.onDone();
  };
  const listen = async () => {
    child.stdout.setEncoding("utf8");
    for await (const line of lines(child.stdout)) {
      const { word, id, message } = splitLine(line);
      if (word === "done") done(id);
      else attempts.get(id)?.received.write(message);
    }
  };
  // A line that is too long is its attempt's fault, but which one's cannot be read.
  void listen()
    .catch((error: Error) => {
      for (const { received } of attempts.values()) received.destroy(error);
      kill();
    })
    .finally(() => {
      ended = true;
      for (const id of attempts.keys()) done(id);
    });
  return {
    get size() {
      return ended ? Infinity : attempts.size;
    },
    exited,
    kill,
    open() {
      const id = String(++last);
      const received = new PassThrough({ objectMode: true });
      // Whoever reads it is told; nobody may, any more.
      received.on("error", () => {});
      let timer: NodeJS.Timeout | undefined;
      attempts.set(id, { received, onDone: () => clearTimeout(timer) });
      let started = false;
      return {
        send(message) {
          write(`${started ? "say" : "start"} ${id} ${message}`);
          started = true;
        },
        received,
        async crashed() {
          await exited;
          return crashed();
        },
        async close() {
          if (!attempts.has(id)) return;
          write(`stop ${id}`);
          timer = setTimeout(kill, STOP_MS);
        },
      };
    },
  };
}
