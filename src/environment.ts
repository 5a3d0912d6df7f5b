import { z } from "zod";
import { MOUNTS } from "./sandbox.ts";

/**
 * What a repository's code and tests import and bare Python does not have: packages in a folder of this machine that sandboxes
 * are shown, read-only. The repository's own modules are never in it, whoever ships them. Implementations in `environments/`.
 */
export const environmentLockSchema = z.strictObject({
  /** Of Python, such as `3.11`. */
  python: z.string().regex(/^\d+\.\d+$/),
  /** What the repository calls itself: its metadata can be asked for, though its code is not there. */
  project: z.strictObject({ name: z.string().min(1), version: z.string().min(1) }).nullable(),
  /** Sorted by name; exact, so that the same folder can be made anywhere. */
  packages: z.array(
    z.strictObject({ name: z.string().min(1), version: z.string().min(1), sha256: z.hex().length(64) }),
  ),
  /** Top-level modules that the repository has itself: they are taken out of whatever package brings them. */
  without: z.array(z.string().regex(/^[A-Za-z_]\w*$/)),
});
export type EnvironmentLock = z.infer<typeof environmentLockSchema>;

/** Where a sandbox finds its environment. */
export const ENVIRONMENT_PLACE = `${MOUNTS}/packages`;

export type EnvironmentMakerName = "pip";

/** Finds packages and unpacks them; never runs anything of theirs. */
export interface EnvironmentMaker {
  readonly name: EnvironmentMakerName;
  /** The settings that its answers depend on: those of another registry are other answers. May hold credentials. */
  readonly settings: Readonly<Record<string, string>>;
  /** @throws EnvironmentError `environment-not-resolved` with what the registry lacks, `environment-python-differs`, `program-missing`. */
  resolve(requirements: readonly string[], python: string): Promise<EnvironmentLock["packages"]>;
  /** Unpacks into an empty folder. @throws EnvironmentError `environment-not-made`. */
  unpack(lock: EnvironmentLock, folder: string): Promise<void>;
}

/** Environments by what they hold, each made once for this machine. */
export interface Environments {
  /** @throws SandboxError `environment-missing` when it is not there and nobody may make it; `environment-not-made`, `environments-folder-unsafe`. */
  folderOf(lock: EnvironmentLock): Promise<string>;
}
