/** Source archives of PyPI: listed, downloaded, compared with the index's sums and unpacked. Nothing of them is installed or run. */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { runProgram } from "../src/base/process.ts";

/** A source archive of one version. */
export interface Release {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  readonly url: URL;
  /** In hex. */
  readonly sha256: string;
  /** When it was uploaded: ISO 8601, UTC. */
  readonly uploaded: string;
}

const projectSchema = z.object({
  releases: z.record(
    z.string(),
    z.array(
      z.object({
        packagetype: z.string(),
        filename: z.string(),
        url: z.string(),
        upload_time_iso_8601: z.string(),
        digests: z.object({ sha256: z.string() }),
      }),
    ),
  ),
});

/** The final releases of a package that have a source archive, oldest upload first. */
export async function releasesOf(name: string): Promise<Release[]> {
  const answer = await fetch(`https://pypi.org/pypi/${name}/json`);
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
  const { releases } = projectSchema.parse(await answer.json());
  return Object.entries(releases)
    .flatMap(([version, files]) => files.map((file) => ({ ...file, version })))
    .filter(
      ({ packagetype, filename }) =>
        packagetype === "sdist" &&
        /\.tar\.(gz|bz2)$/.test(filename) &&
        !/(a|b|rc|dev)\d*\.tar/.test(filename),
    )
    .map(({ version, filename, url, upload_time_iso_8601: uploaded, digests }) => ({
      name,
      version,
      filename,
      // Mirrors give addresses from where the answer came.
      url: new URL(url, answer.url),
      sha256: digests.sha256,
      uploaded,
    }))
    .sort((a, b) => (a.uploaded < b.uploaded ? -1 : 1));
}

/** The archive's file in `folder`, downloaded where it is not there yet. */
export async function downloadRelease(release: Release, folder: string): Promise<string> {
  const file = path.join(folder, release.filename);
  const kept = await readFile(file).catch(() => undefined);
  const bytes = kept ?? (await download(release.url));
  if (createHash("sha256").update(bytes).digest("hex") !== release.sha256)
    throw new Error(`${release.filename} is not what it should be: its SHA-256 is another`);
  if (kept === undefined) {
    await mkdir(folder, { recursive: true });
    await writeFile(`${file}.part`, bytes);
    await rename(`${file}.part`, file);
  }
  return file;
}

/** Unpacks an archive: its one folder becomes `place`. */
export async function unpack(archive: string, place: string): Promise<void> {
  await mkdir(path.dirname(place), { recursive: true });
  const temporary = await mkdtemp(`${place}-`);
  try {
    const tar = await runProgram("tar", ["-xf", archive, "-C", temporary, "--no-same-owner"]);
    const [root] = await readdir(temporary);
    if (tar.exitCode !== 0 || root === undefined) throw new Error(`${archive}: ${tar.stderr}`);
    await rename(path.join(temporary, root), place);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function download(url: URL): Promise<Buffer> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}
