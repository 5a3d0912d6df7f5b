/**
 * What a run loses by not knowing what its service bears. Ours: 48 workers with a governor that starts from its default, finds the limit by
 * refusals, and waits as it is asked to. Peer: the best client there can be, which knows the limit: as many workers as the service has
 * places, never refused. Both do the same work, of calls that differ in length as answers do.
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createGovernor } from "../../src/governors/index.ts";
import { admitFor } from "../../src/governors/admit-for.ts";
import { createModel } from "../../src/models/create.ts";
import type { Model } from "../../src/model.ts";
import { type Figure, median, spread } from "../figure.ts";
import { PLACES, startService } from "./service.ts";

const RUNS = 3;
/** As many as a run of 50 attempts with 20 turns makes. */
const CALLS = 1000;
const WORKERS = 3 * PLACES;
/** Tokens of the answers: 1 to 3 seconds. */
const tokensOf = (call: number) => 50 + ((call * 7919) % 101);

export async function bench(runs: number = RUNS): Promise<Figure[]> {
  const measured = { ours: [] as number[], peer: [] as number[], refused: [] as number[] };
  for (let run = 0; run < runs; run++) {
    measured.peer.push((await measure(PLACES, plainModel)).tokensPerSecond);
    const { tokensPerSecond, refused } = await measure(WORKERS, governedModel);
    measured.ours.push(tokensPerSecond);
    measured.refused.push(refused);
  }
  const [ours, peer] = [median(measured.ours), median(measured.peer)];
  return [
    {
      name: "tokens a second through the governor, from its default on",
      ours,
      peer,
      ratio: ours / peer,
      unit: "tokens/s",
      runs,
      spread: Math.max(spread(measured.ours), spread(measured.peer)),
    },
    {
      name: `refusals (429) of ${CALLS} calls`,
      ours: median(measured.refused),
      peer: null,
      ratio: null,
      unit: "refusals",
      runs,
      spread: spread(measured.refused),
    },
  ];
}

type MakeModel = (url: string, folder: string) => Promise<AsyncDisposable & { readonly model: Model }>;

const settings = { api: "openai", name: "m", stream: false } as const;

async function plainModel(url: string) {
  return { model: await createModel({ ...settings, baseUrl: url }), async [Symbol.asyncDispose]() {} };
}

async function governedModel(url: string, folder: string) {
  const places = { meeting: path.join(folder, "m"), spend: path.join(folder, "spend") };
  const governor = createGovernor({ places });
  const admit = admitFor(governor, { ...settings, base_url: url }, folder, "a");
  return {
    model: await createModel({ ...settings, baseUrl: url, ...admit }),
    [Symbol.asyncDispose]: () => governor[Symbol.asyncDispose](),
  };
}

async function measure(workers: number, makeModel: MakeModel) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "bench-governor-"));
  try {
    await using service = await startService();
    await using made = await makeModel(service.url, folder);
    let next = 0;
    let tokens = 0;
    const work = async () => {
      while (next < CALLS) {
        const maxOutputTokens = tokensOf(next++);
        const messages = [{ role: "user" as const, content: "Is it?" }];
        const { usage } = await made.model.complete({ messages, tools: [], sampling: { maxOutputTokens } });
        tokens += usage.outputTokens ?? 0;
      }
    };
    const began = performance.now();
    await Promise.all(Array.from({ length: workers }, work));
    return { tokensPerSecond: tokens / ((performance.now() - began) / 1000), refused: service.refused };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
