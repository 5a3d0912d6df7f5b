import fs from "node:fs";
import { planSchema, PLAN_VARIABLE, type Disturbance, type Note } from "../plan.ts";
import { nameOf } from "./points.ts";

const plan = planSchema.parse(JSON.parse(process.env[PLAN_VARIABLE] ?? ""));
// Taken before the module is changed: what this harness writes is no fault point.
const { writeSync } = fs;
const notes = fs.openSync(plan.notes, "a");
const passed = new Map<string, number>();

export const RUN = plan.run;

export function note(value: Note): void {
  writeSync(notes, `${JSON.stringify(value)}\n`);
}

/** Counts a call, and says what is to happen to it. */
export function pass(call: string, file: string | undefined): Disturbance | undefined {
  const point = nameOf(call, file, plan.run);
  if (point === undefined) return undefined;
  const hit = (passed.get(point) ?? 0) + 1;
  passed.set(point, hit);
  const { fault } = plan;
  if (fault?.point !== point || fault.hit !== hit) return undefined;
  note({ type: "disturbed", point });
  return fault.disturbance;
}

process.on("exit", () => note({ type: "passed", points: Object.fromEntries(passed) }));

/** Nothing runs after it: the signal may take a moment. */
export function die(): never {
  process.kill(process.pid, "SIGKILL");
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** As the system says it. */
export function systemError(code: "ENOSPC" | "EIO", call: string): Error {
  return Object.assign(new Error(`${code}: a planned fault, ${call}`), { code, syscall: call });
}
