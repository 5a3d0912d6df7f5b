import type { Session } from "./session.ts";

/** How the scripted agent goes about one kind of instruction. One file in `strategies/` each. */
export interface Strategy {
  /** Whether the instruction asks for this kind of work, judged by its text alone. */
  fits(instruction: string): boolean;
  /** Does the work; the returned sentence says what was done. */
  run(session: Session): Promise<string>;
}
