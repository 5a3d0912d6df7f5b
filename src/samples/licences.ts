import { z } from "zod";
import type { Json } from "../base/json.ts";

const licenceFact = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

/** Of the code that an instance is about, by its facts: SPDX expressions, all of which apply, one where all places have the same. Undefined where nobody looked. */
export function licencesOf(facts: Readonly<Record<string, Json>> | undefined): string[] | undefined {
  const read = licenceFact.safeParse(facts?.["licence"]);
  return read.success ? [...read.data].sort() : undefined;
}
