import { z } from "zod";
import { openDataset } from "../../src/datasets/open.ts";

/** How far the scripted agent, which knows no model, comes with a family: the floor of its difficulty. */
export interface Floor {
  readonly task: string;
  readonly attempts: number;
  readonly solved: number;
  /** Of the solved and of the other attempts, in turns of the agent. */
  readonly steps: { readonly solved: readonly number[]; readonly unsolved: readonly number[] };
  /** Instances by what a plain lexical solver needs: null where the family has no such fact. */
  readonly lookups: { readonly few: number; readonly more: number; readonly never: number };
}

const FEW = 3;

const attemptSchema = z.looseObject({
  instance: z.string(),
  steps: z.int(),
  verdict: z.looseObject({ outcome: z.string() }),
});

/** @param rows what `hybrid-gym attempts --json` prints. */
export async function readFloors(dataset: string, rows: string): Promise<Floor[]> {
  const attempts = rows
    .trim()
    .split("\n")
    .map((line) => attemptSchema.parse(JSON.parse(line)));
  const byInstance = new Map(attempts.map((attempt) => [attempt.instance, attempt]));
  const families = new Map<string, { lookups: unknown; attempt?: z.infer<typeof attemptSchema> }[]>();
  for await (const { instance } of (await openDataset(dataset)).pairs()) {
    const attempt = byInstance.get(instance.id);
    const entry = { lookups: instance.facts["lookups"], ...(attempt === undefined ? {} : { attempt }) };
    families.set(instance.task, [...(families.get(instance.task) ?? []), entry]);
  }
  return [...families].map(([task, entries]) => {
    const made = entries.flatMap(({ attempt }) => (attempt === undefined ? [] : [attempt]));
    const stepsOf = (wanted: boolean) =>
      made.filter(({ verdict }) => (verdict.outcome === "solved") === wanted).map(({ steps }) => steps);
    const steps = { solved: stepsOf(true), unsolved: stepsOf(false) };
    const numbers = entries.map(({ lookups }) => lookups).filter((value) => typeof value === "number");
    const few = numbers.filter((value) => value <= FEW).length;
    const never = entries.filter(({ lookups }) => lookups === null).length;
    const lookups = { few, more: numbers.length - few, never };
    return { task, attempts: made.length, solved: steps.solved.length, steps, lookups };
  });
}
