import os from "node:os";
import path from "node:path";
import { EnvironmentError } from "../base/errors.ts";
import type { IsolationLevel, SandboxProbe, SandboxProvider } from "../sandbox.ts";
import { namespaceSandboxes } from "../sandboxes/namespaces/namespaces.ts";
import { processSandboxes } from "../sandboxes/process/process.ts";

/** What sandboxes of this user keep: leases, and working folders where a level needs some. Agents may see the name, so it says nothing. */
export function sandboxFolder(): string {
  return path.join(os.tmpdir(), `work-${process.geteuid?.() ?? "user"}`);
}

/** Each level's way to start sandboxes, from the strongest to none. */
const PROVIDERS = {
  namespaces: (folder) => namespaceSandboxes({ folder }),
  process: (folder) => processSandboxes({ folder }),
} as const satisfies Partial<Record<IsolationLevel, (folder: string) => SandboxProvider>>;

export const ISOLATION_LEVELS = Object.keys(PROVIDERS) as (keyof typeof PROVIDERS)[];

export function sandboxProvider(
  level: (typeof ISOLATION_LEVELS)[number],
  folder = sandboxFolder(),
): SandboxProvider {
  return PROVIDERS[level](folder);
}

/** The level asked for, or the strongest that this machine gives. @throws EnvironmentError when the level asked for is not there. */
export async function chooseIsolation(wanted?: IsolationLevel): Promise<SandboxProvider> {
  if (wanted !== undefined) {
    const known = ISOLATION_LEVELS.find((level) => level === wanted);
    if (known === undefined) throw unavailable(wanted, { available: false, ...NOT_BUILT });
    const provider = sandboxProvider(known);
    const probe = await provider.probe();
    if (!probe.available) throw unavailable(wanted, probe);
    return provider;
  }
  for (const level of ISOLATION_LEVELS) {
    const provider = sandboxProvider(level);
    if ((await provider.probe()).available) return provider;
  }
  throw new EnvironmentError({
    code: "no-isolation",
    message: "No isolation level works here",
    hint: 'See "hybrid-gym doctor".',
  });
}

const NOT_BUILT = {
  reason: "this version does not have it",
  fix: `Choose one of ${ISOLATION_LEVELS.join(", ")}.`,
};

function unavailable(
  level: IsolationLevel,
  probe: Extract<SandboxProbe, { available: false }>,
): EnvironmentError {
  return new EnvironmentError({
    code: "isolation-unavailable",
    message: `The isolation level "${level}" is not available here: ${probe.reason}`,
    hint: probe.fix,
    fields: { level },
  });
}
