import { InputError } from "../base/errors.ts";
import type { Judge } from "../judge.ts";
import { answerQuality } from "./answer-quality.ts";

export const judges: readonly Judge[] = [answerQuality];

/** @throws InputError `unknown-judge` with those that there are */
export function findJudge(name: string): Judge {
  const judge = judges.find((candidate) => candidate.name === name);
  if (judge !== undefined) return judge;
  const known = judges.map((candidate) => candidate.name);
  throw new InputError({
    code: "unknown-judge",
    message: `There is no judge "${name}"`,
    hint: `Use one of: ${known.join(", ")}.`,
    fields: { judge: name, known },
  });
}
