import { Command } from "commander";
import { runAction } from "./ui.ts";

const MARKS = { ok: "ok     ", limited: "limited", missing: "MISSING" } as const;

export function doctorCommand(): Command {
  return new Command("doctor")
    .description("check what this machine offers and say what would help")
    .option("--json", "print one JSON object per finding")
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym doctor\n\nExit code 3 when something is missing that the main job needs.",
    )
    .action((flags: { json?: true }) =>
      runAction(flags.json ?? false, async (ui) => {
        const { doctor } = await import("../commands/doctor.ts");
        const findings = await doctor();
        for (const finding of findings) {
          if (ui.json) ui.row(finding);
          else {
            ui.print(`${MARKS[finding.state]}  ${finding.name}: ${finding.detail}`);
            if (finding.fix !== undefined) ui.print(`         → ${finding.fix}`);
          }
        }
        return findings.some((finding) => finding.state === "missing") ? 3 : 0;
      }),
    );
}
