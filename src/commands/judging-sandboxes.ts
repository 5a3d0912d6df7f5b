import { EnvironmentError } from "../base/errors.ts";
import { makeOwnedFolder, removeOwnedFolder } from "../base/owned-folder.ts";
import type { EnvironmentMaker, EnvironmentMakerName, Environments } from "../environment.ts";
import { pipEnvironments } from "../environments/pip.ts";
import { environmentShelf } from "../environments/shelf.ts";
import type { IsolationLevel, SandboxProvider } from "../sandbox.ts";
import { chooseIsolation } from "./isolation.ts";

/** Sandboxes for code that must be run to make or to judge instances. */
export interface JudgingSandboxes extends AsyncDisposable {
  /** Chosen when first asked for, since most families run nothing. @throws EnvironmentError where nothing here would keep such code in. */
  open(): Promise<SandboxProvider>;
  /** A folder for what jobs need while they run. */
  readonly scratch: string;
  /** Packages that such code imports. */
  readonly environments: Environments;
  /** Has packages unpacked that are not there yet. */
  readonly environmentMaker?: EnvironmentMaker;
}

export interface JudgingOptions {
  /** Of the sandboxes in which code is judged (and of those that a command looks into); the strongest that this machine gives when left out. */
  readonly isolation?: IsolationLevel | undefined;
  readonly image?: string | undefined;
  /** Take the level `process`, which is no isolation, too. */
  readonly allowUnsafe?: boolean | undefined;
  /** Says so where the level is refused; some commands never take it. */
  readonly neverUnsafe?: boolean | undefined;
  /** Get the packages that code needs and that this machine does not have yet: the one thing here that uses the network. */
  readonly environments?: EnvironmentMakerName | undefined;
}

export async function judgingSandboxes(options: JudgingOptions = {}): Promise<JudgingSandboxes> {
  const scratch = await makeOwnedFolder("w-");
  let chosen: Promise<SandboxProvider> | undefined;
  const maker = options.environments === undefined ? undefined : pipEnvironments();
  return {
    scratch,
    environments: environmentShelf({ maker }),
    ...(maker === undefined ? {} : { environmentMaker: maker }),
    open: () => (chosen ??= choose(options)),
    async [Symbol.asyncDispose]() {
      await (await chosen?.catch(() => undefined))?.[Symbol.asyncDispose]();
      await removeOwnedFolder(scratch);
    },
  };
}

async function choose({
  isolation,
  image,
  allowUnsafe,
  neverUnsafe,
}: JudgingOptions): Promise<SandboxProvider> {
  const provider = await chooseIsolation(isolation, image);
  if (provider.level !== "process" || (allowUnsafe === true && neverUnsafe !== true)) return provider;
  throw new EnvironmentError({
    code: "no-isolation-for-code",
    message: 'This task runs code that others wrote, and the only level here, "process", is no isolation',
    hint: `Run "hybrid-gym doctor" to see what is missing${neverUnsafe === true ? "" : ", or add --allow-unsafe where the code may do what you may do"}.`,
  });
}
