import { Command, InvalidArgumentError } from "commander";
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import type { Json } from "../base/json.ts";
import type { TrainingSetManifest } from "../training-set.ts";
import { jsonObject, setting } from "./options.ts";
import { countRows, formatTable } from "./table.ts";
import { runAction, type Ui } from "./ui.ts";

interface Flags {
  apply?: Applied[];
  out?: string;
  tokenizer?: string;
  list?: true;
  json?: true;
}

interface Applied {
  readonly name: string;
  readonly options: Record<string, Json>;
}

export function transformCommand(): Command {
  return new Command("transform")
    .description("change the samples of a run or a training set into a new set: shorter, redacted, respelled")
    .argument("[from]", "a run or a training set")
    .option(
      "--apply <transform>",
      "its name, with options behind a colon, such as fit:length=32768; again for the next, in order",
      applied,
    )
    .option("--out <folder>", "the training set to make")
    .option("--tokenizer <file>", "the tokenizer.json by which fit counts tokens; an estimate when left out")
    .option("--list", "which transforms there are, and what they change")
    .option("--json", "print the set's id, its counts and what was changed as one JSON object")
    .addHelpText(
      "after",
      `
Example:
  $ hybrid-gym transform sft --apply redact --apply drop-reasoning --out clean
  $ hybrid-gym transform sft --apply one-call --apply fit:length=32768,policy=windows --tokenizer tokenizer.json --out short`,
    )
    .action((from: string | undefined, flags: Flags) =>
      runAction(flags.json ?? false, async (ui) => {
        if (flags.list) return list(ui);
        const { apply = [], out, tokenizer } = flags;
        if (from === undefined || out === undefined) throw incomplete();
        const { transform } = await import("../commands/transform.ts");
        const manifest = await transform({
          from,
          out,
          apply,
          signal: ui.signal,
          ...defined({ tokenizer }),
        });
        const { id, operation, counts } = manifest;
        const { rules, details } = operation;
        if (ui.json) return ui.row({ out, id, ...counts, rules, ...details });
        ui.print(`${describe(manifest)}\n\n${out}`);
      }),
    );
}

function incomplete(): InputError {
  return new InputError({
    code: "usage",
    message: "A run or a training set, and --out <folder>, are missing",
    hint: 'See "hybrid-gym transform --help".',
  });
}

async function list(ui: Ui): Promise<void> {
  const { transforms } = await import("../transforms/index.ts");
  for (const { name, version, changes } of transforms) {
    if (ui.json) ui.row({ name, version, changes });
    else ui.print(`${name}\n  ${changes}`);
  }
}

/** `name`, `name:key=value,key=value` or `name:{…}`. */
function applied(text: string, earlier: readonly Applied[] = []): Applied[] {
  const at = text.indexOf(":");
  const name = at === -1 ? text : text.slice(0, at);
  const rest = at === -1 ? "" : text.slice(at + 1);
  if (name === "") throw new InvalidArgumentError("It takes NAME or NAME:OPTION=VALUE,…");
  if (rest.startsWith("{")) return [...earlier, { name, options: jsonObject(rest) }];
  let options: Record<string, Json> = {};
  for (const part of rest === "" ? [] : rest.split(",")) options = setting(part, options);
  return [...earlier, { name, options }];
}

function describe({ operation, counts }: TrainingSetManifest): string {
  const { changes = {}, samples = {} } = operation.details;
  const rows: [string, number][] = [
    ...numbersOf(samples).map(([name, count]): [string, number] => [
      `samples ${name.replaceAll("-", " ")}`,
      count,
    ]),
    ...numbersOf(changes).map(([name, count]): [string, number] => [`  ${name}`, count]),
    ["samples written", counts.written],
    ...countRows(counts.refused).map(([reason, count]): [string, number] => [`  left out: ${reason}`, count]),
  ];
  return formatTable(rows);
}

function numbersOf(value: Json): [string, number][] {
  return Object.entries(value ?? {}).flatMap(([name, count]): [string, number][] =>
    typeof count === "number" ? [[name, count]] : [],
  );
}
