/**
 * Writes `sources.json` anew: the newest final release of each package, or its last releases where a history is wanted.
 *
 *   node tests/scale-build/pin.ts PACKAGE… PACKAGE:COUNT…
 */
import { writeFile } from "node:fs/promises";
import { releasesOf } from "../../scripts/pypi.ts";
import { LIST, type SourceList } from "./sources.ts";

const list: SourceList = { packages: {}, histories: {} };
for (const wanted of process.argv.slice(2)) {
  const [name = "", count] = wanted.split(":");
  const releases = (await releasesOf(name)).filter(({ filename }) => filename.endsWith(".tar.gz"));
  const taken = releases.slice(-(Number(count) || 1));
  const versions = Object.fromEntries(taken.map(({ version, sha256 }) => [version, sha256]));
  list[count === undefined ? "packages" : "histories"][name] = versions;
}
await writeFile(LIST, `${JSON.stringify(list, null, 2)}\n`);
