import { existsSync } from "node:fs";
import { link, copyFile, open } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { EnvironmentError } from "../../base/errors.ts";
import { VERIFIER_ARCHIVE } from "./scripts.ts";

/** Made by the build; sources take it from there too. @throws EnvironmentError `verifier-missing`. */
export function findVerifierArchive(): string {
  const built = import.meta.url.endsWith(".ts")
    ? `../../../dist/instance-exporters/harbor/${VERIFIER_ARCHIVE}`
    : `./${VERIFIER_ARCHIVE}`;
  const file = fileURLToPath(new URL(built, import.meta.url));
  if (existsSync(file)) return file;
  throw new EnvironmentError({
    code: "verifier-missing",
    message: `The packed verifier is not there: ${file}`,
    hint: 'Run "npm run build" in a clone; install the package again elsewhere.',
    fields: { file },
  });
}

/**
 * Puts the archive into one task after the other. All tasks of an export share one file on the disk, where the file system can: it is
 * larger than everything else in most of them.
 */
export function verifierCopies(archive: string): (target: string) => Promise<void> {
  let shared: string | undefined;
  return async (target) => {
    if (shared !== undefined && (await isLinked(shared, target))) return;
    await copyFile(archive, target);
    const handle = await open(target, "r");
    await handle.sync();
    await handle.close();
    shared = target;
  };
}

/** False also where a file has as many names as it may have. */
async function isLinked(from: string, target: string): Promise<boolean> {
  return link(from, target).then(
    () => true,
    () => false,
  );
}
