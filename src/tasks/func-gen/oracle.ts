import type { Json } from "../../base/json.ts";
import type { Tree } from "../../tree.ts";
import { unsolved, type Verdict } from "../../verdict.ts";
import type { NamedDefinition } from "../checks/find-definition.ts";
import type { Reason } from "../reasons.ts";
import type { DriverFiles } from "./driver-files.ts";

/** An answer that may be run: nothing but the body is changed. */
export interface Candidate {
  readonly target: NamedDefinition;
  /** The target's file, with the answer in it. */
  readonly text: string;
  readonly start: Tree;
  readonly files: DriverFiles;
  /** What was found without running it. */
  readonly facts: Readonly<Record<string, Json>>;
}

/** How the driver finds the answer in its file. */
export function candidateJob({ target, text }: Candidate): Record<string, Json> {
  return { file: text, qualified_name: target.qualified_name, ordinal: target.ordinal };
}

/** A verdict against what was run. Evidence says what happened, never what would have been right. */
export function refused(
  candidate: Candidate,
  reasons: readonly Reason[],
  facts: Readonly<Record<string, Json>>,
  evidence: readonly string[],
): Verdict {
  return unsolved(reasons, {
    ...candidate.facts,
    ...facts,
    evidence: evidence.slice(0, MOST_EVIDENCE).map((line) => line.slice(0, LONGEST_EVIDENCE)),
  });
}

const MOST_EVIDENCE = 20;
const LONGEST_EVIDENCE = 240;
