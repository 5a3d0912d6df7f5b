import { bodyLines } from "../checks/body-lines.ts";
import { docstringKeptUp, type LineTimes } from "../checks/docstring-age.ts";
import { docstringParts } from "../checks/docstring-parts.ts";
import { docstringQuality } from "../checks/docstring-quality.ts";
import { docstringTruth, type Signature } from "../checks/docstring-truth.ts";
import {
  type Candidate,
  definedOnce,
  firstObjection,
  headRole,
  kindWanted,
  licence,
  noTwin,
  pathRole,
} from "../checks/candidate-checks.ts";
import { type Finding, FIT, unfit } from "../checks/finding.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Options } from "./options.ts";

/** What a check of a candidate may look at. */
export interface CheckContext {
  readonly candidate: Candidate;
  readonly options: Options;
  readonly knowledge: Knowledge;
  readonly lineTimes: LineTimes;
}

type Check = (context: CheckContext) => Finding | Promise<Finding>;

/** From cheap to dear; the first that fails gives the reason. The description has checks of its own, after these. */
const CHECKS: readonly Check[] = [
  kindWanted,
  pathRole,
  name,
  definedOnce,
  quality,
  headRole,
  size,
  truth,
  licence,
  noTwin,
  leaks,
  docstringKeptUp,
];

/** @returns what was measured, or the first reason against the candidate. */
export function checkCandidate(context: CheckContext): Promise<Finding> {
  return firstObjection(CHECKS, context);
}

function name({ candidate: { definition } }: CheckContext): Finding {
  if (/^__.*__$/.test(definition.name)) return unfit("dunder");
  if (definition.isStub) return unfit("stub");
  if (definition.decorators.some((decorator) => /\boverload$/.test(decorator)))
    return unfit("stub", "overload");
  return FIT;
}

function quality({ candidate, options }: CheckContext): Finding {
  const parts = docstringParts(candidate.definition.docstring?.text ?? "");
  return docstringQuality(parts, options.min_docstring_words);
}

async function size({ candidate, options, knowledge }: CheckContext): Promise<Finding> {
  const source = await knowledge.sources.read(candidate.file.path);
  if (candidate.definition.kind === "class") {
    const place = candidate.file.outline.definitions.indexOf(candidate.definition);
    const methods = candidate.file.outline.definitions.filter(
      (other) => other.parent === place && other.kind === "method",
    );
    if (methods.length === 0 && options.min_statements > 0)
      return unfit("too-small", "a class without methods");
  }
  const statements = bodyLines(source, candidate.definition);
  return statements < options.min_statements
    ? unfit("too-small", `${statements} statements`)
    : { fit: true, facts: { statements } };
}

async function truth({ candidate, knowledge }: CheckContext): Promise<Finding> {
  const { text } = await knowledge.sources.read(candidate.file.path);
  const signature = signatureOf(text, candidate);
  if (signature === undefined) return FIT;
  return docstringTruth(docstringParts(candidate.definition.docstring?.text ?? ""), signature);
}

/** What the docstring is held against: the constructor for a class, when there is exactly one in it. */
function signatureOf(text: string, { file, definition }: Candidate): Signature | undefined {
  if (definition.kind !== "class") {
    const attribute = definition.decorators.some((decorator) =>
      /property|overload|abstract|fixture/.test(decorator),
    );
    return { ...pick(definition), open: attribute || isOpen(text, definition), returnsUnchecked: attribute };
  }
  const place = file.outline.definitions.indexOf(definition);
  const constructors = file.outline.definitions.filter(
    (other) => other.parent === place && other.name === "__init__",
  );
  const [constructor] = constructors;
  if (constructor === undefined || constructors.length > 1) return undefined;
  return { ...pick(constructor), open: isOpen(text, constructor), returnsUnchecked: true };
}

function pick(definition: Candidate["definition"]) {
  return { parameters: definition.parameters, returns: definition.returns, raises: definition.raises };
}

/** Whether the signature takes any keyword: `**name` between the definition's keyword and its body. */
function isOpen(text: string, definition: Candidate["definition"]): boolean {
  const end = definition.docstring?.span.start ?? definition.span.end;
  return /[(,]\s*\*{1,2}\s*[A-Za-z_]\w*\s*[,:)]/.test(text.slice(definition.span.start, end));
}

async function leaks({ candidate, options, knowledge }: CheckContext): Promise<Finding> {
  const worst = (await knowledge.leaks()).worst(candidate.definition);
  if (worst === undefined) return { fit: true, facts: { leak: 0 } };
  const share = Math.round(worst.containment * 100) / 100;
  if (share >= options.leak_containment) {
    return unfit("docstring-elsewhere", `${Math.round(share * 100)} % of it stands in ${worst.path}`);
  }
  return { fit: true, facts: { leak: share } };
}
