import type { ExportResult } from "../exporter.ts";
import type { Sample } from "../sample.ts";
import { marksOf } from "../samples/marks.ts";
import type { ForeignEvent } from "../trajectory.ts";

/** Turns that are there to be read and not to be learned: those that a window shows again, say. */
export function untrainedTurns(sample: Sample): ReadonlySet<ForeignEvent> {
  if (sample.marks === undefined) return new Set();
  const markedIn = marksOf(sample);
  return new Set(sample.events.filter(({ type }, place) => type === "turn" && markedIn(place).whole));
}

/** For formats that cannot say so of a turn: their readers would train on it. */
export function refuseUntrained(sample: Sample): Extract<ExportResult, { kind: "refused" }> | undefined {
  const { size } = untrainedTurns(sample);
  if (size === 0) return undefined;
  const detail = `${size} turns are not to be learned, which the format cannot say`;
  return { kind: "refused", reason: "untrained-turns", detail };
}
