import { parseValue } from "../../base/json.ts";
import type { InstancePair } from "../../instance.ts";
import type { Recall } from "../../task.ts";
import { areExactly, recallPlaces } from "../checks/recalled-places.ts";
import { answerSchema } from "./answer.ts";

/** Right are the targets and nothing else. */
export function recallTargets(pair: InstancePair): Recall {
  const { targets } = parseValue(pair.secret.answer, answerSchema, "the answer");
  return recallPlaces(pair, "name each definition that is described", (named) => areExactly(named, targets));
}
