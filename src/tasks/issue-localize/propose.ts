import type { Fix, RefusedFix } from "../../fix.ts";
import { minedFixes } from "../../fixes/mine.ts";
import { RepositoryError } from "../../base/errors.ts";
import type { Random } from "../../base/random.ts";
import type { History } from "../../history.ts";
import type { ProposeContext, Proposal } from "../../task.ts";
import { signatureOf, type Signature } from "../../text/minhash.ts";
import { type Unfit, unfit } from "../checks/finding.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import { checkSubject } from "./candidate-checks.ts";
import { runsOf } from "./documents.ts";
import { makeDraft } from "./draft.ts";
import { createFileSearch, type FileSearch } from "./file-search.ts";
import { type Options, parseOptions } from "./options.ts";
import { readSubject } from "./subject.ts";

interface Proposer {
  readonly history: History;
  readonly options: Options;
  readonly syntaxes: SyntaxLookup;
  readonly search: FileSearch;
  readonly random: Random;
  readonly taken: { readonly name: string; readonly signature: Signature }[];
}

/** One proposal for each fix, in the order in which its source gives them. */
export async function* propose(context: ProposeContext, syntaxes: SyntaxLookup): AsyncGenerator<Proposal> {
  const options = parseOptions(context.options);
  const history = await historyOf(context);
  const random = context.random.scope("issue-localize");
  const search = createFileSearch(syntaxes);
  const proposer: Proposer = { history, options, syntaxes, search, random, taken: [] };
  for await (const fix of context.fixes?.() ?? mined(context, history, options)) {
    context.signal?.throwIfAborted();
    yield await proposeFrom(fix, proposer);
  }
}

async function historyOf({ history, project }: ProposeContext): Promise<History> {
  if (history !== undefined) return history();
  const { name } = project.repository.reference;
  throw new RepositoryError({
    code: "no-history",
    message: `${name} has no history to find fixes in`,
    hint: "Give a git repository with its history.",
  });
}

function mined(context: ProposeContext, history: History, options: Options) {
  const { max_commits: maxCommits, max_issues: maxIssues } = options;
  return minedFixes({ history, issues: context.issues, maxCommits, maxIssues });
}

async function proposeFrom(fix: Fix | RefusedFix, proposer: Proposer): Promise<Proposal> {
  if ("refused" in fix) return rejection(fix, unfit(fix.refused, fix.detail));
  const { options, search, taken } = proposer;
  const subject = await readSubject(fix, proposer);
  if ("fit" in subject) return rejection(fix, subject);
  const finding = await checkSubject({ subject, options, search, taken });
  if (!finding.fit) return rejection(fix, finding);
  const draft = makeDraft(subject, finding.facts ?? {}, options, proposer.random.scope(fix.name));
  if ("fit" in draft) return rejection(fix, draft);
  taken.push({ name: fix.name, signature: signatureOf(runsOf(subject.issue.text)) });
  return { kind: "draft", draft };
}

/** What has no place yet is told by the first file that it changes, and its name. */
function rejection(fix: Fix | RefusedFix, finding: Unfit): Proposal {
  const path = "paths" in fix ? fix.paths[0]?.path : undefined;
  return {
    kind: "rejected",
    reason: finding.reason,
    place: { path: path ?? "", line: 1, name: fix.name },
    ...(finding.detail === undefined ? {} : { detail: finding.detail }),
    ...(finding.facts === undefined ? {} : { facts: finding.facts }),
  };
}
