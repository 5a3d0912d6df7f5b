import type { Random } from "../../base/random.ts";
import { InputError } from "../../base/errors.ts";
import type { Proposal, ProposeContext } from "../../task.ts";
import type { Tree } from "../../tree.ts";
import type { Candidate } from "../checks/candidate-checks.ts";
import { docstringDaysBehind, type LineTimes, lineTimesOf } from "../checks/docstring-age.ts";
import { nameDefinition } from "../checks/find-definition.ts";
import { type Unfit, unfit } from "../checks/finding.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import { checkCandidate } from "./candidate-checks.ts";
import { makeDraft, stubOut } from "./draft.ts";
import { checkDoctests } from "./doctests.ts";
import { driverFiles } from "./driver-files.ts";
import type { Bench } from "./bench.ts";
import { findGround } from "./ground.ts";
import { importableName } from "./importable.ts";
import { eligibleDefinitions, type Knowledge } from "./knowledge.ts";
import { type Options, parseOptions } from "./options.ts";
import { type ReachingTests, surveyTests } from "./reached.ts";

export async function* propose(
  context: ProposeContext,
  syntaxes: SyntaxLookup,
  knowledge: Knowledge,
): AsyncGenerator<Proposal> {
  const options = parseOptions(context.options);
  const random = context.random.scope("func-gen");
  if (context.runner === undefined) throw runnerMissing();
  const { tree } = context.project.repository;
  const bare: Bench = { runner: context.runner, tree, files: await driverFiles(), options };
  let opened: ReturnType<Proposer["open"]> | undefined;
  const open = async () => {
    const bench = { ...bare, environment: await context.environment?.() };
    return { bench, reaching: await surveyTests(bench, knowledge.testFiles) };
  };
  const proposer: Proposer = {
    options,
    tree,
    syntaxes,
    knowledge,
    lineTimes: lineTimesOf(context, options.max_docstring_days_behind !== null),
    random,
    open: () => (opened ??= open()),
  };
  for (const candidate of random.scope("order").shuffle(eligibleDefinitions(context.project))) {
    context.signal?.throwIfAborted();
    yield await proposeFrom(candidate, proposer);
  }
}

interface Proposer {
  readonly options: Options;
  readonly tree: Tree;
  readonly syntaxes: SyntaxLookup;
  readonly knowledge: Knowledge;
  readonly lineTimes: LineTimes;
  readonly random: Random;
  /** Once there is a candidate that is worth running. */
  open(): Promise<{ readonly bench: Bench; readonly reaching: ReachingTests }>;
}

async function proposeFrom(candidate: Candidate, proposer: Proposer): Promise<Proposal> {
  const { options, tree, syntaxes, knowledge, lineTimes, random } = proposer;
  const finding = await checkCandidate({ candidate, options, knowledge, tree, lineTimes });
  if (!finding.fit) return cheaply(rejection(candidate, finding));
  const importable = importableName(candidate, tree);
  if (importable === undefined) return cheaply(rejection(candidate, unfit("not-importable")));
  const stubbed = await stubOut(candidate, tree, syntaxes);
  if ("fit" in stubbed) return cheaply(rejection(candidate, stubbed));
  const target = nameDefinition(candidate.file.path, candidate.definition);
  const tests = await knowledge.testsOf(candidate, importable.module);
  const seed = `${target.path}#${target.qualified_name}`;
  const { bench, reaching } = await proposer.open();
  const doctests = await checkDoctests(importable, candidate.definition.docstring?.text ?? "", bench);
  if (!doctests.fit) return rejection(candidate, doctests);
  const nodes = reaching(candidate);
  const { text, after } = stubbed;
  const subject = { ...importable, target, text, stubbed: after, tests, nodes, seed };
  const ground = await findGround(subject, bench);
  if ("fit" in ground) return rejection(candidate, ground);
  const docstring_days_behind = await docstringDaysBehind({ candidate, knowledge, lineTimes });
  const said = { docstring_days_behind, ...doctests.facts };
  const draft = makeDraft({
    candidate,
    stubbed,
    ground,
    facts: finding.facts ?? {},
    said,
    lookups: knowledge.lookupsOf(candidate),
    options,
    random: random.scope(seed),
  });
  return { kind: "draft", draft };
}

/** Before anything was run. */
function cheaply(proposal: Rejected): Proposal {
  return { ...proposal, cheap: true };
}

type Rejected = Extract<Proposal, { kind: "rejected" }>;

function rejection({ file, definition }: Candidate, { reason, detail, facts }: Unfit): Rejected {
  return {
    kind: "rejected",
    reason,
    place: { path: file.path, line: definition.line, name: definition.qualifiedName },
    ...(detail === undefined ? {} : { detail }),
    ...(facts === undefined ? {} : { facts }),
  };
}

function runnerMissing(): InputError {
  return new InputError({
    code: "runner-required",
    message: "func-gen finds out by running code what a function does, and there is nothing to run it in",
    hint: "Give the build a runner of sandboxes.",
  });
}
