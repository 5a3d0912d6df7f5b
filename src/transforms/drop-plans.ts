import { z } from "zod";
import { actionsOf } from "../actions/of-call.ts";
import { parseValue } from "../base/json.ts";
import type { Transform } from "../transform.ts";
import { withoutDefinitions } from "./definitions.ts";
import { one } from "./items.ts";
import { removeCalls } from "./remove-calls.ts";

const optionsSchema = z.strictObject({
  /** Whether the tools that plan stay among those of the start. */
  definitions: z.enum(["keep", "drop"]).default("keep"),
});
const parse = (options: unknown) => parseValue(options, optionsSchema, "options of the transform drop-plans");

const plans = (name: string) => actionsOf(name, {}).every(({ kind }) => kind === "plan");

/** Lists of what is to be done, as scaffolds have tools for. */
export const dropPlans: Transform = {
  name: "drop-plans",
  version: 1,
  changes: "removes calls of task trackers and plans with their results",
  may: { removeCalls: plans, removeDefinitions: true },
  parseOptions: parse,
  open(options) {
    const { definitions } = parse(options);
    return (row) => {
      const { row: rest, calls, turns } = removeCalls(row, plans);
      const { row: done, dropped } = withoutDefinitions(rest, definitions === "drop" ? plans : () => false);
      return one(done, { "plan-calls": calls, turns, definitions: dropped });
    };
  },
};
