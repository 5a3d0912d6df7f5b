import { readFile } from "node:fs/promises";
import { parseJson } from "../base/json.ts";
import { trajectoryEventSchema } from "../trajectory.ts";
import type { TrajectoryEvent } from "../trajectory.ts";

/** The events of one record. A last line without its newline is what a killed writer left, and is skipped. */
export async function* readTrajectory(file: string): AsyncGenerator<TrajectoryEvent> {
  const text = await readFile(file, "utf8");
  const lines = text.split("\n").slice(0, -1);
  for (const [index, line] of lines.entries())
    yield parseJson(line, trajectoryEventSchema, `${file}:${index + 1}`);
}
