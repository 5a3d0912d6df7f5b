import type { Sandbox } from "../sandbox.ts";

const PROGRAMS = ["rg", "grep", "git", "python3", "sed", "awk", "find"] as const;
export type ProbedProgram = (typeof PROGRAMS)[number];

/** Which programs that agents like to use exist inside, for the instruction to say. */
export async function probeTools(sandbox: Sandbox): Promise<ProbedProgram[]> {
  const script = 'for name; do command -v -- "$name" >/dev/null && echo "$name"; done; exit 0';
  const result = await sandbox.exec(["bash", "-c", script, "bash", ...PROGRAMS], { timeoutMs: 30_000 });
  const found = new Set(Buffer.from(result.stdout).toString("utf8").split("\n"));
  return PROGRAMS.filter((name) => found.has(name));
}
