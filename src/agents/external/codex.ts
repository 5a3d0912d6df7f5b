import type { ExternalProgram } from "./program.ts";

const FOLDER = (architecture: string, triple: string) =>
  `node_modules/@openai/codex-linux-${architecture}/vendor/${triple}/bin/codex`;

/** OpenAI's command line agent. Its packages hold one program for each kind of machine. */
export const codex: ExternalProgram = {
  name: "codex",
  version: "0.169.0",
  summary: "Codex, OpenAI's command line agent; asks in the Responses dialect.",
  dialect: "responses",
  packages: {
    from: "npm",
    programs: {
      x64: FOLDER("x64", "x86_64-unknown-linux-musl"),
      arm64: FOLDER("arm64", "aarch64-unknown-linux-musl"),
    },
  },
  invoke: ({ program, baseUrl, key, model }) => ({
    command: [
      ...program,
      "exec",
      "--json",
      "--skip-git-repo-check",
      // The sandbox around it keeps it in; its own could not be made inside.
      "--dangerously-bypass-approvals-and-sandbox",
      "-",
    ],
    environment: { ENDPOINT_KEY: key },
    files: {
      ".codex/config.toml": [
        `model = ${JSON.stringify(model)}`,
        'model_provider = "endpoint"',
        "check_for_update_on_startup = false",
        "[analytics]",
        "enabled = false",
        "[model_providers.endpoint]",
        'name = "endpoint"',
        `base_url = ${JSON.stringify(`${baseUrl}/v1`)}`,
        'env_key = "ENDPOINT_KEY"',
        'wire_api = "responses"',
        "",
      ].join("\n"),
    },
  }),
};
