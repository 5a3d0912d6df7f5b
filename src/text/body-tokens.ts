import { codeTokens } from "./code-tokens.ts";

/** Bodies of fewer tokens are alike by chance. */
const SHORTEST_BODY = 25;

/**
 * The tokens of a definition's code with its own name, its local names and `async`/`await` taken out, so that a renamed copy and
 * the two halves of a sync/async pair come out alike. Undefined for bodies too short to compare.
 *
 * @param names the definition's own name and its parameters
 * @param comments what starts a comment in the language
 */
export function bodyTokens(code: string, names: readonly string[], comments: string): string[] | undefined {
  const { tokens } = codeTokens(code, comments);
  const kept = tokens.filter((token) => token !== "async" && token !== "await");
  if (kept.length < SHORTEST_BODY) return undefined;
  const local = new Set(names);
  kept.forEach((token, place) => {
    if (kept[place + 1] === "=" && kept[place - 1] !== "." && kept[place + 2] !== "=") local.add(token);
    if (kept[place - 1] === "for" || kept[place - 1] === "as") local.add(token);
  });
  return kept.map((token) => (local.has(token) ? "$" : token));
}
