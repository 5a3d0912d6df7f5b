import type { ExternalProgram } from "./program.ts";

/** Anthropic's command line agent. Its packages hold one program for each kind of machine. */
export const claudeCode: ExternalProgram = {
  name: "claude-code",
  version: "2.1.331",
  summary: "Claude Code, Anthropic's command line agent; asks in the Messages dialect.",
  dialect: "messages",
  packages: {
    from: "npm",
    programs: {
      x64: "node_modules/@anthropic-ai/claude-code-linux-x64/claude",
      arm64: "node_modules/@anthropic-ai/claude-code-linux-arm64/claude",
    },
  },
  invoke: ({ program, baseUrl, key, model, maxSteps }) => ({
    command: [
      ...program,
      "--print",
      "--output-format=stream-json",
      "--verbose",
      "--permission-mode=bypassPermissions",
      `--max-turns=${maxSteps}`,
      `--model=${model}`,
    ],
    environment: {
      ANTHROPIC_BASE_URL: baseUrl,
      ANTHROPIC_API_KEY: key,
      // Its small jobs go to the same model: there is no other.
      ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
      ANTHROPIC_SMALL_FAST_MODEL: model,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
    },
    files: {},
  }),
};
