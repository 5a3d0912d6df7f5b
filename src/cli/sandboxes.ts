import { Command } from "commander";
import { formatTable } from "./table.ts";
import { runAction } from "./ui.ts";

export function sandboxesCommand(): Command {
  return new Command("sandboxes")
    .description("list sandboxes, and remove what killed processes left of theirs")
    .option("--reap", "remove what belongs to dead owners, and nothing else")
    .option("--json", "print one JSON object per sandbox")
    .addHelpText("after", "\nExample:\n  $ hybrid-gym sandboxes --reap")
    .action((flags: { reap?: true; json?: true }) =>
      runAction(flags.json ?? false, async (ui) => {
        const { listSandboxes, reap } = await import("../commands/storage.ts");
        if (flags.reap === true) {
          const reaped = await reap();
          if (ui.json) for (const sandbox of reaped) ui.row({ ...sandbox, reaped: true });
          else ui.print(`${reaped.length} sandboxes of dead owners removed`);
          return;
        }
        const sandboxes = listSandboxes();
        if (ui.json) {
          for (const sandbox of sandboxes) ui.row(sandbox);
          return;
        }
        const rows = sandboxes.map(({ label, owner, alive, created }) => [
          label,
          owner,
          alive ? "alive" : "dead",
          created,
        ]);
        ui.print(formatTable([["sandbox", "owner", "state", "since"], ...rows]));
        if (sandboxes.some(({ alive }) => !alive))
          ui.log.info('"hybrid-gym sandboxes --reap" removes those of dead owners');
      }),
    );
}
