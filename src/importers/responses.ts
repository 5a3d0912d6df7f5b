import { isObject } from "../dialects/shared/json.ts";
import { defined } from "../base/defined.ts";
import type { Importer } from "../importer.ts";
import type { SampleGrade } from "../sample.ts";
import { readClaim, readTools, readUsage } from "./shared/common.ts";
import { Conversation } from "./shared/conversation.ts";
import { type Draft, defineImporter } from "./shared/define.ts";
import type { Fields } from "./shared/fields.ts";
import { readInput, readOutput } from "./shared/items.ts";

/** Rollouts of NeMo Gym: a request and its answer in the form of the Responses API, with a reward. */
export const responses: Importer = defineImporter({
  format: "responses",
  version: 1,
  recognises: (document) =>
    isObject(document) &&
    isObject(document["responses_create_params"]) &&
    isObject(document["response"]) &&
    Array.isArray(document["response"]["output"]),
  read: readRollout,
});

function readRollout(row: Fields): Draft {
  const request = row.fields("responses_create_params");
  const response = row.fields("response");
  const conversation = new Conversation();
  const instructions = request.text("instructions");
  if (instructions !== undefined) conversation.input("system", instructions);
  readInput(conversation, request);
  readOutput(conversation, response.list("output"));
  const about = request.fields("metadata");
  const instance = row.text("instance_id") ?? about.text("instance_id");
  about.again("instance_id", instance);
  row.fields("metadata").again("instance_id", instance);
  const model = response.text("model") ?? request.text("model");
  request.again("model", model);
  const events = conversation.finish();
  const agent = row.fields("agent_ref").text("name");
  return {
    instance,
    repository: readRepository(about.parsed("instance_dict")),
    agent: agent === undefined ? undefined : { name: agent },
    model,
    grade: gradeOf(row),
    patch: row.text("model_patch") ?? row.fields("metadata").text("model_patch"),
    usage: readUsage(response.fields("usage")),
    seconds: row.amount("agent_run_time"),
    tools: readTools(request, "tools", conversation.repaired),
    sampling: defined({
      temperature: request.number("temperature"),
      topP: request.number("top_p"),
      maxOutputTokens: request.number("max_output_tokens"),
    }),
    ...(row.flag("agent_timed_out") === true ? { end: { reason: "deadline" } } : {}),
    events,
    repaired: conversation.repaired,
  };
}

/** `mask_sample` says that the attempt is not to count, whatever its reward. */
function gradeOf(row: Fields): SampleGrade {
  const claim = readClaim(row, ["resolved", "reward"]);
  if (claim.kind === "claimed") row.again("reward", claim.resolved ? 1 : 0);
  return row.flag("mask_sample") === true ? { kind: "ungraded" } : claim;
}

function readRepository(instance: Fields): Draft["repository"] {
  const name = instance.text("repo");
  return name === undefined ? undefined : { name, commit: instance.text("base_commit") ?? null };
}
