import { InvalidArgumentError } from "commander";
import { defined } from "../base/defined.ts";
import type { Json } from "../base/json.ts";
import { type Balance, BALANCES } from "../datasets/select.ts";
import type { ModelApi } from "../models/settings.ts";
import type { GovernorFlags } from "./governor-options.ts";
import { type JudgingFlags, positiveInteger, positiveNumber } from "./options.ts";

/** What `build` takes. */
export interface Flags extends JudgingFlags, Omit<GovernorFlags, "maxCostPerAttempt"> {
  task: string[];
  out: string;
  perRepo?: ByFamily;
  seed: string;
  revision?: string;
  name?: string;
  set?: Record<string, Json>;
  model?: string;
  baseUrl?: string;
  servedModel?: string[];
  api: ModelApi;
  abandonAfter?: ByFamily;
  allowContaminated?: true;
  total?: number;
  balance?: Balance[];
  split?: Record<string, number>;
  holdOutTask?: string;
  concurrency?: number;
  repositorySeconds?: number;
  repositoryMemory?: number;
  repos?: string;
  issues?: string;
  cache?: string;
  workers?: number;
  json?: true;
}

/** What a build of many repositories is given. */
export function scaleOf(flags: Omit<Flags, "task" | "out" | "seed">) {
  const { allowContaminated, total, balance, concurrency } = flags;
  const { repositorySeconds, repositoryMemory } = flags;
  return defined({
    allowContaminated,
    total,
    balance,
    concurrency,
    repositorySeconds,
    repositoryMemory,
  });
}

export function splitsOf(shares: Record<string, number> | undefined, heldOutTask: string | undefined) {
  if (shares === undefined && heldOutTask === undefined) return {};
  return {
    splits: { shares: shares ?? { train: 1 }, ...(heldOutTask === undefined ? {} : { heldOutTask }) },
  };
}

/** A number for all families, and others for some. */
interface ByFamily {
  readonly all?: number;
  readonly some: Readonly<Record<string, number>>;
}

/** `10,func-gen=2`. */
export function byFamily(text: string): ByFamily {
  const some: Record<string, number> = {};
  let all: number | undefined;
  for (const part of names(text)) {
    const [first = "", number] = part.split("=");
    if (number === undefined) all = positiveInteger(first);
    else some[first] = positiveInteger(number);
  }
  return { some, ...(all === undefined ? {} : { all }) };
}

export function numbersOf({ perRepo, abandonAfter }: Pick<Flags, "perRepo" | "abandonAfter">) {
  const families = new Set([perRepo, abandonAfter].flatMap((one) => Object.keys(one?.some ?? {})));
  const perTask = [...families].map((name) => [
    name,
    defined({ perRepository: perRepo?.some[name], abandonAfter: abandonAfter?.some[name] }),
  ]);
  return {
    ...defined({ perRepository: perRepo?.all, abandonAfter: abandonAfter?.all }),
    ...(perTask.length === 0 ? {} : { perTask: Object.fromEntries(perTask) }),
  };
}

/** `--task a,b`. */
export function names(text: string): string[] {
  return text.split(",").map((name) => name.trim());
}

export function balances(text: string): Balance[] {
  return names(text).map((name) => {
    const found = BALANCES.find((one) => one === name);
    if (found === undefined) throw new InvalidArgumentError(`It takes ${BALANCES.join(", ")}.`);
    return found;
  });
}

/** `--split train=0.8,test=0.2`. */
export function shares(text: string): Record<string, number> {
  const pairs = names(text).map((pair): [string, number] => {
    const [name = "", share = ""] = pair.split("=");
    if (!/^[a-z][a-z0-9-]*$/.test(name) || name === "held-out")
      throw new InvalidArgumentError(`"${name}" is no name for a split.`);
    return [name, positiveNumber(share)];
  });
  const sum = pairs.reduce((total, [, share]) => total + share, 0);
  if (Math.abs(sum - 1) > 1e-9) throw new InvalidArgumentError("The shares must add up to 1.");
  return Object.fromEntries(pairs);
}
