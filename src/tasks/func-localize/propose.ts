import type { Random } from "../../base/random.ts";
import type { ProposeContext, Proposal } from "../../task.ts";
import { searchTerms, sharesStem, words } from "../../text/words.ts";
import { docstringDaysBehind, type LineTimes, lineTimesOf } from "../checks/docstring-age.ts";
import type { Unfit } from "../checks/finding.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import { checkCandidate } from "./candidate-checks.ts";
import { describeCandidate } from "./describe.ts";
import { type Describer, secretStemsOf } from "./description.ts";
import { type Chosen, makeDraft, placeOf } from "./draft.ts";
import type { Candidate } from "../checks/candidate-checks.ts";
import { candidateKey, eligibleDefinitions, type Knowledge } from "./knowledge.ts";
import { modelDescriber } from "./model-describer.ts";
import { offlineDescriber } from "./offline-describer.ts";
import { type Options, parseOptions } from "./options.ts";

interface Proposer {
  readonly context: ProposeContext;
  readonly options: Options;
  readonly syntaxes: SyntaxLookup;
  readonly knowledge: Knowledge;
  readonly lineTimes: LineTimes;
  readonly describer: Describer;
  readonly random: Random;
  /** Candidates that are settled: in an instance, or rejected. */
  readonly settled: Set<string>;
}

/** How many related definitions are tried for the further targets of one instance. */
const RELATED_TRIED = 25;

export async function* propose(
  context: ProposeContext,
  syntaxes: SyntaxLookup,
  knowledge: Knowledge,
): AsyncGenerator<Proposal> {
  const options = parseOptions(context.options);
  const random = context.random.scope("func-localize");
  const describer =
    context.model === undefined
      ? offlineDescriber(options, async () => {
          const { docstrings, retrieval } = await knowledge.definitions();
          return { docstrings, definitions: retrieval };
        })
      : modelDescriber(context.model, options, context.signal);
  const proposer: Proposer = {
    context,
    options,
    syntaxes,
    knowledge,
    lineTimes: lineTimesOf(context, options.max_docstring_days_behind !== null),
    describer,
    random,
    settled: new Set(),
  };
  for (const candidate of random.scope("order").shuffle(eligibleDefinitions(context.project))) {
    context.signal?.throwIfAborted();
    if (!proposer.settled.has(candidateKey(candidate))) yield await proposeFrom(candidate, proposer);
  }
}

async function proposeFrom(candidate: Candidate, proposer: Proposer): Promise<Proposal> {
  const first = await choose(candidate, proposer);
  if ("refused" in first) return rejection(candidate, first.refused);
  const chosen = [first.chosen];
  if (proposer.options.targets > 1) chosen.push(...(await related(first.chosen, proposer)));
  if (chosen.length < proposer.options.targets) {
    return rejection(candidate, { fit: false, reason: "no-related-targets" });
  }
  const made = await makeDraft({
    chosen,
    options: proposer.options,
    tree: proposer.context.project.repository.tree,
    syntaxes: proposer.syntaxes,
    random: proposer.random.scope(candidateKey(candidate)),
    describedBy: proposer.describer.source,
  });
  if ("refused" in made) return rejection(candidate, made.refused);
  chosen.forEach((one) => proposer.settled.add(candidateKey(one.candidate)));
  return { kind: "draft", draft: made.draft };
}

async function choose(
  candidate: Candidate,
  { options, knowledge, lineTimes, describer, random }: Proposer,
): Promise<{ readonly chosen: Chosen } | { readonly refused: Unfit }> {
  const finding = await checkCandidate({ candidate, options, knowledge, lineTimes });
  if (!finding.fit) return { refused: finding };
  const result = await describeCandidate(
    candidate,
    options,
    knowledge,
    describer,
    random.scope("description"),
  );
  if ("refused" in result) return result;
  const docstring_days_behind = await docstringDaysBehind({ candidate, knowledge, lineTimes });
  const facts = { ...finding.facts, docstring_days_behind };
  return { chosen: { candidate, described: result.described, facts } };
}

/** Further targets: the definitions that retrieval finds nearest to the first one's description, where the option `spread` wants them. */
async function related(first: Chosen, proposer: Proposer): Promise<Chosen[]> {
  const { options, knowledge, settled, context } = proposer;
  const index = await knowledge.definitions();
  const scores = index.retrieval.score(searchTerms(first.described.text));
  const candidates = eligibleDefinitions(context.project)
    .filter((candidate) => !overlaps(candidate, first.candidate) && !settled.has(candidateKey(candidate)))
    .map((candidate) => ({
      candidate,
      score: scores[index.documentOf(candidate.definition) ?? -1] ?? 0,
    }))
    .filter(({ candidate }) => fitsSpread(candidate, [first], options))
    .sort((a, b) => b.score - a.score || (candidateKey(a.candidate) < candidateKey(b.candidate) ? -1 : 1))
    .slice(0, RELATED_TRIED);
  const chosen: Chosen[] = [];
  for (const { candidate } of candidates) {
    if (chosen.length + 1 >= options.targets) break;
    if (!fitsSpread(candidate, [first, ...chosen], options)) continue;
    if (chosen.some((one) => overlaps(one.candidate, candidate))) continue;
    const next = await choose(candidate, proposer);
    if (!("chosen" in next)) continue;
    const { chosen: added } = next;
    // What is said of one target must not name another one.
    const told =
      options.masked && [first, ...chosen].some((one) => givesAway(one, added) || givesAway(added, one));
    if (!told) chosen.push(added);
  }
  return chosen;
}

function givesAway(said: Chosen, other: Chosen): boolean {
  const { file, definition } = other.candidate;
  const secret = secretStemsOf(definition.qualifiedName, file.path);
  return words(said.described.text).some((word) => sharesStem(word, secret));
}

function fitsSpread(candidate: Candidate, chosen: readonly Chosen[], options: Options): boolean {
  const shares = chosen.some((one) => one.candidate.file.path === candidate.file.path);
  if (options.spread === "same-file") return shares;
  return options.spread === "different-files" ? !shares : true;
}

/** One lies inside the other, or they are the same. */
function overlaps(a: Candidate, b: Candidate): boolean {
  if (a.file.path !== b.file.path) return false;
  return a.definition.span.start < b.definition.span.end && b.definition.span.start < a.definition.span.end;
}

function rejection(candidate: Candidate, finding: Unfit): Proposal {
  return {
    kind: "rejected",
    reason: finding.reason,
    place: placeOf(candidate),
    ...(finding.detail === undefined ? {} : { detail: finding.detail }),
    ...(finding.facts === undefined ? {} : { facts: finding.facts }),
  };
}
