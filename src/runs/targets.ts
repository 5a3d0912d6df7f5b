import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Dataset } from "../datasets/open.ts";
import type { RunConfig, Target } from "../run.ts";
import type { RunStore } from "../store.ts";

export interface DeclareOptions {
  readonly dataset: Dataset;
  readonly config: RunConfig;
  /** How many instances to take, from the first; all when left out. */
  readonly limit?: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Adds what the run is to do and the ledger does not say yet; instances in quarantine are left out. */
export async function declareTargets(options: DeclareOptions, store: RunStore): Promise<void> {
  const { dataset, config, limit = Infinity, clock, log } = options;
  const validations = await dataset.validations();
  const targets: Target[] = [];
  let instances = 0;
  let left = 0;
  for await (const { instance } of dataset.pairs()) {
    if (validations.get(instance.id)?.valid === false) {
      left++;
      continue;
    }
    if (instances++ >= limit) break;
    targets.push(...targetsOf(config, instance.id));
  }
  if (left > 0) log.warn(`${left} instances are in quarantine (see validation.jsonl) and left out`);
  await store.declare(targets, clock.now());
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
