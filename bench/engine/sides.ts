import path from "node:path";
import { z } from "zod";
import type { Work } from "./work.ts";

/** A way to run attempts: the same work, from the command line of each. */
export interface Side {
  readonly name: string;
  /** @param folder a new one for what the run writes. */
  command(work: Work, attempts: number, atOnce: number, folder: string): readonly string[];
  /** How many attempts came to their end by the agent's own word. */
  finished(stdout: string): number;
}

const root = path.join(import.meta.dirname, "..", "..");
const countsSchema = z.looseObject({ solved: z.int(), unsolved: z.int() });
const peerSchema = z.object({ finished: z.int() });

/** The built command line, as users have it. */
export function ours(isolation: "process" | "namespaces"): Side {
  return {
    name: isolation,
    command({ dataset, tools, answers }, attempts, atOnce, folder) {
      const agent = `--agent loop --tools ${tools} --max-steps 1000 --model replay --api replay`;
      const level = `--isolation ${isolation}${isolation === "process" ? " --allow-unsafe" : ""}`;
      const flags = `${agent} ${level} --attempts ${attempts} --concurrency ${atOnce} --json`.split(" ");
      const program = path.join(root, "bin", "hybrid-gym.js");
      const places = ["--run", path.join(folder, "run"), "--base-url", answers];
      return [process.execPath, program, "rollout", dataset, ...places, ...flags];
    },
    finished(stdout) {
      const { solved, unsolved } = countsSchema.parse(JSON.parse(stdout));
      return solved + unsolved;
    },
  };
}

export function peer(mode: "threads" | "processes", python: string): Side {
  const script = path.join(import.meta.dirname, "peer.py");
  return {
    name: mode,
    command: ({ commands }, attempts, atOnce, folder) => [
      python,
      script,
      mode,
      `${attempts}`,
      `${atOnce}`,
      commands,
      folder,
    ],
    finished: (stdout) => peerSchema.parse(JSON.parse(stdout)).finished,
  };
}
