import type { Json } from "../base/json.ts";
import { FACT_NAMES, factsOf } from "../facts/index.ts";
import { JUDGED, openJudgedFields } from "../judges/file.ts";
import { openSamples } from "../samples/open.ts";
import { holds, parseWhere } from "../selections/where.ts";
import { openModelFolder } from "../tokenizers/load.ts";
import { countTokensOf } from "../trajectories/conversation.ts";

export interface FactsRequest {
  /** Runs and training sets. */
  readonly from: readonly string[];
  /** Conditions on facts, `name op value`; a sample is given where all hold. */
  readonly where?: readonly string[];
  /** A model's folder, or its `tokenizer.json`: gives each sample `tokens`. */
  readonly tokenizer?: string;
  /** A folder that `judge` made: gives each sample `judged.NAME`. */
  readonly judged?: string;
  readonly signal?: AbortSignal;
}

/**
 * The facts of samples, one by one; those of a record that is gone are left out and counted in `refused`.
 * @throws InputError for a condition that cannot be read, before anything else is.
 */
export async function* facts(
  request: FactsRequest,
  refused: (reason: string) => void = () => {},
): AsyncGenerator<Readonly<Record<string, Json>>> {
  const { tokenizer: place } = request;
  const known = [...FACT_NAMES, ...(place === undefined ? [] : ["tokens"]), `${JUDGED}*`];
  const conditions = (request.where ?? []).map((text) => parseWhere(text, known));
  const tokenizer = place === undefined ? undefined : (await openModelFolder(place)).tokenizer;
  const judged = request.judged === undefined ? undefined : await openJudgedFields(request.judged);
  for (const folder of request.from) {
    const { samples } = await openSamples(folder);
    for await (const source of samples()) {
      request.signal?.throwIfAborted();
      const read = await source.read();
      if (read.kind === "refused") {
        refused(read.reason);
        continue;
      }
      const { sample } = read;
      const tokens = tokenizer === undefined ? {} : { tokens: countTokensOf(sample.events, tokenizer) };
      const row = { ...factsOf(sample), ...tokens, ...judged?.of(sample.id) };
      if (conditions.every((condition) => holds(condition, row))) yield row;
    }
  }
}
