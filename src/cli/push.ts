import { Command } from "commander";
import { defined } from "../base/defined.ts";
import { endpointOption, tokenOf } from "./hub-flags.ts";
import { formatTable } from "./table.ts";
import { runAction } from "./ui.ts";

interface Flags {
  public?: true;
  allowContaminated?: true;
  acceptClaims?: true;
  acceptUngraded?: true;
  endpoint?: string;
  json?: true;
}

export function pushCommand(): Command {
  return new Command("push")
    .description("put an export or a training set on a Hugging Face hub, private unless said otherwise")
    .argument("<folder>", "what export, import or select made")
    .argument("<owner/name>", "the dataset on the hub; made where there is none")
    .option("--public", "for everyone to see")
    .option("--allow-contaminated", "also what benchmarks are made of")
    .option("--accept-claims", "also rows of which their source alone says whether they are solved")
    .option("--accept-ungraded", "also samples without a verdict")
    .addOption(endpointOption())
    .option("--json", "print what was sent as one JSON object")
    .addHelpText(
      "after",
      "\nThe token comes from HF_TOKEN.\n\nExample:\n  $ HF_TOKEN=hf_… hybrid-gym push sft acme/repairs",
    )
    .action((folder: string, repository: string, flags: Flags) =>
      runAction(flags.json ?? false, async (ui) => {
        const { push } = await import("../commands/push.ts");
        const { allowContaminated, acceptClaims, acceptUngraded, endpoint } = flags;
        const { sent, deleted, unchanged, bytes, isPrivate, unknownRepositories } = await push({
          folder,
          repository,
          ...defined({ isPublic: flags.public, allowContaminated, acceptClaims, acceptUngraded, endpoint }),
          ...defined({ token: tokenOf(process.env) }),
          signal: ui.signal,
        });
        const visibility = isPrivate ? "private" : "public";
        if (ui.json)
          return ui.row({
            repository,
            visibility,
            sent,
            deleted,
            unchanged,
            bytes,
            unknown_repositories: unknownRepositories,
          });
        const rows: [string, number][] = [
          ["files sent", sent.length],
          ["  bytes", bytes],
          ["files that were there", unchanged],
          ...(deleted.length === 0
            ? []
            : [["files removed there", deleted.length] satisfies [string, number]]),
          ...(unknownRepositories === 0
            ? []
            : [["rows of unknown repositories", unknownRepositories] satisfies [string, number]]),
        ];
        ui.print(`${formatTable(rows)}\n\n${repository} (${visibility})`);
      }),
    );
}
