import { InputError } from "../base/errors.ts";
import type { Tool, ToolPreset } from "../tool.ts";
import { compactPreset } from "./compact/preset.ts";
import { miniPreset } from "./mini/preset.ts";
import { openhandsPreset } from "./openhands/preset.ts";
import { standardPreset } from "./standard.ts";

export const TOOL_PRESETS: readonly ToolPreset[] = [
  standardPreset,
  openhandsPreset,
  miniPreset,
  compactPreset,
];

export const DEFAULT_PRESET = standardPreset.name;

/** Of the preset that an agent has when nothing else is asked for. */
export const standardTools: readonly Tool[] = standardPreset.tools;

/** @throws InputError `no-such-tools`, naming those that there are. */
export function findPreset(name: string = DEFAULT_PRESET): ToolPreset {
  const found = TOOL_PRESETS.find((preset) => preset.name === name);
  if (found !== undefined) return found;
  const known = TOOL_PRESETS.map((preset) => preset.name);
  throw new InputError({
    code: "no-such-tools",
    message: `There is no set of tools "${name}"`,
    hint: `The sets are ${known.join(", ")}.`,
    fields: { name, known },
  });
}
