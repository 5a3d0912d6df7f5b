import type { ExternalProgram } from "./program.ts";

const PROVIDER = "endpoint";

/** The open command line agent of the people behind SST; of its packages the one for every x64 processor. */
export const opencode: ExternalProgram = {
  name: "opencode",
  version: "1.18.33",
  summary: "opencode, an open command line agent; asks in the Chat Completions dialect.",
  dialect: "chat",
  packages: {
    from: "npm",
    programs: { x64: "node_modules/opencode-linux-x64-baseline/bin/opencode" },
  },
  invoke: ({ program, baseUrl, key, model }) => ({
    command: [...program, "run", `--model=${PROVIDER}/${model}`, "--format=json"],
    environment: {
      OPENCODE_DISABLE_AUTOUPDATE: "1",
      OPENCODE_DISABLE_MODELS_FETCH: "1",
      OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
    },
    files: {
      ".config/opencode/opencode.json": JSON.stringify({
        $schema: "https://opencode.ai/config.json",
        autoupdate: false,
        share: "disabled",
        permission: { edit: "allow", bash: "allow", webfetch: "deny" },
        model: `${PROVIDER}/${model}`,
        small_model: `${PROVIDER}/${model}`,
        provider: {
          [PROVIDER]: {
            npm: "@ai-sdk/openai-compatible",
            name: PROVIDER,
            options: { baseURL: `${baseUrl}/v1`, apiKey: key },
            models: { [model]: { name: model } },
          },
        },
      }),
    },
  }),
};
