import { InputError } from "../base/errors.ts";
import type { Json } from "../base/json.ts";
import type { Transform } from "../transform.ts";
import { dropPlans } from "./drop-plans.ts";
import { dropReasoning } from "./drop-reasoning.ts";
import { fit } from "./fit.ts";
import { oneCall } from "./one-call.ts";
import { redact } from "./redact.ts";
import { renameTools } from "./rename-tools.ts";

export const transforms: readonly Transform[] = [dropReasoning, dropPlans, oneCall, fit, redact, renameTools];

/** A transform with the options that it is to have. */
export interface ChosenTransform {
  readonly transform: Transform;
  /** With defaults. */
  readonly options: Readonly<Record<string, Json>>;
}

/** @throws InputError `unknown-transform` that lists those that there are; `malformed-row` for a wrong option. */
export function chooseTransform(name: string, options: Readonly<Record<string, Json>>): ChosenTransform {
  const transform = transforms.find((candidate) => candidate.name === name);
  if (transform !== undefined) return { transform, options: transform.parseOptions(options) };
  const known = transforms.map((candidate) => candidate.name);
  throw new InputError({
    code: "unknown-transform",
    message: `There is no transform "${name}"`,
    hint: `Use one of: ${known.join(", ")}.`,
    fields: { name, known },
  });
}
