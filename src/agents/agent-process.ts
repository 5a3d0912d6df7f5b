import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { AgentError } from "../base/errors.ts";
import { siblingModule } from "../base/sibling.ts";
import { KEY_VARIABLES, type ModelSettings } from "../models/create.ts";

/** A process in which agents run. It has no environment but PATH, proxies, certificates and where compiled modules are kept. */
export interface AgentProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly exited: Promise<unknown>;
  /** What is to be said of a process that has ended on its own. */
  crashed(): AgentError;
  kill(): void;
}

/** @param model whose key is taken out of what the process says at last. */
export function startAgentProcess(
  model: ModelSettings | undefined,
  args: readonly string[] = [],
  program: string = siblingModule(import.meta.url, "./host"),
): AgentProcess {
  // In a process group of its own: a Ctrl-C in the terminal is for us, and attempts may still come to their end.
  const child = spawn(process.execPath, [program, ...args], {
    env: environment(),
    stdio: "pipe",
    detached: true,
  });
  const exited = once(child, "close");
  const lastWords = keepLastWords(child, model);
  // Writing to a process that just died is told by its exit.
  child.stdin.on("error", () => {});
  return {
    child,
    exited,
    crashed() {
      const how = child.signalCode === null ? `exit code ${child.exitCode}` : `signal ${child.signalCode}`;
      const words = lastWords();
      return new AgentError({
        code: "agent-crashed",
        message: `The agent's process ended early (${how})${words === "" ? "" : `: ${words}`}`,
        fields: { exitCode: child.exitCode, signal: child.signalCode },
      });
    },
    kill: () => void child.kill("SIGKILL"),
  };
}

/** Only the key of the dialect that is spoken. */
export function keyOf(model: ModelSettings): string | undefined {
  const variable = KEY_VARIABLES[model.api];
  return model.apiKey ?? (variable === undefined ? undefined : process.env[variable]);
}

const PASSED_ON =
  /^(PATH|NODE_COMPILE_CACHE|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|(https?|no|all)_proxy)$/i;

function environment(): Record<string, string> {
  const passed = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && PASSED_ON.test(entry[0]),
  );
  const hasProxy = passed.some(([name]) => /^https?_proxy$/i.test(name));
  // Without it Node's fetch passes proxies by.
  return { ...Object.fromEntries(passed), ...(hasProxy ? { NODE_USE_ENV_PROXY: "1" } : {}) };
}

const LAST_WORDS_CHARACTERS = 4_000;
const LAST_WORDS_LINES = 12;

function keepLastWords(
  child: ChildProcessWithoutNullStreams,
  model: ModelSettings | undefined,
): () => string {
  const key = model === undefined ? undefined : keyOf(model);
  let text = "";
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (chunk: string) => {
    text = (text + chunk).slice(-LAST_WORDS_CHARACTERS);
  });
  return () => {
    const tail = text.trim().split("\n").slice(-LAST_WORDS_LINES).join("\n");
    return key === undefined || key.length < 8 ? tail : tail.replaceAll(key, "[key]");
  };
}
