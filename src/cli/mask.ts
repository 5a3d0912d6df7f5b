import { Command, Option } from "commander";
import { defined } from "../base/defined.ts";
import { writeFileDurably } from "../base/files.ts";
import type { MaskSummary, RowMask } from "../commands/mask.ts";
import type { ShownRow } from "../masks/page.ts";
import { trainerColumns } from "../masks/of-row.ts";
import { BRACKETS, type Paint, renderMask } from "../masks/render.ts";
import { positiveInteger } from "./options.ts";
import { styleFor } from "./screen.ts";
import { countRows, formatTable, share } from "./table.ts";
import { runAction } from "./ui.ts";

interface Flags {
  tokenizer: string;
  template?: string;
  context?: number;
  row?: number[];
  whole?: true;
  out?: string;
  tokenIds?: true;
  json?: true;
}

/** Characters of a stretch of context that a terminal shows. */
const LONGEST = 600;

export function maskCommand(): Command {
  return new Command("mask")
    .description("show which tokens of training rows a loss is computed on, and count them")
    .argument("<rows>", "what export made, or a JSONL file of rows with messages or conversations")
    .requiredOption("--tokenizer <folder>", "of the model to train: tokenizer.json, and its chat template")
    .option("--template <file>", "the chat template that is trained with, where it is not the model's own")
    .addOption(new Option("--context <tokens>", "what the trainer takes of a row").argParser(positiveInteger))
    .option(
      "--row <n>",
      "show this row, from 1 (repeatable); the first when left out",
      (text: string, earlier: number[] = []) => [...earlier, positiveInteger(text)],
    )
    .option("--whole", "show all of the context between what is trained")
    .option("--out <file>", "write the shown rows as a page of HTML")
    .option("--token-ids", "with --json, each row's ids and labels too, as trainers take them")
    .option("--json", "print one JSON object per row, then one of all")
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym mask sft --tokenizer Qwen3-8B --template qwen3_training.jinja --context 32768\n  $ hybrid-gym mask theirs.jsonl --tokenizer Qwen3-8B --json | jq 'select(.trained == 0)'",
    )
    .action((from: string, flags: Flags) =>
      runAction(flags.json ?? false, async (ui) => {
        const { mask } = await import("../commands/mask.ts");
        const { tokenizer, template, context, row: wanted = [1] } = flags;
        const shown: ShownRow[] = [];
        const summary = await mask(
          { from, tokenizer, signal: ui.signal, ...defined({ template, context }) },
          (row) => {
            if (ui.json) ui.row(describe(row, flags.tokenIds ?? false));
            if (row.kind === "masked" && wanted.includes(row.row)) shown.push(row);
          },
        );
        if (ui.json) ui.row(summary);
        else {
          const longest = flags.whole ? Infinity : LONGEST;
          for (const one of shown) ui.print(`${heading(one)}\n${renderMask(one.masked, paint(), longest)}\n`);
          ui.print(formatTable(figures(summary)));
        }
        if (flags.out !== undefined) {
          const { maskPage } = await import("../masks/page.ts");
          await writeFileDurably(flags.out, maskPage("What is trained", figures(summary), shown));
        }
        return isSound(summary) ? 0 : 1;
      }),
    );
}

function isSound(summary: MaskSummary): boolean {
  return (
    summary.nothing_trained + summary.nothing_trained_in_context === 0 &&
    Object.keys(summary.unreadable).length === 0
  );
}

function describe(one: RowMask, withIds: boolean): object {
  if (one.kind === "masked")
    return { row: one.row, id: one.id, ...one.counts, ...(withIds ? trainerColumns(one.masked) : {}) };
  const { row, id, reason, detail } = one;
  return { row, id, reason, detail };
}

function paint(): Paint {
  const style = styleFor(process.stdout);
  if (style.good("") === "") return BRACKETS;
  return { given: style.dim, trained: style.good, "left-out": style.warn };
}

function heading({ row, id, counts }: ShownRow): string {
  return `row ${row}${id === null ? "" : ` · ${id}`} · ${share(counts.trained, counts.tokens)} tokens trained`;
}

function figures(summary: MaskSummary): [string, string | number][] {
  const { rows, tokens, context } = summary;
  return [
    ["rows", rows],
    ...countRows(summary.unreadable).map(([reason, count]): [string, string] => [
      `  not read: ${reason}`,
      share(count, rows),
    ]),
    ["tokens", tokens],
    ["  trained", share(summary.trained, tokens)],
    ["  left out by the rows' weights", share(summary.left_out, tokens)],
    ["rows that train nothing", share(summary.nothing_trained, rows)],
    ...(context === null
      ? []
      : ([
          [`rows over ${context} tokens`, share(summary.over_long, rows)],
          ["  that train nothing once they are cut", share(summary.nothing_trained_in_context, rows)],
          [
            "  trained tokens that are cut off",
            share(summary.trained - summary.trained_in_context, summary.trained),
          ],
        ] satisfies [string, string][])),
    [
      "turns found by",
      summary.marking === "generation" ? "the template's generation blocks" : "what each turn adds",
    ],
  ];
}
