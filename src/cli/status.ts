import { Command } from "commander";
import type { StatusOptions } from "../commands/status.ts";
import type { RunSummary } from "../runs/summary/view.ts";
import { runAction, type Ui } from "./ui.ts";

export function statusCommand(): Command {
  return new Command("status")
    .description("how far a run is and what came out")
    .argument("<run>", "a run folder")
    .option("--watch", "show it again as it changes, until the run is done")
    .option("--json", "print one JSON object; with --watch one for each change")
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym status run1 --watch\n  $ hybrid-gym status run1 --json | jq .solved_rate",
    )
    .action((folder: string, flags: { json?: true; watch?: true }) =>
      runAction(
        flags.json ?? false,
        async (ui) => {
          const { status } = await import("../commands/status.ts");
          const { endpointHealth: health } = await import("../commands/endpoints.ts");
          if (flags.watch) return watch(ui, folder, { health });
          const summary = await status(folder, { health });
          if (ui.json) return ui.row(summary);
          ui.print((await renderer())(summary));
        },
        { quietStop: flags.watch ?? false },
      ),
    );
}

async function renderer(): Promise<(summary: RunSummary) => string> {
  const { renderRun } = await import("./run-view.ts");
  const { fit, styleFor } = await import("./screen.ts");
  const style = styleFor(process.stdout);
  return (summary) => {
    const text = renderRun(summary, new Date(), style, process.stdout.columns);
    if (!process.stdout.isTTY) return text;
    return text
      .split("\n")
      .map((line) => fit(line, process.stdout.columns))
      .join("\n");
  };
}

/** Drawn over itself in a terminal; elsewhere one block for each change. */
async function watch(ui: Ui, folder: string, options: StatusOptions): Promise<void> {
  const { watchStatus } = await import("../commands/status.ts");
  const { openScreen } = await import("./screen.ts");
  const render = await renderer();
  const summaries = watchStatus(folder, ui.signal, options);
  if (process.stdout.isTTY && !ui.json) {
    const screen = openScreen(process.stdout);
    try {
      for await (const summary of summaries) screen.draw(render(summary));
    } finally {
      screen.close();
    }
    return;
  }
  let shown: string | undefined;
  for await (const summary of summaries) {
    const changed = JSON.stringify([summary.state, summary.last_event, summary.targets, summary.endpoints]);
    if (changed === shown) continue;
    if (ui.json) ui.row(summary);
    else ui.print(shown === undefined ? render(summary) : `\n---\n\n${render(summary)}`);
    shown = changed;
  }
}
