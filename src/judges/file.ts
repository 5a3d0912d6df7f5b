import { existsSync } from "node:fs";
import path from "node:path";
import { InputError } from "../base/errors.ts";
import { sha256 } from "../base/hash.ts";
import { canonicalJson, type Json } from "../base/json.ts";
import { readRowLog } from "../base/row-log.ts";
import { type Judgement, judgementSchema } from "../judge.ts";

export const JUDGEMENTS = "judgements.jsonl";
/** Names of what judges said begin so: `judged.answer_quality`. */
export const JUDGED = "judged.";

/** Those of a folder that `judge` made, whole ones alone. */
export async function readJudgements(folder: string): Promise<Judgement[]> {
  const judgements: Judgement[] = [];
  for await (const row of readRowLog(path.join(folder, JUDGEMENTS))) {
    const read = judgementSchema.safeParse(row);
    if (read.success) judgements.push(read.data);
  }
  return judgements;
}

export interface JudgedFields {
  /** SHA-256 of the judgements. */
  readonly sha256: string;
  /** Of a sample by its id: what was said last of it by each judge. */
  of(id: string): Readonly<Record<string, Json>>;
}

/** @throws InputError `no-judgements` */
export async function openJudgedFields(folder: string): Promise<JudgedFields> {
  if (!existsSync(path.join(folder, JUDGEMENTS)))
    throw new InputError({
      code: "no-judgements",
      message: `${folder} has no ${JUDGEMENTS}`,
      hint: 'Name the folder that "hybrid-gym judge" made.',
      fields: { folder },
    });
  const fields = new Map<string, Record<string, Json>>();
  for (const { sample, judge, score } of await readJudgements(folder))
    fields.set(sample, { ...fields.get(sample), [`${JUDGED}${judge}`]: score });
  return {
    sha256: sha256(canonicalJson([...fields].sort(([a], [b]) => (a < b ? -1 : 1)))),
    of: (id) => fields.get(id) ?? {},
  };
}
