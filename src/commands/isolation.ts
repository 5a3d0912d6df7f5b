import os from "node:os";
import path from "node:path";
import { EnvironmentError } from "../base/errors.ts";
import type { IsolationLevel, SandboxProbe, SandboxProvider } from "../sandbox.ts";
import { containerSandboxes } from "../sandboxes/container/container.ts";
import { namespaceSandboxes } from "../sandboxes/namespaces/namespaces.ts";
import { processSandboxes } from "../sandboxes/process/process.ts";

/** What sandboxes of this user keep: leases, and working folders where a level needs some. Agents may see the name, so it says nothing. */
export function sandboxFolder(): string {
  return path.join(os.tmpdir(), `work-${process.geteuid?.() ?? "user"}`);
}

/** Each level's way to start sandboxes, from the strongest to none. */
const PROVIDERS = {
  namespaces: (folder) => namespaceSandboxes({ folder }),
  container: (folder, image) => containerSandboxes({ folder, ...(image === undefined ? {} : { image }) }),
  process: (folder) => processSandboxes({ folder }),
} as const satisfies Record<IsolationLevel, (folder: string, image?: string) => SandboxProvider>;

export const ISOLATION_LEVELS = Object.keys(PROVIDERS) as readonly IsolationLevel[];

export function sandboxProvider(
  level: IsolationLevel,
  options: { readonly folder?: string; readonly image?: string } = {},
): SandboxProvider {
  return PROVIDERS[level](options.folder ?? sandboxFolder(), options.image);
}

/** The level asked for, or the strongest that this machine gives. @throws EnvironmentError when the level asked for is not there. */
export async function chooseIsolation(wanted?: IsolationLevel, image?: string): Promise<SandboxProvider> {
  if (wanted !== undefined) {
    const provider = sandboxProvider(wanted, image === undefined ? {} : { image });
    const probe = await provider.probe();
    if (!probe.available) throw unavailable(wanted, probe);
    return provider;
  }
  for (const level of ISOLATION_LEVELS) {
    const provider = sandboxProvider(level, image === undefined ? {} : { image });
    if ((await provider.probe()).available) return provider;
  }
  throw new EnvironmentError({
    code: "no-isolation",
    message: "No isolation level works here",
    hint: 'See "hybrid-gym doctor".',
  });
}

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
