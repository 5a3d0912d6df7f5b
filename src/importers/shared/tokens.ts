import { defined } from "../../base/defined.ts";
import type { ForeignEvent } from "../../trajectory.ts";
import type { Fields } from "./fields.ts";

type Tokens = Extract<ForeignEvent, { type: "turn" }>["tokens"];

/** Ids and probabilities of a turn under a source's names for them; those that are not numbers stay unread. */
export function readTokens(
  owner: Fields,
  names: { readonly prompt: string; readonly completion: string; readonly logprobs: string },
): Tokens {
  const prompt = numbers(owner, names.prompt, isId);
  const completion = numbers(owner, names.completion, isId);
  const logprobs = numbers(owner, names.logprobs, Number.isFinite);
  return (prompt ?? completion ?? logprobs) ? defined({ prompt, completion, logprobs }) : undefined;
}

const isId = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

function numbers(owner: Fields, name: string, fits: (value: number) => boolean): number[] | undefined {
  const value = owner.peek(name);
  if (!Array.isArray(value)) return undefined;
  const found = value.filter((one) => typeof one === "number" && fits(one)).map(Number);
  if (found.length < value.length) return undefined;
  owner.value(name);
  return found;
}
