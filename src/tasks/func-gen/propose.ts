import { InputError } from "../../base/errors.ts";
import type { Proposal, ProposeContext } from "../../task.ts";
import type { Candidate } from "../checks/candidate-checks.ts";
import { nameDefinition } from "../checks/find-definition.ts";
import type { Unfit } from "../checks/finding.ts";
import type { SyntaxLookup } from "../checks/sources.ts";
import { checkCandidate } from "./candidate-checks.ts";
import { makeDraft, stubOut } from "./draft.ts";
import { driverFiles } from "./driver-files.ts";
import { type Bench, findCalls } from "./experiments.ts";
import { importableName } from "./importable.ts";
import { eligibleDefinitions, type Knowledge } from "./knowledge.ts";
import { parseOptions } from "./options.ts";

export async function* propose(
  context: ProposeContext,
  syntaxes: SyntaxLookup,
  knowledge: Knowledge,
): AsyncGenerator<Proposal> {
  const options = parseOptions(context.options);
  const random = context.random.scope("func-gen");
  if (context.runner === undefined) throw runnerMissing();
  const { tree } = context.project.repository;
  const bench: Bench = { runner: context.runner, tree, files: await driverFiles(), options };
  for (const candidate of random.scope("order").shuffle(eligibleDefinitions(context.project))) {
    context.signal?.throwIfAborted();
    const finding = await checkCandidate({ candidate, options, knowledge, tree });
    const importable = importableName(candidate, tree);
    if (!finding.fit) yield rejection(candidate, finding);
    else if (importable !== undefined) {
      const stubbed = await stubOut(candidate, tree, syntaxes);
      if ("fit" in stubbed) {
        yield rejection(candidate, stubbed);
        continue;
      }
      const target = nameDefinition(candidate.file.path, candidate.definition);
      const tests = await knowledge.testsOf(candidate, importable.module);
      const seed = `${target.path}#${target.qualified_name}`;
      const calls = await findCalls({ ...importable, target, text: stubbed.text, tests, seed }, bench);
      if ("fit" in calls) yield rejection(candidate, calls);
      else {
        const facts = finding.facts ?? {};
        const draft = makeDraft({
          candidate,
          stubbed,
          importable,
          calls,
          facts,
          options,
          random: random.scope(seed),
        });
        yield { kind: "draft", draft };
      }
    }
  }
}

function rejection({ file, definition }: Candidate, { reason, detail, facts }: Unfit): Proposal {
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
