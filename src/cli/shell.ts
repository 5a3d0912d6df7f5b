import { Command, Option } from "commander";
import type { IsolationLevel } from "../sandbox.ts";
import { ISOLATION_CHOICES } from "./options.ts";
import { runAction } from "./ui.ts";

interface Flags {
  isolation?: IsolationLevel;
  image?: string;
  stdin?: true;
  changes?: string;
}

export function shellCommand(): Command {
  return new Command("shell")
    .description("enter the sandbox of one instance exactly as an agent gets it, or run one command in it")
    .argument("<dataset>", "a dataset folder")
    .argument("<id>", "an instance id")
    .argument("[command...]", "after --: a program and its arguments; an interactive shell when left out")
    .addOption(
      new Option("--isolation <level>", "the strongest that this machine gives when left out").choices(
        ISOLATION_CHOICES,
      ),
    )
    .option("--image <name>", "for the level container: an image that podman or Docker has")
    .option("--stdin", "give the command what comes on standard input, to its end")
    .option("--changes <file>", "at the end, write the diff that grading would see")
    .addHelpText(
      "after",
      "\nExample:\n  $ hybrid-gym shell data func-localize-nltk-0123456789ab\n  $ hybrid-gym shell data func-localize-nltk-0123456789ab -- git log --all\n\nThe command's exit code is returned. What is done inside is gone afterwards, but for --changes.",
    )
    .action((dataset: string, id: string, command: string[], flags: Flags) =>
      runAction(false, async (ui) => {
        const { shell } = await import("../commands/shell.ts");
        const { isolation, image, changes } = flags;
        return shell({
          dataset,
          id,
          command,
          ...(isolation === undefined ? {} : { isolation }),
          ...(image === undefined ? {} : { image }),
          ...(changes === undefined ? {} : { changes }),
          stdin: flags.stdin ?? false,
          log: ui.log,
          signal: ui.signal,
        });
      }),
    );
}
