import { InputError } from "../base/errors.ts";
import type { Exporter } from "../exporter.ts";
import { atif } from "./atif.ts";
import { openaiMessages } from "./openai-messages.ts";
import { openhandsText } from "./openhands-text.ts";
import { shareGpt } from "./sharegpt.ts";
import { verl } from "./verl.ts";

export const exporters: readonly Exporter[] = [openaiMessages, openhandsText, shareGpt, verl, atif];

/** @throws InputError that lists the formats there are. */
export function findExporter(format: string): Exporter {
  const exporter = exporters.find((candidate) => candidate.format === format);
  if (exporter !== undefined) return exporter;
  const known = exporters.map((candidate) => candidate.format).join(", ");
  throw new InputError({
    code: "unknown-format",
    message: `There is no export format "${format}"`,
    hint: `Use one of: ${known}.`,
    fields: { format, known: exporters.map((candidate) => candidate.format) },
  });
}
