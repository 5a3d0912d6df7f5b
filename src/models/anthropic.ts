import { dialects } from "../dialects/index.ts";
import type { Model } from "../model.ts";
import { endpointModel } from "./endpoint-model.ts";
import type { Endpoint } from "./failure.ts";
import type { EndpointSettings } from "./settings.ts";

const VERSION = "2023-06-01";

/**
 * A model behind an Anthropic Messages endpoint. `baseUrl` is given with or without `/v1`. The key is taken
 * from ANTHROPIC_API_KEY where none is given.
 */
export function anthropicModel(settings: EndpointSettings): Model {
  const dialect = dialects.messages;
  const endpoint: Endpoint = {
    model: settings.name,
    baseUrl: settings.baseUrl,
    apiKey: settings.apiKey ?? process.env["ANTHROPIC_API_KEY"] ?? "none",
    keyVariable: "ANTHROPIC_API_KEY",
  };
  const protocol = {
    dialect,
    url: `${settings.baseUrl.replace(/\/+$/, "").replace(/\/v1$/, "")}/v1${dialect.path}`,
    headers: { "x-api-key": endpoint.apiKey, "anthropic-version": VERSION },
    options: { cache: true },
  };
  return endpointModel(protocol, endpoint, settings);
}
