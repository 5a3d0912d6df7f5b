import type { Json } from "../../base/json.ts";
import type { Random } from "../../base/random.ts";
import { codeTokens } from "../../text/code-tokens.ts";
import { searchTerms } from "../../text/words.ts";
import { codeTerms } from "../checks/definition-index.ts";
import { docstringParts } from "../checks/docstring-parts.ts";
import { type Finding, FIT, type Unfit, unfit } from "../checks/finding.ts";
import { type Retrievability, retrievability } from "../checks/retrievability.ts";
import { bodyLines } from "../checks/body-lines.ts";
import { codeOf } from "../../text/definition-code.ts";
import {
  checkDescription,
  type Describer,
  type DescriptionFacts,
  secretStemsOf,
  type Trait,
} from "./description.ts";
import type { Candidate } from "../checks/candidate-checks.ts";
import { candidateKey, type Knowledge } from "./knowledge.ts";
import type { Options } from "./options.ts";
import { FRAME_TERMS } from "./vocabulary.ts";

export interface Described {
  readonly text: string;
  readonly attempts: number;
  readonly codeWords: number | null;
  readonly found: Retrievability;
  /** What the checks of the text measured. */
  readonly measured: Record<string, Json>;
}

const ATTEMPTS = 3;

/** A description that passed every check, or the reason of the last refusal. */
export async function describeCandidate(
  candidate: Candidate,
  options: Options,
  knowledge: Knowledge,
  describer: Describer,
  random: Random,
): Promise<{ readonly described: Described } | { readonly refused: Unfit }> {
  const facts = await descriptionFacts(candidate, options, knowledge);
  const own = random.scope(candidateKey(candidate));
  let last: Unfit | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const previous = last === undefined ? {} : { previous: `${last.reason}: ${last.detail ?? ""}` };
    const written = await describer.describe(facts, { number: attempt, random: own, ...previous });
    if ("refused" in written) {
      last = { fit: false, reason: written.refused, detail: written.detail };
      continue;
    }
    const text = checkDescription(written.text, facts, options);
    if (!text.fit) {
      last = text;
      continue;
    }
    const found = await locate(candidate, written.text, options, knowledge);
    const located = checkRetrieval(found, options);
    if (located.fit) {
      const measured = text.facts ?? {};
      return { described: { ...written, attempts: attempt + 1, found, measured } };
    }
    last = located;
  }
  return { refused: last ?? { fit: false, reason: "description-failed" } };
}

/** Where retrieval finds the target by its description, in the state that the agent starts from. */
async function locate(
  candidate: Candidate,
  description: string,
  options: Options,
  knowledge: Knowledge,
): Promise<Retrievability> {
  const index = await knowledge.definitions();
  const { text } = await knowledge.sources.read(candidate.file.path);
  const target = index.documentOf(candidate.definition);
  if (target === undefined) return { rank: 1, distractors: 0, rival: Infinity, lookups: null };
  const found = retrievability(index, {
    terms: searchTerms(description).filter((term) => !FRAME_TERMS.has(term)),
    target,
    targetTerms: codeTerms(text, candidate.file, candidate.definition),
  });
  return options.masked ? found : { ...found, lookups: lookupsByName(candidate, index.entries) };
}

/** One search for the name, then the definitions of that name in the order of their paths. */
function lookupsByName(
  candidate: Candidate,
  entries: readonly { path: string; definition: { name: string } }[],
): number {
  const same = entries.filter((entry) => entry.definition.name === candidate.definition.name);
  return 1 + Math.max(1, same.findIndex((entry) => entry.definition === candidate.definition) + 1);
}

function checkRetrieval(found: Retrievability, options: Options): Finding {
  if (found.rival > 1 - options.ambiguity_margin) {
    return unfit("ambiguous", `another definition fits ${Math.round(found.rival * 100)} % as well`);
  }
  if (options.max_retrieval_rank !== null && found.rank > options.max_retrieval_rank) {
    return unfit("not-retrievable", `rank ${found.rank}`);
  }
  if (!options.masked) return FIT;
  if (found.lookups !== null && found.lookups < options.min_lookups) {
    return unfit("too-greppable", `${found.lookups} lookups`);
  }
  return found.distractors < options.min_distractors ? unfit("no-distractors") : FIT;
}

async function descriptionFacts(
  candidate: Candidate,
  options: Options,
  knowledge: Knowledge,
): Promise<DescriptionFacts> {
  const { file, definition } = candidate;
  const source = await knowledge.sources.read(file.path);
  const docstring = definition.docstring?.text ?? "";
  const place = file.outline.definitions.indexOf(definition);
  const members = file.outline.definitions.filter((other) => other.parent === place);
  const constructor = members.find((member) => member.name === "__init__");
  return {
    kind: definition.kind,
    name: definition.name,
    qualifiedName: definition.qualifiedName,
    path: file.path,
    source: source.text.slice(definition.span.start, definition.span.end),
    code: codeOf(source.text, definition),
    docstring,
    parts: docstringParts(docstring),
    parameters: definition.kind === "class" ? (constructor?.parameters ?? []) : definition.parameters,
    returns: definition.returns,
    raises: definition.raises,
    calls: definition.calls,
    decorators: definition.decorators,
    members: members.filter((member) => member.kind === "method").map((member) => member.name),
    lines: bodyLines(source, definition),
    traits:
      definition.kind === "class"
        ? []
        : traitsOf(codeTokens(codeOf(source.text, definition), source.lineComment).tokens, definition.name),
    secretStems: options.masked ? secretStemsOf(definition.qualifiedName, file.path) : new Set(),
  };
}

function traitsOf(tokens: readonly string[], name: string): Trait[] {
  const count = (word: string) => tokens.filter((token) => token === word).length;
  const traits: Trait[] = [];
  if (tokens.slice(0, tokens.indexOf("def")).includes("async")) traits.push("async");
  if (count("for") + count("while") > 0) traits.push("loop");
  if (count("if") + count("elif") >= 3) traits.push("branches");
  if (count("with") > 0) traits.push("context");
  if (count("except") > 0) traits.push("handles-errors");
  const recursive = tokens.some(
    (token, place) =>
      token === name && tokens[place + 1] === "(" && tokens[place - 1] !== "def" && tokens[place - 1] !== ".",
  );
  if (recursive) traits.push("recursive");
  return traits;
}
