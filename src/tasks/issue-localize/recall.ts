import { parseValue } from "../../base/json.ts";
import type { InstancePair } from "../../instance.ts";
import type { Recall } from "../../task.ts";
import { recallPlaces } from "../checks/recalled-places.ts";
import { answerSchema } from "./answer.ts";

/** Who names more knows nothing. */
const MOST_PLACES = 3;

/** Right is a definition that the fix changes, or a file in which it changes none, among three places at most. */
export function recallFix(pair: InstancePair): Recall {
  const { files } = parseValue(pair.secret.answer, answerSchema, "the answer");
  const gold = new Map(
    files.map(({ path, definitions }) => [path, new Set(definitions.map((one) => one.qualified_name))]),
  );
  return recallPlaces(pair, `name up to ${MOST_PLACES} definitions that have to change`, (named) => {
    const isGold = named.some(({ path, name }) => gold.get(path)?.size === 0 || gold.get(path)?.has(name));
    return isGold && named.length <= MOST_PLACES;
  });
}
