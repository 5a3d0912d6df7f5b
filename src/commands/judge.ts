import { mkdir } from "node:fs/promises";
import path from "node:path";
import { claimOutputFolder } from "../base/files.ts";
import { acquireLock } from "../base/lock.ts";
import { type Log, silentLog } from "../base/log.ts";
import { openRowLog } from "../base/row-log.ts";
import type { Judge, Judgement } from "../judge.ts";
import { JUDGEMENTS, readJudgements } from "../judges/file.ts";
import { findJudge } from "../judges/index.ts";
import { type Agreement, agreementOf, readScore, settled } from "../judges/scores.ts";
import type { Model } from "../model.ts";
import { createModel, type ModelSettings } from "../models/create.ts";
import type { Sample } from "../sample.ts";
import { openSamples, type SampleCollection } from "../samples/open.ts";
import { type BuildSpent, openBuildGovernor, spentOfBuild, type Spending } from "./build-governor.ts";

export interface JudgeRequest {
  /** A run or a training set. */
  readonly from: string;
  /** The folder of judgements: new, empty, or of an earlier call, which is gone on with. */
  readonly out: string;
  readonly judge?: string;
  readonly model: ModelSettings;
  /** Times that each sample is asked about; 3 when left out. */
  readonly repeats?: number;
  /** Samples asked about at a time; 4 when left out. */
  readonly concurrency?: number;
  readonly spending?: Spending;
  readonly log?: Log;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface JudgeResult {
  readonly judge: string;
  readonly judge_version: number;
  readonly model: string;
  /** Samples with judgements, and those of them that have a score. */
  readonly samples: number;
  readonly scored: number;
  /** How many samples got each score. */
  readonly scores: Readonly<Record<string, number>>;
  readonly agreement: Agreement;
  readonly spent?: BuildSpent;
}

/**
 * Asks a model what a reader would think of each sample, several times. Goes on where it was: what was answered is not asked again.
 * @throws BudgetError when what may be spent is spent; ModelError when the service fails
 */
export async function judge(request: JudgeRequest): Promise<JudgeResult> {
  const { from, out, model: settings, spending = {}, log = silentLog, repeats = 3 } = request;
  const asked = findJudge(request.judge ?? "answer_quality");
  const { samples } = await openSamples(from);
  await claimOutputFolder(out, JUDGEMENTS);
  await mkdir(out, { recursive: true });
  await using _lock = await acquireLock(path.join(out, "judge.lock"), `Judging into ${out}`);
  const isAsked = (one: Judgement) =>
    one.judge === asked.name &&
    one.judge_version === asked.version &&
    one.model === settings.name &&
    one.scores.length === repeats;
  const known = (await readJudgements(out)).filter(isAsked);
  const done = new Set(known.map(({ sample }) => sample));
  const spender = { describer: settings, out };
  await using governor = await openBuildGovernor(spender, spending, log);
  const model = await createModel({ ...settings, ...(governor && { admit: governor.admit }) });
  await using rows = await openRowLog(path.join(out, JUDGEMENTS));
  const asking = { asked, model, repeats, name: settings.name, signal: request.signal };
  await overSamples(samples, done, request, async (sample) => {
    const judgement = await askAbout(sample, asking);
    await rows.append(judgement);
    known.push(judgement);
  });
  const spent = await spentOfBuild(spender, spending);
  return { ...summaryOf(asked, settings.name, known), ...(spent && { spent }) };
}

/** Several at a time, of one stream: a sample is read when somebody is free to ask about it. */
async function overSamples(
  samples: SampleCollection["samples"],
  done: ReadonlySet<string>,
  { concurrency = 4, signal, onProgress }: JudgeRequest,
  use: (sample: Sample) => Promise<void>,
): Promise<void> {
  let total = 0;
  for await (const _ of samples()) total++;
  const stream = samples()[Symbol.asyncIterator]();
  let finished = 0;
  const failures: unknown[] = [];
  const work = async () => {
    for (let next = await stream.next(); !next.done && failures.length === 0; next = await stream.next()) {
      signal?.throwIfAborted();
      const { head, read } = next.value;
      const one = done.has(head.id) ? undefined : await read();
      if (one?.kind === "sample") await use(one.sample);
      onProgress?.(++finished, total);
    }
  };
  const workers = Array.from({ length: concurrency }, () => work().catch((error) => failures.push(error)));
  await Promise.all(workers);
  if (failures.length > 0) throw failures[0];
}

interface Asking {
  readonly asked: Judge;
  readonly model: Model;
  readonly name: string;
  readonly repeats: number;
  readonly signal: AbortSignal | undefined;
}

/** Thinking is part of it. */
const LONGEST_ANSWER = 8000;

async function askAbout(sample: Sample, { asked, model, name, repeats, signal }: Asking): Promise<Judgement> {
  const scores: (number | null)[] = [];
  for (let time = 0; time < repeats; time++) {
    const { message } = await model.complete({
      messages: [{ role: "user", content: asked.question(sample) }],
      tools: [],
      sampling: { maxOutputTokens: LONGEST_ANSWER },
      ...(signal === undefined ? {} : { signal }),
    });
    scores.push(readScore(message.content, asked.scale));
  }
  const { name: judgeName, version } = asked;
  return {
    sample: sample.id,
    judge: judgeName,
    judge_version: version,
    model: name,
    scores,
    score: settled(scores),
  };
}

function summaryOf({ name, version }: Judge, model: string, judgements: readonly Judgement[]): JudgeResult {
  const scored = judgements.flatMap(({ score }) => (score === null ? [] : [score]));
  const groups = [...Map.groupBy(scored, (score) => score)].sort(([a], [b]) => a - b);
  return {
    judge: name,
    judge_version: version,
    model,
    samples: judgements.length,
    scored: scored.length,
    scores: Object.fromEntries(groups.map(([score, { length }]) => [score, length])),
    agreement: agreementOf(judgements),
  };
}
