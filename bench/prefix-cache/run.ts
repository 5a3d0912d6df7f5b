/**
 * How much of what 50 attempts of one family send to a model a service with a prefix cache has read before: real request bodies of
 * `rollout`, as tokens of Qwen 3 under its own chat template, in blocks of 16 as vLLM keeps them. The model's answers are scripted:
 * it searches, reads, thinks and ends.
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { build } from "../../src/commands/build.ts";
import { rollout } from "../../src/commands/rollout.ts";
import { TOOL_PRESETS } from "../../src/tools/presets.ts";
import type { Figure } from "../figure.ts";
import { benchSource } from "../source.ts";
import { measureReuse } from "./reuse.ts";
import { startScriptedService } from "./service.ts";

const ATTEMPTS = 50;
/** Of what is sent again, a cache must not miss more than this. */
const MISSED_LIMIT = 0.1;

export async function bench(attempts: number = ATTEMPTS): Promise<Figure[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "bench-prefix-cache-"));
  try {
    const dataset = path.join(folder, "dataset");
    const cache = path.join(folder, "cache");
    const repositories = [await benchSource()];
    await build({ repositories, task: "func-localize", perRepository: attempts, out: dataset, cache });
    const figures: Figure[] = [];
    for (const { name } of TOOL_PRESETS) {
      await using service = await startScriptedService();
      await rollout({
        dataset,
        run: path.join(folder, name),
        agent: "loop",
        tools: name,
        model: { name: "scripted", baseUrl: service.baseUrl },
        isolation: "process",
        allowUnsafe: true,
        concurrency: 2,
      });
      const { prompt, reused, repeated } = measureReuse(service.bodies);
      figures.push(
        share(`${name}: prompt tokens that are reused`, reused / prompt),
        {
          ...share(`${name}: repeated prompt tokens that are missed`, 1 - reused / repeated),
          limit: MISSED_LIMIT,
        },
        { ...share(`${name}: prompt tokens a request`, prompt / service.bodies.length), unit: "tokens" },
      );
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same each time: there is nothing to time. */
function share(name: string, ours: number): Figure {
  return { name, ours, peer: null, ratio: null, unit: "share", runs: 1, spread: 0 };
}
