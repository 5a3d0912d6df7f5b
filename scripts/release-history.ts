/**
 * Writes a history of releases (see `releases.ts`) into a new folder.
 *
 * node scripts/release-history.ts PACKAGE FOLDER VERSION VERSION…     (oldest first)
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { releasesOf } from "./pypi.ts";
import { writeReleaseHistory } from "./releases.ts";

async function main([name, folder, ...versions]: readonly string[]): Promise<number> {
  if (name === undefined || folder === undefined || versions.length < 2) {
    process.stderr.write("usage: node scripts/release-history.ts PACKAGE FOLDER VERSION VERSION…\n");
    return 2;
  }
  const known = await releasesOf(name);
  const missing = versions.filter((version) => !known.some((release) => release.version === version));
  if (missing.length > 0) {
    process.stderr.write(`error: ${name} has no source archive of ${missing.join(", ")}\n`);
    return 2;
  }
  const releases = versions.flatMap((version) => known.filter((release) => release.version === version));
  const archives = await mkdtemp(path.join(os.tmpdir(), "archives-"));
  try {
    for (const { version, commit } of await writeReleaseHistory(releases, folder, archives))
      process.stdout.write(`${commit} ${version}\n`);
  } finally {
    await rm(archives, { recursive: true });
  }
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
