import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { downloadRelease, type Release, releasesOf, unpack } from "../../scripts/pypi.ts";
import { writeReleaseHistory } from "../../scripts/releases.ts";

/** Versions with the SHA-256 of their source archives, by package. */
const listSchema = z.strictObject({
  /** Taken as they are: one version each. */
  packages: z.record(z.string(), z.record(z.string(), z.string())),
  /** Made into a history of releases, oldest first. */
  histories: z.record(z.string(), z.record(z.string(), z.string())),
});
export type SourceList = z.infer<typeof listSchema>;

export const LIST = path.join(import.meta.dirname, "sources.json");

export async function readList(): Promise<SourceList> {
  return listSchema.parse(JSON.parse(await readFile(LIST, "utf8")));
}

/** Downloads and unpacks all of the list into `folder`. Returns a folder or git repository for each, in the order of the list. */
export async function fetchSources(folder: string, say: (text: string) => void): Promise<string[]> {
  const { packages, histories } = await readList();
  const places: string[] = [];
  for (const name of Object.keys({ ...packages, ...histories }))
    places.push(await fetchSource(folder, name, say));
  return places;
}

/** One of the list. */
export async function fetchSource(
  folder: string,
  name: string,
  say: (text: string) => void = () => {},
): Promise<string> {
  const { packages, histories } = await readList();
  const place = path.join(folder, "sources", name);
  if (existsSync(place)) return place;
  say(`fetching ${name}`);
  const archives = path.join(folder, "archives");
  const releases = await lockedReleases(name, { ...packages, ...histories }[name] ?? {});
  const [only] = releases;
  if (name in histories) await writeReleaseHistory(releases, place, archives);
  else if (only !== undefined) await unpack(await downloadRelease(only, archives), place);
  return place;
}

/** What the registry has of these versions, under the sums of the list and not its own. */
async function lockedReleases(name: string, versions: Readonly<Record<string, string>>): Promise<Release[]> {
  const known = await releasesOf(name);
  return Object.entries(versions).map(([version, sha256]) => {
    const release = known.find((one) => one.version === version && one.filename.endsWith(".tar.gz"));
    if (release === undefined) throw new Error(`PyPI has no source archive of ${name} ${version}`);
    return { ...release, sha256 };
  });
}
