import { existsSync } from "node:fs";
import type { z } from "zod";
import { InputError } from "../base/errors.ts";
import { defined } from "../base/defined.ts";
import type { Model, samplingSchema } from "../model.ts";
import { anthropicModel } from "./anthropic.ts";
import { openaiModel, openaiResponsesModel } from "./openai.ts";
import { replayModel } from "./replay.ts";
import type { EndpointSettings, ModelApi, ToolProtocol } from "./settings.ts";
import { textToolsModel } from "./text-tools/text-tools.ts";
import { hasUserInfo } from "./user-info.ts";

export interface ModelSettings extends EndpointSettings {
  /** The dialect; for `replay`, `baseUrl` is the path of a file. */
  readonly api: ModelApi;
  /** Default `native`. */
  readonly toolProtocol?: ToolProtocol | undefined;
  /** For every request; what a request says itself comes first. */
  readonly sampling?: SamplingSettings | undefined;
}

type SamplingSettings = z.infer<typeof samplingSchema>;

/** The environment variable that holds the key of each dialect. */
export const KEY_VARIABLES: Readonly<Record<ModelApi, string | undefined>> = {
  openai: "OPENAI_API_KEY",
  "openai-responses": "OPENAI_API_KEY",
  anthropic: "ANTHROPIC_API_KEY",
  replay: undefined,
};

/**
 * @param flag in which the endpoint was given.
 * @throws InputError when the endpoint is no URL, or one with a password in it, or, for `replay`, no file.
 */
export function checkModelSettings(
  { api, baseUrl }: Pick<ModelSettings, "api" | "baseUrl">,
  flag = "--base-url",
): void {
  if (api === "replay") {
    if (existsSync(baseUrl)) return;
    const message = `${flag} names no file of recorded answers: ${shown(baseUrl)}`;
    throw unusable(message, "Name the file to replay.", { api, base_url: baseUrl });
  }
  // What stands before an @ may be a password, in whatever is no URL as well.
  const place = baseUrl.replace(/^(\w+:\/\/)?.*@/s, "$1");
  const fields = { api, base_url: place };
  if (!/^https?:\/\/[^/]/i.test(baseUrl) || !URL.canParse(baseUrl)) {
    const hint = `Add ${flag}, such as http://localhost:8000/v1.`;
    throw unusable(`${flag} is no URL: ${shown(place)}`, hint, fields);
  }
  if (!hasUserInfo(baseUrl)) return;
  const hint = `Leave out what stands before the @: a key belongs into the environment variable ${KEY_VARIABLES[api]}.`;
  throw unusable(
    `${flag} has a user or a password in it, which would be kept in files: ${place}`,
    hint,
    fields,
  );
}

function shown(text: string): string {
  return text === "" ? "nothing" : `"${text}"`;
}

function unusable(message: string, hint: string, fields: Record<string, unknown>): InputError {
  return new InputError({ code: "base-url-unusable", message, hint, fields });
}

/** @throws InputError for settings that cannot work. Nothing is sent before the first request. */
export async function createModel(settings: ModelSettings): Promise<Model> {
  checkModelSettings(settings);
  const model = withSampling(await createNative(settings), settings.sampling);
  return settings.toolProtocol === "openhands-text" ? textToolsModel(model) : model;
}

function withSampling(model: Model, sampling: SamplingSettings | undefined): Model {
  if (sampling === undefined) return model;
  return {
    name: model.name,
    complete: (request) =>
      model.complete({ ...request, sampling: defined({ ...sampling, ...defined({ ...request.sampling }) }) }),
  };
}

async function createNative(settings: ModelSettings): Promise<Model> {
  switch (settings.api) {
    case "openai":
      return openaiModel(settings);
    case "openai-responses":
      return openaiResponsesModel(settings);
    case "anthropic":
      return anthropicModel(settings);
    case "replay":
      return replayModel({ name: settings.name, file: settings.baseUrl });
  }
}
