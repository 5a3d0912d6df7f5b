import type { Action } from "./action.ts";
import type { Json } from "./base/json.ts";
import type { Sample } from "./sample.ts";

/**
 * Something about an attempt that can be computed from its record alone, at any time and as often as wanted: no model is asked, and the same record
 * gives the same value. Implementations in `facts/`.
 */
export interface Fact {
  /** snake_case; unique. */
  readonly name: string;
  /** What the value means and its unit, in one sentence, for those who filter by it. */
  readonly meaning: string;
  /** Raised whenever the same record may give another value. */
  readonly version: number;
  /** Null where the record does not say. */
  of(walk: Walk): Json;
}

/** A record as what the agent did, step by step: its main line, without branches. */
export interface Walk {
  readonly sample: Sample;
  readonly steps: readonly Step[];
}

/** One turn of the agent, with the results of its calls. */
export interface Step {
  /** From 1. */
  readonly number: number;
  readonly content: string;
  readonly reasoning: string;
  readonly calls: readonly StepCall[];
  readonly component: Component;
}

export interface StepCall {
  readonly name: string;
  readonly malformed: boolean;
  /** Equal for calls that ask for the same. */
  readonly key: string;
  /** At least one. */
  readonly actions: readonly Action[];
  /** Undefined where the record ends before it. */
  readonly result?: StepResult;
}

export interface StepResult {
  readonly content: string;
  /** The tool said so, or the command ended with another status than 0. */
  readonly failed: boolean;
}

/** What part of the work a step is: docs/trajectory-components.md. */
export const COMPONENTS = [
  "reasoning",
  "exploration",
  "implementation",
  "verification",
  "execution",
  "other",
] as const;
export type Component = (typeof COMPONENTS)[number];
