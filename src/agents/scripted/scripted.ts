import type { Agent } from "../../agent.ts";
import { createSession, SessionOver, type Session } from "./session.ts";
import { commentIssue } from "./strategies/comment-issue.ts";
import { findAndDocument } from "./strategies/find-and-document.ts";
import { markCalls } from "./strategies/mark-calls.ts";
import { writeBody } from "./strategies/write-body.ts";
import type { Strategy } from "./strategy.ts";

export const SCRIPTED_VERSION = "3";

/** The first one that says it fits is used. */
const STRATEGIES: readonly Strategy[] = [markCalls, commentIssue, writeBody, findAndDocument];

/**
 * An agent without a model. It knows the instruction and the tools, and does always the same: an honest
 * lower bound for what words alone can find, and a user of the whole machinery that costs nothing.
 */
export function scriptedAgent(): Agent {
  return {
    name: "scripted",
    version: SCRIPTED_VERSION,
    async run(context) {
      await context.record({ type: "input", role: "user", content: context.instruction });
      const session = createSession(context);
      const strategy = STRATEGIES.find(({ fits }) => fits(context.instruction));
      try {
        await finish(session, strategy === undefined ? UNKNOWN : await strategy.run(session));
        return { reason: "stopped-calling-tools", detail: "there is no tool to finish with" };
      } catch (error) {
        if (error instanceof SessionOver) return error.end;
        throw error;
      }
    },
  };
}

const UNKNOWN = "I do not know how to do what the instruction asks for, so I changed nothing.";

/** @throws SessionOver, when the tool box has the tool. */
async function finish(session: Session, message: string): Promise<void> {
  await session.act(message, "finish", { message });
}
