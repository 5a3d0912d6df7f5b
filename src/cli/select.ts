import { Command, InvalidArgumentError, Option } from "commander";
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import type { SelectRequest } from "../commands/select.ts";
import type { Preference } from "../selections/choose.ts";
import type { TrainingSetManifest } from "../training-set.ts";
import { positiveInteger, several } from "./options.ts";
import { countRows, formatTable } from "./table.ts";
import { runAction } from "./ui.ts";

interface Flags {
  out: string;
  outcome?: "solved" | "unsolved";
  acceptClaims?: true;
  licence?: string;
  licenceUnknown?: true;
  where?: string[];
  split?: string;
  dataset?: string;
  bestOf?: Amount;
  prefer?: Preference;
  quota?: Amount[];
  cap?: string[];
  passRate?: NonNullable<SelectRequest["passRate"]>;
  limit?: number;
  tokenBudget?: number;
  tokenizer?: string;
  judged?: string;
  controlOf?: string;
  seed?: string;
  json?: true;
}

interface Amount {
  readonly group: string;
  readonly count: number;
}

const PREFERENCES = Object.keys({
  shortest: true,
  cheapest: true,
  reward: true,
} satisfies Record<Preference, true>);

export function selectCommand(): Command {
  return new Command("select")
    .description("take samples of runs and training sets into one new set, by rules")
    .argument("<sources...>", "runs and training sets")
    .requiredOption("--out <folder>", "the training set to make")
    .addOption(new Option("--outcome <outcome>", "of this outcome only").choices(["solved", "unsolved"]))
    .option("--accept-claims", "take for a verdict what the source of an imported sample says of itself")
    .option(
      "--licence <policy>",
      "permissive, or SPDX identifiers such as MIT,Apache-2.0: of no other licence",
    )
    .option("--licence-unknown", "with --licence, also where nobody knows it")
    .option("--where <condition>", "such as 'turns <= 40' or 'repository = a/b, c/d' (repeatable)", several)
    .option("--split <name>", "of this split of --dataset, by its instances and repositories")
    .option("--dataset <folder>", "the dataset whose splits count")
    .option("--best-of <instance=n>", "at most so many of each instance", amount("instance"))
    .addOption(
      new Option("--prefer <rule>", "which are the best; shortest when left out").choices(PREFERENCES),
    )
    .option(
      "--quota <name=n>",
      "at most so many of each value of a field or fact, such as repository=50 or signature=20 (repeatable)",
      (text: string, earlier: readonly Amount[] = []) => [...earlier, amount()(text)],
    )
    .option(
      "--cap <condition: share>",
      "at most this share of the set for which it holds, such as 'instance.lookups <= 3: 20%' (repeatable)",
      several,
    )
    .addOption(
      new Option(
        "--pass-rate <least..most>",
        "of instances solved in this share of all samples given, such as 0.1..0.9",
      ).argParser(rates),
    )
    .addOption(new Option("--limit <n>", "so many samples of all").argParser(positiveInteger))
    .addOption(
      new Option("--token-budget <n>", "so many tokens of all samples together").argParser(positiveInteger),
    )
    .option("--tokenizer <folder>", "of the model to train: gives samples the field tokens")
    .option("--judged <folder>", "that judge made: gives samples the fields judged.NAME")
    .addOption(
      new Option(
        "--control-of <set>",
        "as many samples as this set has, of the same instances where possible and the nearest length",
      ).conflicts(["limit", "tokenBudget"]),
    )
    .option("--seed <text>", "which ones --quota and --limit take; the same seed takes the same")
    .option("--json", "print the set's id, its counts and the rules as one JSON object")
    .addHelpText(
      "after",
      `
Example:
  $ hybrid-gym select run1 run2 --outcome solved --best-of instance=1 --out sft
  $ hybrid-gym select theirs --accept-claims --outcome solved --where 'turns <= 60' --quota repository=50 --out mix`,
    )
    .action((from: string[], flags: Flags) =>
      runAction(flags.json ?? false, async (ui) => {
        const { select } = await import("../commands/select.ts");
        const manifest = await select({ ...requestOf(from, flags), signal: ui.signal });
        const { id, operation, counts } = manifest;
        const { rules, details } = operation;
        if (ui.json) return ui.row({ out: flags.out, id, ...counts, rules, ...details });
        ui.print(`${describe(manifest)}\n\n${flags.out}`);
      }),
    );
}

function requestOf(from: string[], flags: Flags): SelectRequest {
  const { licence, licenceUnknown } = flags;
  if (licenceUnknown && licence === undefined)
    throw new InputError({
      code: "usage",
      message: "--licence-unknown belongs to --licence",
      hint: "Without --licence, samples of every licence are taken.",
    });
  const { out, outcome, acceptClaims, where, prefer, quota, limit, controlOf, seed } = flags;
  return {
    from,
    out,
    ...defined({ licence, licenceUnknown, outcome, acceptClaims, where, prefer, limit, controlOf, seed }),
    ...defined({ caps: flags.cap, passRate: flags.passRate, tokenBudget: flags.tokenBudget }),
    ...defined({ tokenizer: flags.tokenizer, judged: flags.judged }),
    ...defined({ bestOf: flags.bestOf?.count, quotas: quota, split: splitOf(flags) }),
  };
}

function splitOf({ split, dataset }: Flags): SelectRequest["split"] | undefined {
  if (split === undefined && dataset === undefined) return undefined;
  if (split !== undefined && dataset !== undefined) return { name: split, dataset };
  throw new InputError({
    code: "usage",
    message: "--split and --dataset belong together",
    hint: "Give the name of a split, and the dataset that was built with it.",
  });
}

function amount(only?: string): (text: string) => Amount {
  return (text) => {
    const [group = "", count = ""] = text.split("=");
    if (group === "" || (only !== undefined && group !== only))
      throw new InvalidArgumentError(`It takes ${only ?? "NAME"}=N.`);
    return { group, count: positiveInteger(count) };
  };
}

function rates(text: string): { least: number; most: number } {
  const [least = Number.NaN, most = Number.NaN] = text.split("..").map(Number);
  if (!(least >= 0 && least <= most && most <= 1))
    throw new InvalidArgumentError("It takes two shares between 0 and 1, such as 0.1..0.9.");
  return { least, most };
}

function describe({ operation, counts }: TrainingSetManifest): string {
  const rows: [string, number][] = [
    ["samples considered", counts.considered],
    ...operation.rules
      .filter(({ left_out }) => left_out > 0)
      .map(({ rule, left_out }): [string, number] => [`  left out: ${rule}`, left_out]),
    ["samples written", counts.written],
    ...countRows(counts.grades).map(([name, count]): [string, number] => [`  ${name}`, count]),
  ];
  const { control } = operation.details;
  return control === undefined
    ? formatTable(rows)
    : `${formatTable(rows)}\n\ncontrol: ${JSON.stringify(control)}`;
}
