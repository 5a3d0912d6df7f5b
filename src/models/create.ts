import type { Model } from "../model.ts";
import { anthropicModel } from "./anthropic.ts";
import { openaiModel } from "./openai.ts";
import { replayModel } from "./replay.ts";
import type { EndpointSettings } from "./settings.ts";

export type ModelApi = "openai" | "anthropic" | "replay";

export interface ModelSettings extends EndpointSettings {
  /** The dialect; for `replay`, `baseUrl` is the path of a file. */
  readonly api: ModelApi;
}

/** The environment variable that holds the key of each dialect. */
export const KEY_VARIABLES: Readonly<Record<ModelApi, string | undefined>> = {
  openai: "OPENAI_API_KEY",
  anthropic: "ANTHROPIC_API_KEY",
  replay: undefined,
};

/** @throws InputError when a replay file cannot be read. Nothing is sent before the first request. */
export async function createModel(settings: ModelSettings): Promise<Model> {
  if (settings.api === "openai") return openaiModel(settings);
  if (settings.api === "anthropic") return anthropicModel(settings);
  return replayModel({ name: settings.name, file: settings.baseUrl });
}
