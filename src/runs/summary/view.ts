import type { Json } from "../../base/json.ts";
import type { EndpointHealth } from "../../governor.ts";
import type { Rate } from "../../statistics/interval.ts";
import type { RunCounts } from "../../stores/counts.ts";
import type { SolverResult } from "./solver-results.ts";

/** What `status` shows, as JSON has it; described in docs/commands/status.md. */
export interface RunSummary extends RunCounts {
  readonly run: string;
  /** `stalled`: a process has it, but nothing was recorded for long. `stopped`: something is owed and no process is at it. */
  readonly state: "working" | "stalled" | "stopped" | "done";
  readonly isolation: string;
  readonly who: readonly Who[];
  readonly workers: readonly Worker[];
  /** Targets that are neither owed nor under way. */
  readonly done: number;
  readonly solved_rate: Rate;
  /** Targets with a verdict, of all. */
  readonly coverage: { readonly part: number; readonly of: number };
  /** Targets an hour; null where none ended. */
  readonly rate: { readonly last_hour: number | null; readonly overall: number | null };
  /** At the rate of the last hour; null when nobody works, or none ended in it. */
  readonly seconds_left: number | null;
  /** US dollars of the attempts whose prices are known, and how many are not. */
  readonly dollars: { readonly known: number; readonly unpriced: number };
  readonly solvers: readonly SolverResult[];
  readonly slowest: readonly Slow[];
  /** The longest first. */
  readonly under_way: readonly UnderWay[];
  readonly last_event: string | null;
  readonly notes: readonly Note[];
  /** Absent where it is not known. */
  readonly endpoints?: readonly EndpointHealth[];
}

export interface Who {
  readonly solver: string;
  readonly agent: string;
  readonly model?: string;
}

export interface Worker {
  readonly host: string;
  readonly process: number;
  readonly alive: boolean;
  readonly attempts: number;
}

interface Slow {
  readonly attempt: string;
  readonly seconds: number;
  readonly steps: number;
  readonly outcome: string;
}

interface UnderWay {
  readonly attempt: string;
  readonly since: string;
  readonly seconds: number;
  /** When its record last grew; null where that is not known. */
  readonly last_sign: string | null;
}

interface Note {
  readonly at: string;
  readonly kind: string;
  readonly facts: Readonly<Record<string, Json>>;
}
