import type { AgentError } from "../base/errors.ts";
import type { ModelSettings } from "../models/create.ts";
import { startAgentProcess } from "./agent-process.ts";
import { lines } from "./lines.ts";

/** The way to one agent, which runs in a process, alone or beside others: messages of `protocol.ts`, one a line. */
export interface AgentChannel {
  send(line: string): void;
  /** Ends when the agent's process does. @throws RangeError for a line that is too long. */
  readonly received: AsyncIterable<string>;
  /** After `received` has ended: what is to be said of it. */
  crashed(): Promise<AgentError>;
  /** Ends the agent, if it goes on. */
  close(): Promise<void>;
}

/** @param program the module that runs, in place of our `host`. */
export function openOwnProcess(model: ModelSettings | undefined, program?: string): AgentChannel {
  const { child, exited, crashed, kill } = startAgentProcess(model, [], program);
  child.stdout.setEncoding("utf8");
  return {
    send: (line) => void child.stdin.write(`${line}\n`),
    received: lines(child.stdout),
    async crashed() {
      await exited;
      return crashed();
    },
    async close() {
      kill();
      await exited.catch(() => {});
    },
  };
}
