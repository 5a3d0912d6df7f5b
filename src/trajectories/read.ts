import { readFile } from "node:fs/promises";
import { z } from "zod";
import { refuseNewer } from "../base/format-version.ts";
import { parseJson, parseValue } from "../base/json.ts";
import { TRAJECTORY_FORMAT, trajectoryEventSchema } from "../trajectory.ts";
import type { TrajectoryEvent } from "../trajectory.ts";

/** The events of one record, from its bytes where it is no file of its own. A last line without its newline is what a killed writer left, and is skipped. */
export async function* readTrajectory(file: string, bytes?: Buffer): AsyncGenerator<TrajectoryEvent> {
  const text = (bytes ?? (await readFile(file))).toString("utf8");
  const lines = text.split("\n").slice(0, -1);
  for (const [index, line] of lines.entries()) {
    const place = `${file}:${index + 1}`;
    const row = parseJson(line, z.unknown(), place);
    refuseNewer(row, TRAJECTORY_FORMAT, place);
    yield parseValue(row, trajectoryEventSchema, place);
  }
}
