import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { instanceChoice } from "../datasets/instance-choice.ts";
import type { Dataset } from "../datasets/open.ts";
import type { RunConfig, Target } from "../run.ts";
import type { RunStore } from "../store.ts";

export interface DeclareOptions {
  readonly dataset: Dataset;
  readonly config: RunConfig;
  /** See `wholeReader`. */
  readonly readWhole: () => Promise<void>;
  /** How many instances to take, from the first; all when left out. */
  readonly limit?: number;
  /** Leaves out what a model is known to solve without the repository. */
  readonly withoutMemorised?: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** Adds what the run is to do and the ledger does not say yet; instances in quarantine are left out, and memorised ones where asked. */
export async function declareTargets(options: DeclareOptions, store: RunStore): Promise<void> {
  const { dataset, readWhole, config, limit = Infinity, withoutMemorised = false, clock, log } = options;
  const choice = await instanceChoice(dataset, withoutMemorised);
  const targets: Target[] = [];
  let instances = 0;
  for await (const id of dataset.ids()) {
    if (!choice.takes(id)) continue;
    if (instances++ >= limit) break;
    targets.push(...targetsOf(config, id));
  }
  const { quarantined, memorised } = choice.left;
  if (quarantined > 0)
    log.warn(`${quarantined} instances are in quarantine (see validation.jsonl) and left out`);
  if (memorised > 0) log.info(`${memorised} instances are memorised (see memorised.jsonl) and left out`);
  if (targets.some(({ id }) => !store.state.targets.has(id))) await readWhole();
  await store.declare(targets, clock.now());
}

/** Reads all of a dataset once, before anything is done with it: what is damaged is found then, and not in the midst of a run. */
export function wholeReader(dataset: Dataset): () => Promise<void> {
  const readAll = async () => {
    for await (const _ of dataset.pairs());
  };
  let reading: Promise<void> | undefined;
  return () => (reading ??= readAll());
}

function targetsOf({ solvers, attempts }: RunConfig, instance: string): Target[] {
  return solvers.flatMap(({ name }) =>
    Array.from({ length: attempts }, (_, index) => {
      const number = index + 1;
      const id = solvers.length === 1 ? `${instance}.${number}` : `${instance}.${name}.${number}`;
      return { id, instance, solver: name, number };
    }),
  );
}
