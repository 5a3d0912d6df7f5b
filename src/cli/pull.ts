import { Command } from "commander";
import { defined } from "../base/defined.ts";
import { endpointOption, tokenOf } from "./hub-flags.ts";
import { formatTable } from "./table.ts";
import { runAction } from "./ui.ts";

interface Flags {
  revision?: string;
  endpoint?: string;
  json?: true;
}

export function pullCommand(): Command {
  return new Command("pull")
    .description("fetch an export or a training set from a Hugging Face hub, and check that it is whole")
    .argument("<owner/name>", "the dataset on the hub")
    .argument("<folder>", "the folder to make")
    .option("--revision <name>", "a branch, a tag or a commit; main when left out")
    .addOption(endpointOption())
    .option("--json", "print what came as one JSON object")
    .addHelpText(
      "after",
      "\nFor a private one the token comes from HF_TOKEN.\n\nExample:\n  $ hybrid-gym pull acme/repairs sft",
    )
    .action((repository: string, folder: string, flags: Flags) =>
      runAction(flags.json ?? false, async (ui) => {
        const { pull } = await import("../commands/pull.ts");
        const { revision, endpoint } = flags;
        const pulled = await pull({
          repository,
          folder,
          ...defined({ revision, endpoint, token: tokenOf(process.env) }),
          signal: ui.signal,
        });
        if (ui.json) return ui.row({ folder, ...pulled });
        const rows: [string, number][] = [
          ["files received", pulled.received.length],
          ["  bytes", pulled.bytes],
          ["files that were there", pulled.unchanged],
        ];
        ui.print(
          `${formatTable(rows)}\n\n${folder} (${pulled.kind} of ${repository}@${pulled.commit.slice(0, 12)})`,
        );
      }),
    );
}
