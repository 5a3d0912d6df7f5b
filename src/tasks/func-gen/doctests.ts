import { z } from "zod";
import type { Json } from "../../base/json.ts";
import { type Finding, unfit } from "../checks/finding.ts";
import { type Bench, runOn } from "./bench.ts";
import { CALL_SECONDS } from "./commands.ts";
import { readReport } from "./driver-lines.ts";
import type { Importable } from "./importable.ts";

const countsSchema = z.object({ examples: z.int(), failures: z.int(), errors: z.int() });

/** Whether a docstring has examples. */
export function hasDoctests(docstring: string): boolean {
  return /^\s*>>> /m.test(docstring);
}

/** Runs the examples in a docstring with the original: what it shows has to be so. Null where they do not come to their end. */
export async function checkDoctests(
  { module, name, roots }: Importable,
  docstring: string,
  bench: Bench,
): Promise<Finding> {
  if (!hasDoctests(docstring)) return { fit: true, facts: { doctests: false } };
  const job = { module, name, roots: [...roots], seconds: CALL_SECONDS };
  const { end } = readReport(await runOn(bench, [{ program: "doctests", job }]), "doctests");
  const counted = countsSchema.safeParse(end);
  const { examples, failures, errors } = counted.data ?? { examples: null, failures: null, errors: null };
  const facts: Record<string, Json> = {
    doctests: true,
    doctest_examples: examples,
    doctest_failures: failures,
    doctest_errors: errors,
  };
  const most = bench.options.max_doctest_failures;
  if (most === null || failures === null || failures <= most) return { fit: true, facts };
  return unfit("doctest-fails", `${failures} of ${examples} examples`, facts);
}
