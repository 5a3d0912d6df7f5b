import { existsSync } from "node:fs";
import path from "node:path";
import { InputError } from "../base/errors.ts";
import type { Solver } from "../run.ts";
import { DEFAULT_PRESET, findPreset } from "../tools/presets.ts";

/** What only the agent `loop` is asked for. */
export interface LoopRequest {
  /** `standard` when left out. */
  readonly tools?: string | undefined;
  /** Tokens that the model can take. */
  readonly contextWindow?: number | undefined;
  /** Sums up older turns when the window gets full. */
  readonly condense?: boolean | undefined;
  /** The model's `tokenizer.json`. */
  readonly tokenizer?: string | undefined;
}

type LoopConfig = Pick<Solver, "tools" | "context_window" | "condense" | "tokenizer">;

/**
 * Fields are absent where they say what is so anyway: runs from before there was a choice go on.
 * @throws InputError `no-such-tools`, `only-for-the-loop`, `condense-needs-window`, `tokenizer-unreadable`.
 */
export function loopConfig(agent: string, request: LoopRequest): LoopConfig {
  const { tools, contextWindow, condense = false, tokenizer } = request;
  const asked = [tools, contextWindow, tokenizer].some((value) => value !== undefined) || condense;
  if (asked && agent !== "loop") {
    throw new InputError({
      code: "only-for-the-loop",
      message: `The agent "${agent}" has tools and a context of its own`,
      hint: "Leave out --tools, --context-window, --condense and --tokenizer, or take --agent loop.",
    });
  }
  if (condense && contextWindow === undefined) {
    throw new InputError({
      code: "condense-needs-window",
      message: "When older turns are to be summed up depends on the model's context window",
      hint: "Add --context-window TOKENS.",
    });
  }
  const preset = findPreset(tools).name;
  return {
    ...(preset === DEFAULT_PRESET ? {} : { tools: preset }),
    ...(contextWindow === undefined ? {} : { context_window: contextWindow }),
    ...(condense ? { condense } : {}),
    ...(tokenizer === undefined ? {} : { tokenizer: existing(tokenizer) }),
  };
}

/** Absolute: the agent's process works elsewhere. */
function existing(file: string): string {
  if (existsSync(file)) return path.resolve(file);
  throw new InputError({
    code: "tokenizer-unreadable",
    message: `${file} does not exist`,
    hint: "Give the tokenizer.json of the model, as Hugging Face has it.",
    fields: { file },
  });
}
