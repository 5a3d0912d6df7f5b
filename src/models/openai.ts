import { dialects } from "../dialects/index.ts";
import type { Model } from "../model.ts";
import { endpointModel } from "./endpoint-model.ts";
import type { Endpoint } from "./failure.ts";
import type { EndpointSettings } from "./settings.ts";

/**
 * A model behind a Chat Completions endpoint (OpenAI, vLLM, SGLang, llama.cpp, Ollama, gateways).
 * `baseUrl` usually ends in `/v1`. The key is taken from OPENAI_API_KEY where none is given.
 */
export function openaiModel(settings: EndpointSettings): Model {
  return openaiEndpoint("chat", settings);
}

/** The same for a Responses endpoint. */
export function openaiResponsesModel(settings: EndpointSettings): Model {
  return openaiEndpoint("responses", settings);
}

function openaiEndpoint(name: "chat" | "responses", settings: EndpointSettings): Model {
  const dialect = dialects[name];
  const url = new URL(settings.baseUrl);
  const endpoint: Endpoint = {
    model: settings.name,
    baseUrl: settings.baseUrl,
    // Local servers need no key, but some insist on one.
    apiKey: settings.apiKey ?? process.env["OPENAI_API_KEY"] ?? "none",
    keyVariable: "OPENAI_API_KEY",
  };
  // OpenAI's newer models refuse the old name, and several compatible servers do not know the new one.
  const outputLimitField = url.hostname.endsWith(".openai.com") ? "max_completion_tokens" : "max_tokens";
  const protocol = {
    dialect,
    url: `${settings.baseUrl.replace(/\/+$/, "")}${dialect.path}`,
    headers: { authorization: `Bearer ${endpoint.apiKey}` },
    options: { cache: false, outputLimitField },
  } as const;
  return endpointModel(protocol, endpoint, settings);
}
