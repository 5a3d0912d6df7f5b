import { Disposals } from "../base/disposals.ts";
import { type Log, silentLog } from "../base/log.ts";
import { askFromMemory, type MemorisedShare, memorisedShares } from "../datasets/memorised.ts";
import { MEMORISED_SPEND } from "../datasets/layout.ts";
import { openDataset } from "../datasets/open.ts";
import { createModel, type ModelSettings } from "../models/create.ts";
import { type BuildSpent, openBuildGovernor, spentOfBuild, type Spending } from "./build-governor.ts";
import { loadFamilies } from "./families.ts";
import { type JudgingOptions, judgingSandboxes } from "./judging-sandboxes.ts";

export interface MemorisedRequest extends JudgingOptions {
  readonly dataset: string;
  readonly model: ModelSettings;
  /** Instances asked about at a time; 4 when left out. */
  readonly concurrency?: number;
  /** What may be spent on the dataset by this command, in all and by how much at a time. */
  readonly spending?: Spending;
  readonly log?: Log;
  readonly signal?: AbortSignal;
  /** Instances with an answer, and all. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface MemorisedResult {
  readonly model: string;
  /** By family. */
  readonly tasks: readonly MemorisedShare[];
  /** Of this command on the dataset until now; absent where no service was asked. */
  readonly spent?: BuildSpent;
}

/**
 * Asks a model about every instance of a dataset without its repository: what it solves, it knows by heart, or nobody needs the
 * repository for. Goes on where it was.
 * @throws BudgetError when what may be spent is spent; ModelError when the service fails. What was answered is kept.
 */
export async function memorised(request: MemorisedRequest): Promise<MemorisedResult> {
  const { model: settings, spending = {}, log = silentLog, signal, onProgress, concurrency = 4 } = request;
  const dataset = await openDataset(request.dataset);
  const familyOf = await loadFamilies();
  const spender = { describer: settings, out: dataset.folder, spend: MEMORISED_SPEND };
  const { name } = settings;
  await using judging = await judgingSandboxes(request);
  await using owned = new Disposals();
  const openModel = async () => {
    const governor = await openBuildGovernor(spender, spending, log);
    if (governor !== undefined) owned.use(governor);
    return createModel({ ...settings, ...(governor && { admit: governor.admit }) });
  };
  const { scratch, environments, open: sandboxes } = judging;
  const judgedBy = { scratch, environments, sandboxes };
  const watched = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
  await askFromMemory({ dataset, familyOf, name, openModel, concurrency, ...judgedBy, ...watched });
  const taskOf = new Map<string, string>();
  for await (const { instance } of dataset.pairs()) taskOf.set(instance.id, instance.task);
  const rows = (await dataset.memorised()).filter((row) => row.model === name);
  const spent = await spentOfBuild(spender, spending);
  return { model: name, tasks: memorisedShares(rows, taskOf), ...(spent && { spent }) };
}
