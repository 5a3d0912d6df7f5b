import path from "node:path";
import { createCounter, type Counter } from "../base/counter.ts";
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import type { Json } from "../base/json.ts";
import type { Sample } from "../sample.ts";
import { openSamples } from "../samples/open.ts";
import { createRuleBook, type RuleBook } from "../selections/rule-book.ts";
import { estimatingCounter, loadTokenCounter } from "../text/token-counter.ts";
import type { TextMeasure } from "../transform.ts";
import type { TrainingSetManifest } from "../training-set.ts";
import { writeTrainingSet } from "../training-sets/write.ts";
import { openTransforms, type Transformed } from "../transforms/apply.ts";
import { chooseTransform, type ChosenTransform } from "../transforms/index.ts";
import { hashOfFile } from "./import-files.ts";

export interface TransformRequest {
  /** A run or a training set. */
  readonly from: string;
  /** The folder of the training set to make. */
  readonly out: string;
  /** In the order in which they are applied; at least one. */
  readonly apply: readonly {
    readonly name: string;
    readonly options?: Readonly<Record<string, Json>> | undefined;
  }[];
  /** The `tokenizer.json` by which tokens are counted; estimated when left out. */
  readonly tokenizer?: string;
  readonly signal?: AbortSignal;
}

/**
 * Makes a training set of another or of a run by transforms, one after the other. After each the row is checked; one that broke what it must keep is
 * refused and counted. The same samples and transforms give the same set.
 */
export async function transform(request: TransformRequest): Promise<TrainingSetManifest> {
  const { from, out, signal } = request;
  const chosen = request.apply.map(({ name, options = {} }) => chooseTransform(name, options));
  if (chosen.length === 0) throw usage("No transform is named", "Name what is to be done, in order.");
  const measure = await measureOf(request.tokenizer, chosen);
  const collection = await openSamples(from);
  const tally = createTally();
  let book: RuleBook = createRuleBook(createCounter());
  return writeTrainingSet({
    folder: out,
    operation: { name: "transform", options: optionsOf(chosen, measure) },
    async *samples(refused: Counter) {
      book = createRuleBook(refused);
      const leave = {
        unreadable: book.add("the record is there"),
        unfit: book.add("the record is a conversation"),
        repeated: book.add("no id twice"),
      };
      const rules = new Map(chosen.map(({ transform: { name } }) => [name, book.add(name)]));
      const apply = openTransforms(chosen, measure);
      const isRepeated = createRepeats();
      for await (const source of collection.samples()) {
        const read = await source.read();
        if (read.kind === "refused") {
          leave.unreadable(read.reason);
          continue;
        }
        const done = await apply(read.sample, collection.parent.id);
        if (done.kind === "refused") {
          const rule = done.by === undefined ? leave.unfit : (rules.get(done.by) ?? leave.unfit);
          rule(done.reason);
          continue;
        }
        tally.add(read.sample, done);
        for (const sample of done.samples) {
          if (isRepeated(sample.id)) leave.repeated("repeated-id");
          else yield sample;
        }
      }
    },
    known: () => ({ parents: [collection.parent], rules: book.counts(), details: tally.details() }),
    ...defined({ signal }),
  });
}

/** The file's own name and hash: whoever has the same tokenizer counts the same. */
async function measureOf(
  tokenizer: string | undefined,
  chosen: readonly ChosenTransform[],
): Promise<TextMeasure> {
  if (tokenizer === undefined) return estimatingCounter;
  if (!chosen.some(({ transform: { countsTokens } }) => countsTokens))
    throw usage("None of these transforms counts tokens", "Leave --tokenizer out, or apply fit.");
  const counter = await loadTokenCounter(tokenizer);
  const name = `${path.basename(tokenizer)} ${await hashOfFile(tokenizer)}`;
  return { name, count: counter.count };
}

function optionsOf(chosen: readonly ChosenTransform[], measure: TextMeasure): Record<string, Json> {
  const apply = chosen.map(({ transform: { name, version }, options }) => ({
    name,
    version,
    options: { ...options },
  }));
  const counts = chosen.some(({ transform: { countsTokens } }) => countsTokens);
  return { apply, tokens: counts ? measure.name : null };
}

/** One set has no id twice, but a window of one sample may be called as another sample is. */
function createRepeats(): (id: string) => boolean {
  const windows = new Set<string>();
  return (id) => {
    if (!/~w\d+$/.test(id)) return false;
    const isRepeated = windows.has(id);
    windows.add(id);
    return isRepeated;
  };
}

/** How many samples each transform changed, and what in them. */
function createTally() {
  const changes = createCounter();
  const samples = createCounter();
  let [read, changed] = [0, 0];
  return {
    add(before: Sample, { samples: made }: Extract<Transformed, { kind: "samples" }>) {
      read++;
      const steps = made.flatMap((sample) => {
        const last = sample === before ? undefined : sample.lineage?.at(-1);
        return last === undefined ? [] : [last.transforms];
      });
      if (steps.length > 0) changed++;
      for (const name of new Set(steps.flat().map((step) => step.name))) samples.add(name);
      for (const step of steps.flat())
        for (const [what, count] of Object.entries(step.changes)) changes.add(`${step.name} ${what}`, count);
    },
    details: (): Record<string, Json> => ({
      samples: { transformed: changed, "as-they-were": read - changed },
      transforms: samples.counts(),
      changes: changes.counts(),
    }),
  };
}

function usage(message: string, hint: string): InputError {
  return new InputError({ code: "usage", message, hint });
}
