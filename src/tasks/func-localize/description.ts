import type { Random } from "../../base/random.ts";
import { containment, longestCommonRun } from "../../text/overlap.ts";
import { nameStems, sharesStem, words } from "../../text/words.ts";
import type { DocstringParts } from "../checks/docstring-parts.ts";
import { type Finding, FIT, unfit } from "../checks/finding.ts";
import type { Options } from "./options.ts";

/** What a describer may know of a definition. */
export interface DescriptionFacts {
  readonly kind: "function" | "method" | "class";
  readonly name: string;
  readonly qualifiedName: string;
  readonly path: string;
  /** Source text of the definition with its docstring. */
  readonly source: string;
  /** The same without its docstring. */
  readonly code: string;
  readonly docstring: string;
  readonly parts: DocstringParts;
  readonly parameters: readonly string[];
  readonly returns: "value" | "nothing" | "yields";
  readonly raises: readonly string[];
  readonly calls: readonly string[];
  readonly decorators: readonly string[];
  /** Names of the methods, for a class. */
  readonly members: readonly string[];
  /** Logical lines of the body. */
  readonly lines: number;
  readonly traits: readonly Trait[];
  /** Stems that the description must not hold: empty when the name is shown. */
  readonly secretStems: ReadonlySet<string>;
}

export type Trait = "async" | "loop" | "branches" | "context" | "handles-errors" | "recursive";

/** Writes the description of one definition. Implementations: offline, and by a model. */
export interface Describer {
  /** What stands in the facts: `offline` or the model's name. */
  readonly source: string;
  /** `attempt` counts from 0; a new attempt must differ. `previous` says why the last one was refused. */
  describe(
    facts: DescriptionFacts,
    attempt: { readonly number: number; readonly previous?: string; readonly random: Random },
  ): Promise<Written | { readonly refused: string; readonly detail: string }>;
}

export interface Written {
  readonly text: string;
  /** Words taken from the target's own code, which a plain search finds; null where nobody counted. */
  readonly codeWords: number | null;
}

/** The stems by which a definition's name, and for members the names around it, would be recognised. */
export function secretStemsOf(qualifiedName: string, path: string): Set<string> {
  const stems = new Set<string>();
  for (const name of qualifiedName.split(".")) for (const stem of nameStems(name)) stems.add(stem);
  const file = path.split("/").at(-1)?.replace(/\..*$/, "") ?? "";
  // A file's base name of one common word ("array") is vocabulary; one of several words is an address.
  if (file.includes("_")) stems.add(file.replace(/_/g, "").toLowerCase());
  return stems;
}

/** The checks that any description must pass, whoever wrote it. Nothing is repaired: it passes or it does not. */
export function checkDescription(text: string, facts: DescriptionFacts, options: Options): Finding {
  const sequence = words(text);
  const leak = options.masked ? sequence.find((word) => sharesStem(word, facts.secretStems)) : undefined;
  if (leak !== undefined) return unfit("name-in-description", `"${leak}" gives the name away`);
  const address = pathIn(text, facts.path);
  if (address !== undefined) return unfit("path-in-description", address);
  if (sequence.length < 8) return unfit("description-too-thin", `${sequence.length} words`);
  if (sequence.length > 250) return unfit("description-too-long", `${sequence.length} words`);
  const original = words(facts.docstring);
  const shared = containment(sequence, original, 5);
  const run = longestCommonRun(sequence, original);
  if (shared > options.max_shared_runs || run > options.max_common_run) {
    return unfit(
      "description-copies-docstring",
      `shares ${run} words in a row, ${Math.round(shared * 100)} % of its runs`,
    );
  }
  return { ...FIT, facts: { shared_runs: shared, common_run: run } };
}

function pathIn(text: string, path: string): string | undefined {
  const lower = text.toLowerCase();
  const module = path.replace(/\.[^.]+$/, "");
  const file = path.split("/").at(-1) ?? path;
  const addresses = [path, file, module.replaceAll("/", "."), ...(module.includes("/") ? [module] : [])];
  return addresses.find(
    (address) => lower.includes(address.toLowerCase()) && address.length > 3 && /[./]/.test(address),
  );
}
