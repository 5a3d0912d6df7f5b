import { defined } from "../../base/defined.ts";
import type { ForeignEvent } from "../../trajectory.ts";
import { endReason, readClaim } from "../shared/common.ts";
import type { Conversation } from "../shared/conversation.ts";
import type { Draft } from "../shared/define.ts";
import type { Fields } from "../shared/fields.ts";

/** What the events of a history say beside the conversation. */
export interface History {
  readonly conversation: Conversation;
  readonly tools: NonNullable<Draft["tools"]>;
  readonly version: string | undefined;
  readonly isFinished: boolean;
}

/** The row of an evaluation around a history; both generations of OpenHands write it in nearly the same fields. */
export function readRow(row: Fields, history: History): Draft {
  const events = history.conversation.finish();
  const metadata = row.fields("metadata");
  const llm = metadata.peek("llm") === undefined ? metadata.fields("llm_config") : metadata.fields("llm");
  const instance = row.fields("instance");
  const id = row.text("instance_id") ?? instance.text("instance_id");
  instance.again("instance_id", id);
  const said = events.find((event) => event.type === "input" && event.role === "user");
  row.again("instruction", said?.type === "input" ? said.content : undefined);
  const metrics = row.fields("metrics");
  const total = metrics.fields("accumulated_token_usage");
  const counted = (total.peek("prompt_tokens") ?? 0) !== 0;
  return {
    instance: id,
    repository: repositoryOf(row, instance),
    language: instance.text("language"),
    agent: { name: "openhands", version: history.version ?? metadata.text("openhands_sdk_version") },
    model: llm.text("model"),
    grade: readClaim(row, [
      "resolved",
      "report.resolved",
      "test_result.report.resolved",
      "test_result.resolved",
      "success",
    ]),
    patch: row.fields("test_result").text("git_patch") ?? row.text("git_patch"),
    usage: counted
      ? defined({
          inputTokens: total.count("prompt_tokens"),
          outputTokens: total.count("completion_tokens"),
          cachedTokens: total.count("cache_read_tokens"),
        })
      : undefined,
    dollars: metrics.amount("accumulated_cost"),
    seconds: secondsOf(events),
    tools: history.tools,
    sampling: samplingOf(llm),
    end: endOf(row, history),
    events,
    repaired: history.conversation.repaired,
  };
}

function repositoryOf(row: Fields, instance: Fields): Draft["repository"] {
  const issue = row.fields("issue");
  const [owner, repo] = [issue.text("owner"), issue.text("repo")];
  const name =
    instance.text("repo") ?? (owner === undefined || repo === undefined ? undefined : `${owner}/${repo}`);
  if (name === undefined) return undefined;
  const commit = instance.text("base_commit") ?? row.text("base_commit") ?? "";
  return { name, commit: commit === "" ? null : commit };
}

function samplingOf(llm: Fields): NonNullable<Draft["sampling"]> {
  return defined({
    temperature: llm.number("temperature"),
    topP: llm.number("top_p"),
    maxOutputTokens: llm.number("max_output_tokens"),
    seed: llm.number("seed"),
  });
}

function endOf(row: Fields, { isFinished }: History): Draft["end"] {
  const error = row.text("error");
  if (error === undefined) return { reason: isFinished ? "finished" : "unstated" };
  const isLimit = /maximum iteration|max_?iterations/i.test(error);
  return { reason: isLimit ? "step-limit" : endReason("error"), detail: error };
}

function secondsOf(events: readonly ForeignEvent[]): number | undefined {
  const times = events.flatMap(({ at }) => (at === undefined ? [] : [Date.parse(at)]));
  const [first] = times;
  const last = times.at(-1);
  return first === undefined || last === undefined || last < first ? undefined : (last - first) / 1000;
}
