import { isObject } from "../../dialects/shared/json.ts";
import { defined } from "../../base/defined.ts";
import type { Json } from "../../base/json.ts";
import type { ImportSource, Importer } from "../../importer.ts";
import { SAMPLE_FORMAT, type Sample, type SampleGrade } from "../../sample.ts";
import type { ForeignEvent } from "../../trajectory.ts";
import { readClaim } from "../shared/common.ts";
import { placeId } from "../shared/define.ts";
import { Fields, isTooDeep } from "../shared/fields.ts";
import { refuse } from "../shared/refuse.ts";
import { readBeginning } from "./beginning.ts";
import { readLines } from "./lines.ts";
import { timed } from "./timed.ts";

/**
 * ATIF documents 1.0–1.8. What our own view of a record has, comes back such that the view of it is the same again; that is why
 * this reader makes its events itself, where others leave it to the rules of a conversation.
 */
export const atif: Importer = {
  format: "atif",
  version: 1,
  recognises: (document) =>
    isObject(document) &&
    typeof document["schema_version"] === "string" &&
    document["schema_version"].startsWith("ATIF-"),
  read(document, source) {
    if (isTooDeep(document)) refuse("nested-too-deeply", "the document is nested more than 100 levels deep");
    if (!atif.recognises(document)) refuse("not-of-this-format", "the document is not of the format atif");
    const fields = new Fields(document);
    const version = fields.text("schema_version") ?? "";
    if (!/^ATIF-v1\.[0-8]$/.test(version))
      refuse("unknown-version", `ATIF is read up to 1.8, this is ${version}`);
    return toSample(fields, source);
  },
};

function toSample(document: Fields, source: ImportSource): Sample {
  const repaired = new Set<string>();
  const extra = document.fields("extra");
  const session = document.text("session_id") ?? document.text("trajectory_id");
  document.again("trajectory_id", session);
  const id = session || placeId(undefined, source);
  const { agent, model, instance, events: beginning } = readBeginning(document, id, repaired);
  const lines = readLines(document, { repaired, hasModel: model !== undefined });
  const end = endOf(extra, repaired);
  const metrics = document.fields("final_metrics");
  const grade = gradeOf(extra);
  return {
    schema_version: SAMPLE_FORMAT,
    id,
    instance: instance ?? null,
    task: null,
    repository: null,
    language: null,
    agent: { name: agent.name, version: agent.version === "unknown" ? null : agent.version },
    model: model ?? null,
    grade,
    patch: null,
    usage: defined({
      inputTokens: metrics.count("total_prompt_tokens"),
      outputTokens: metrics.count("total_completion_tokens"),
      cachedTokens: metrics.count("total_cached_tokens"),
    }),
    dollars: metrics.amount("total_cost_usd") ?? null,
    seconds: null,
    origin: { format: "atif", name: source.name, ...(source.row === undefined ? {} : { row: source.row }) },
    lost: document.unread().sort(),
    repaired: [...repaired].sort(),
    events: [...beginning, ...lines, ...end],
  };
}

/** Ours say that they were interrupted where they have no end; others do not say. */
function endOf(extra: Fields, repaired: Set<string>): ForeignEvent[] {
  if (extra.flag("interrupted") === true) return [];
  const end = extra.fields("end");
  const reason = end.text("reason");
  if (reason === undefined) return [{ type: "end", reason: "unstated" }];
  const detail = end.text("detail");
  return [
    { type: "end", ...timed(end.text("at"), repaired), reason, ...(detail === undefined ? {} : { detail }) },
  ];
}

/** A verdict in a document is a claim like any other: nothing here can tell who wrote it. */
function gradeOf(extra: Fields): SampleGrade {
  const claim = readClaim(extra, ["verdict.resolved", "resolved", "rewards.reward"]);
  if (claim.kind !== "claimed") return claim;
  const solved: Json = claim.resolved ? 1 : 0;
  extra.fields("rewards").again("reward", solved);
  extra.fields("verdict").again("reward", solved);
  return { ...claim, by: `extra.${claim.by}` };
}
