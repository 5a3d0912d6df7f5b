import { parseValue } from "../../base/json.ts";
import type { InstancePair } from "../../instance.ts";
import type { Recall } from "../../task.ts";
import { areExactly, recallPlaces } from "../checks/recalled-places.ts";
import { answerSchema } from "./answer.ts";

/** Right are all dependencies and nothing else. */
export function recallDependencies(pair: InstancePair): Recall {
  const { dependencies } = parseValue(pair.secret.answer, answerSchema, "the answer");
  return recallPlaces(pair, "name each definition that would get the comment", (named) =>
    areExactly(named, dependencies),
  );
}
