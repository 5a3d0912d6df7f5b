import { Argument, Command } from "commander";
import { formatTable } from "./table.ts";
import { runAction } from "./ui.ts";

export function agentsCommand(): Command {
  return new Command("agents")
    .description("list the agents that there are; install those that others wrote")
    .addArgument(new Argument("[action]", "what to do").choices(["list", "install"]).default("list"))
    .argument("[names...]", "for install: the agents")
    .option("--json", "print one JSON object per agent")
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym agents\n  $ hybrid-gym agents install codex\n\nA rollout installs what it needs by itself.",
    )
    .action((action: "list" | "install", names: string[], flags: { json?: true }) =>
      runAction(flags.json ?? false, async (ui) => {
        const { installAgent, listAgents } = await import("../commands/agents.ts");
        if (action === "install") {
          await using sandboxes = await chooseSandboxes();
          for (const name of names) await installAgent(name, sandboxes, ui.log);
        }
        const agents = listAgents().filter(({ name }) => names.length === 0 || names.includes(name));
        if (ui.json) {
          for (const agent of agents) ui.row(agent);
          return;
        }
        const rows = agents.map(({ name, version, installed, path, summary }) => [
          name,
          version,
          installed ? (path ?? "-") : "no",
          summary,
        ]);
        ui.print(formatTable([["agent", "version", "installed", "what it is"], ...rows]));
      }),
    );
}

/** Apart from `await using`: beside it TypeScript leaves the endings of imports as they are, and the built command finds nothing. */
async function chooseSandboxes() {
  const { chooseIsolation } = await import("../commands/isolation.ts");
  return chooseIsolation();
}
