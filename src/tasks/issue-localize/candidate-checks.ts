import type { Json } from "../../base/json.ts";
import { signatureOf, similarity, type Signature } from "../../text/minhash.ts";
import { words } from "../../text/words.ts";
import { foreignIn } from "../checks/english.ts";
import { firstObjection } from "../checks/candidate-checks.ts";
import { type Finding, FIT, unfit } from "../checks/finding.ts";
import { isPermissive, licenceOfHeader, repositoryLicence } from "../checks/licence.ts";
import { runsOf, toldIn } from "./documents.ts";
import type { FileSearch } from "./file-search.ts";
import { namesDefinition, namesFile, withoutFrames } from "./mentions.ts";
import type { Options } from "./options.ts";
import { holdsDiff, holdsPatch } from "./patch-in-text.ts";
import { proseOf } from "./prose.ts";
import type { Subject } from "./subject.ts";

export interface CheckContext {
  readonly subject: Subject;
  readonly options: Options;
  readonly search: FileSearch;
  /** Of the texts of this repository that were taken already. */
  readonly taken: readonly { readonly name: string; readonly signature: Signature }[];
}

type Check = (context: CheckContext) => Finding | Promise<Finding>;

/** From cheap to dear; the first that fails gives the reason. */
const CHECKS: readonly Check[] = [
  length,
  language,
  patch,
  hindsight,
  names,
  duplicates,
  licence,
  elsewhere,
  retrieval,
];

/** @returns what was measured, or the first reason against the issue. */
export function checkSubject(context: CheckContext): Promise<Finding> {
  return firstObjection(CHECKS, context);
}

function length({ subject: { issue }, options }: CheckContext): Finding {
  const count = words(proseOf(issue.text)).length;
  if (count < options.min_words)
    return unfit(issue.source === "message" ? "message-too-thin" : "text-too-short", `${count} words`);
  return { fit: true, facts: { text_words: count, text_characters: issue.text.length } };
}

/** A title alone may do without the words that hold sentences together. */
const A_SENTENCE = 20;

function language({ subject: { issue } }: CheckContext): Finding {
  const prose = proseOf(issue.text);
  const foreign = foreignIn(prose);
  const tells = foreign === "letters" || (foreign === "words" && words(prose).length >= A_SENTENCE);
  return tells ? unfit("text-not-english", `by its ${foreign}`) : FIT;
}

function patch({ subject: { issue, addedLines }, options }: CheckContext): Finding {
  if (holdsDiff(issue.text)) return unfit("patch-in-text", "a piece of a diff");
  const lines = holdsPatch(issue.text, addedLines);
  if (lines > options.max_patch_lines) return unfit("patch-in-text", `${lines} lines that the fix adds`);
  return { fit: true, facts: { patch_lines: lines } };
}

/** Clocks differ, and an issue may be opened together with its fix. */
const TOLERANCE_S = 60;

function hindsight({ subject: { fix, issue, newNames }, options }: CheckContext): Finding {
  const late = (issue.writtenAt ?? 0) - (fix.madeAt ?? Infinity);
  if (issue.source === "linked" && late > TOLERANCE_S)
    return unfit("hindsight", `written ${Math.round(late)} seconds after the fix`);
  if (newNames.length > options.max_new_names) return unfit("hindsight", newNames.join(", "));
  return { fit: true, facts: { new_names: newNames.length } };
}

function names({ subject: { issue, gold }, options }: CheckContext): Finding {
  const text = options.stack_traces === "kept" ? withoutFrames(issue.text) : issue.text;
  const files = gold.filter(({ path }) => namesFile(text, path));
  if (files.length > (options.max_named_files ?? Infinity))
    return unfit("names-file", files.map(({ path }) => path).join(", "));
  const definitions = gold
    .flatMap((file) => file.definitions)
    .filter((definition) => namesDefinition(text, definition));
  if (definitions.length > (options.max_named_definitions ?? Infinity))
    return unfit("names-definition", definitions.map(({ qualifiedName }) => qualifiedName).join(", "));
  return { fit: true, facts: { named_files: files.length, named_definitions: definitions.length } };
}

function duplicates({ subject: { issue }, options, taken }: CheckContext): Finding {
  const own = signatureOf(runsOf(issue.text));
  const other = taken.find(({ signature }) => similarity(own, signature) >= options.duplicate_similarity);
  return other === undefined ? FIT : unfit("duplicate-issue", other.name);
}

async function licence({ subject: { base, gold }, options }: CheckContext): Promise<Finding> {
  const repository = await repositoryLicence(base);
  const ids = [...new Set(gold.map(({ source }) => licenceOfHeader(source.text) ?? repository))].sort();
  const strict = ids.find((id) => !isPermissive(id));
  if (options.licences === "permissive" && strict !== undefined) return unfit("licence", strict);
  return { fit: true, facts: { licence: ids.length === 1 ? (ids[0] ?? "unknown") : ids } };
}

async function elsewhere({ subject: { base, issue }, options }: CheckContext): Promise<Finding> {
  const told = await toldIn(base, issue.text);
  const share = Math.round((told?.containment ?? 0) * 100) / 100;
  if (share >= options.text_containment)
    return unfit("text-elsewhere", `${Math.round(share * 100)} % of it stands in ${told?.path}`);
  return { fit: true, facts: { text_elsewhere: share } };
}

async function retrieval({
  subject: { base, issue, gold },
  options,
  search,
}: CheckContext): Promise<Finding> {
  const found = await search.find(base, issue.text, new Set(gold.map(({ path }) => path)));
  const facts: Record<string, Json> = {
    files_searched: found.files,
    retrieval_rank: found.rank,
    distractors: found.distractors,
    lookups: found.lookups,
  };
  const { max_retrieval_rank: worst } = options;
  if (worst !== null && (found.rank ?? Infinity) > worst)
    return unfit("not-retrievable", `rank ${found.rank}`, facts);
  if (found.lookups !== null && found.lookups < options.min_lookups)
    return unfit("too-greppable", `${found.lookups} lookups`, facts);
  if (found.distractors < options.min_distractors) return unfit("no-distractors", undefined, facts);
  return { fit: true, facts };
}
