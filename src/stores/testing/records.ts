import { ATTEMPT_FORMAT, type Attempt } from "../../attempt.ts";
import type { Target } from "../../run.ts";
import type { Verdict } from "../../verdict.ts";

/** `a.2` is the second attempt at the instance `a`. */
export function targetOf(id: string): Target {
  const dot = id.lastIndexOf(".");
  return { id, instance: id.slice(0, dot), solver: "solver", number: Number(id.slice(dot + 1)) };
}

/** The record of an attempt that read ten tokens; its id is `<target>.<try>`. */
export function attemptOf(id: string, verdict: Verdict): Attempt {
  const target = id.slice(0, id.lastIndexOf("."));
  return {
    schema_version: ATTEMPT_FORMAT,
    id,
    target,
    instance: targetOf(target).instance,
    solver: "solver",
    agent: "scripted",
    agent_version: "1",
    isolation: "process",
    started_at: "2026-01-01T00:00:00.000Z",
    seconds: 1,
    end: "finished",
    steps: 3,
    usage: { inputTokens: 10 },
    patch_bytes: 0,
    grader_version: 1,
    verdict,
  };
}
