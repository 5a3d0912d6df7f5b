import type { ExternalProgram } from "./program.ts";

/** The small Python agent of the SWE-bench authors: a model and a shell. */
export const miniSweAgent: ExternalProgram = {
  name: "mini-swe-agent",
  version: "2.4.6",
  summary: "mini-swe-agent, a model and a shell; asks in the Chat Completions dialect.",
  dialect: "chat",
  packages: { from: "pypi" },
  invoke: ({ program, baseUrl, key, model, instructionFile, maxSteps }) => ({
    command: [
      "bash",
      "-c",
      'exec "${@:2}" --task="$(cat "$1")"',
      "bash",
      instructionFile,
      ...program,
      "--yolo",
      "--exit-immediately",
      "--config=mini.yaml",
      `--config=agent.step_limit=${maxSteps}`,
      "--cost-limit=0",
      "--model-class=litellm",
      // The name before the slash is the dialect's in LiteLLM.
      `--model=openai/${model}`,
    ],
    environment: {
      OPENAI_API_KEY: key,
      OPENAI_BASE_URL: `${baseUrl}/v1`,
      MSWEA_CONFIGURED: "true",
      MSWEA_COST_TRACKING: "ignore_errors",
      MSWEA_SILENT_STARTUP: "1",
      LITELLM_LOCAL_MODEL_COST_MAP: "True",
    },
    files: {},
  }),
};
