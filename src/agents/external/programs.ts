import { claudeCode } from "./claude-code.ts";
import { codex } from "./codex.ts";
import { miniSweAgent } from "./mini-swe-agent.ts";
import { opencode } from "./opencode.ts";
import type { ExternalProgram } from "./program.ts";

/** The programs that are installed when they are wanted. */
export const EXTERNAL_PROGRAMS: readonly ExternalProgram[] = [miniSweAgent, claudeCode, codex, opencode];
