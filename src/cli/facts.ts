import { Command } from "commander";
import { createCounter } from "../base/counter.ts";
import { defined } from "../base/defined.ts";
import type { Json } from "../base/json.ts";
import { printable } from "../trajectories/printable.ts";
import { several } from "./options.ts";
import { countRows, formatTable } from "./table.ts";
import { runAction, type Ui } from "./ui.ts";

interface Flags {
  where?: string[];
  tokenizer?: string;
  judged?: string;
  list?: true;
  json?: true;
}

export function factsCommand(): Command {
  return new Command("facts")
    .description(
      "what agents did, computed from the records of attempts: behaviour, components, trouble, probing",
    )
    .argument("[from...]", "runs and training sets")
    .option(
      "--where <condition>",
      "of those only for which it holds, such as 'steps <= 30'; again for more",
      several,
    )
    .option("--tokenizer <folder>", "of a model: gives each sample its length as `tokens`")
    .option("--judged <folder>", "that judge made: gives each sample what was said of it")
    .option("--list", "which facts there are, and what they mean")
    .option("--json", "print one JSON object per sample")
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym facts run1\n  $ hybrid-gym facts run1 --where 'outcome = solved' --where 'verification = real' --json",
    )
    .action((from: string[], flags: Flags) =>
      runAction(flags.json ?? false, async (ui) => {
        if (flags.list || from.length === 0) return list(ui);
        const { facts } = await import("../commands/facts.ts");
        const refused = createCounter();
        const columns = new Map<string, Json[]>();
        const found = facts(
          {
            from,
            signal: ui.signal,
            ...defined({ where: flags.where, tokenizer: flags.tokenizer, judged: flags.judged }),
          },
          refused.add,
        );
        for await (const row of found) {
          if (ui.json) ui.row(row);
          else for (const [name, value] of Object.entries(row)) columnOf(columns, name).push(value);
        }
        for (const [reason, count] of countRows(refused.counts()))
          ui.log.warn(`left out: ${reason} ${count}`);
        if (!ui.json) ui.print(printable(await render(columns)));
      }),
    );
}

async function list(ui: Ui): Promise<void> {
  const { FACTS } = await import("../facts/index.ts");
  for (const { name, meaning, version } of FACTS) {
    if (ui.json) ui.row({ name, meaning, version });
    else ui.print(`${name}\n  ${meaning}`);
  }
}

const UNTOLD = new Set(["id", "instance"]);

function columnOf(columns: Map<string, Json[]>, name: string): Json[] {
  const column = columns.get(name) ?? [];
  columns.set(name, column);
  return column;
}

/** Numbers by their quartiles, anything else by its most common values; each with how many samples say it. */
async function render(columns: ReadonlyMap<string, readonly Json[]>): Promise<string> {
  const count = columns.get("id")?.length ?? 0;
  if (count === 0) return "0 samples";
  const { spreadOf } = await import("../statistics/distribution.ts");
  const spreads = [...columns]
    .filter(([name]) => !UNTOLD.has(name))
    .map(([name, column]) => ({ name, ...spreadOf(column) }));
  const numbers = spreads.flatMap(({ name, known, quantiles }) =>
    quantiles === undefined ? [] : [[name, known, ...quantiles]],
  );
  const others = spreads.flatMap(({ name, known, values = [] }) =>
    values.length === 0
      ? []
      : [[name, known, values.map(([value, times]) => `${value}: ${times}`).join(", ")]],
  );
  return [
    `${count} samples`,
    formatTable([["fact", "known", "values"], ...others]),
    formatTable([["fact", "known", "least", "quarter", "middle", "three quarters", "most"], ...numbers]),
  ].join("\n\n");
}
