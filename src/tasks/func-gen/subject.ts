import type { Json } from "../../base/json.ts";
import type { NamedDefinition } from "../checks/find-definition.ts";
import type { CallsOracle, TestsOracle } from "./answer.ts";
import type { Importable } from "./importable.ts";
import type { Tests } from "./knowledge.ts";

/** A function of which it has to be found out how a body of it can be judged. */
export interface Subject extends Importable {
  readonly target: NamedDefinition;
  /** The target's file as it is. */
  readonly text: string;
  /** The same with the stub in it. */
  readonly stubbed: Uint8Array;
  /** Test files that speak of it. */
  readonly tests: Tests;
  /** Tests that are known to enter it, the most telling first; then nothing else is run. */
  readonly nodes: readonly string[];
  readonly seed: string;
}

/** How it will be known whether a body is right, and how well. */
export interface Ground {
  readonly oracle: CallsOracle | TestsOracle;
  /** Whether tests of it pass here, or it can but be imported. */
  readonly grade: "import" | "test";
  readonly facts: Readonly<Record<string, Json>>;
}
