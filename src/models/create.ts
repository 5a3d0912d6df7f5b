import { existsSync } from "node:fs";
import { InputError } from "../base/errors.ts";
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

/** @throws InputError when the endpoint is no URL, or, for `replay`, no file. */
export function checkModelSettings({ api, baseUrl }: Pick<ModelSettings, "api" | "baseUrl">): void {
  const usable =
    api === "replay" ? existsSync(baseUrl) : /^https?:\/\/[^/]/.test(baseUrl) && URL.canParse(baseUrl);
  if (usable) return;
  const shown = baseUrl === "" ? "nothing" : `"${baseUrl}"`;
  throw new InputError({
    code: "base-url-unusable",
    message:
      api === "replay"
        ? `--base-url names no file of recorded answers: ${shown}`
        : `--base-url is no URL: ${shown}`,
    hint: api === "replay" ? "Name the file to replay." : "Add --base-url, such as http://localhost:8000/v1.",
    fields: { api, base_url: baseUrl },
  });
}

/** @throws InputError for settings that cannot work. Nothing is sent before the first request. */
export async function createModel(settings: ModelSettings): Promise<Model> {
  checkModelSettings(settings);
  if (settings.api === "openai") return openaiModel(settings);
  if (settings.api === "anthropic") return anthropicModel(settings);
  return replayModel({ name: settings.name, file: settings.baseUrl });
}
