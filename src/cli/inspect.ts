import { Command } from "commander";
import { existsSync } from "node:fs";
import path from "node:path";
import type { Inspection } from "../commands/inspect.ts";
import { RUN } from "../stores/local/layout.ts";
import { describeAttempt, describeEvent } from "./attempt-view.ts";
import { runAction } from "./ui.ts";

export function inspectCommand(): Command {
  return new Command("inspect")
    .description(
      "why an instance was made, how an attempt was judged, how to reproduce it (shows ground truth)",
    )
    .argument("<dataset|run>", "a dataset or run folder")
    .argument("<id>", "an instance id; in a run also an attempt id")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym inspect data func-localize-nltk-0123456789ab\n  $ hybrid-gym inspect run1 func-localize-nltk-0123456789ab.1.1",
    )
    .action((folder: string, id: string, flags: { json?: true }) =>
      runAction(flags.json ?? false, async (ui) => {
        const { inspectAttempt, inspectInstance } = await import("../commands/inspect.ts");
        const isRun = existsSync(path.join(folder, RUN));
        const inspection = isRun ? await inspectAttempt(folder, id) : await inspectInstance(folder, id);
        if (ui.json) ui.row(inspection);
        else ui.print(render(inspection));
      }),
    );
}

function render(inspection: Inspection): string {
  const sections: [string, string][] = [];
  const { instance, secret, validation, attempts, reproduce } = inspection;
  sections.push(["instance", `${instance.id}\n${instance.repository.name} at ${instance.repository.commit}`]);
  sections.push(["instruction", instance.instruction]);
  sections.push(["variant", pretty(instance.variant)]);
  sections.push(["facts", pretty(instance.facts)]);
  sections.push(["answer (ground truth)", pretty(secret.answer)]);
  sections.push(["facts that stay hidden", pretty(secret.facts)]);
  if (validation !== undefined) sections.push(["validation", pretty(validation)]);
  for (const attempt of attempts) {
    sections.push([`attempt ${attempt.id}`, describeAttempt(attempt)]);
    if (attempt.attempt !== undefined) sections.push(["verdict", pretty(attempt.attempt.verdict)]);
    sections.push(["last steps", attempt.last_steps.map(describeEvent).join("\n") || "(no record)"]);
    sections.push(["diff", attempt.patch === "" ? "(no changes)" : attempt.patch]);
  }
  sections.push(["to reproduce", reproduce.join("\n")]);
  return sections.map(([title, body]) => `## ${title}\n${body}`).join("\n\n");
}

function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
