/**
 * A real history out of a package registry: consecutive releases of one package, each a commit whose message is its
 * part of the change log. Nothing but pip is used; a source distribution's build backend runs in pip's own environment.
 *
 * node scripts/release-history.ts PACKAGE FOLDER VERSION VERSION…     (oldest first)
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createGitHistory } from "../src/testing/git-history.ts";

const [name, folder, ...versions] = process.argv.slice(2);
if (name === undefined || folder === undefined || versions.length < 2) {
  process.stderr.write("usage: node scripts/release-history.ts PACKAGE FOLDER VERSION VERSION…\n");
  process.exit(2);
}
const history = createGitHistory(folder);
for (const version of versions) {
  const release = download(name, version);
  if (release === undefined) {
    process.stdout.write(`left out: ${version} cannot be downloaded\n`);
    continue;
  }
  for (const entry of readdirSync(folder))
    if (entry !== ".git") rmSync(path.join(folder, entry), { recursive: true });
  cpSync(release, folder, { recursive: true });
  const message = `Version ${version}\n\n${changesIn(release, version)}`;
  process.stdout.write(`${history.commit({}, message)} ${version}\n`);
  rmSync(path.dirname(release), { recursive: true });
}

/** The one folder that a source distribution has in it; undefined for a release that pip cannot get. */
function download(wanted: string, version: string): string | undefined {
  const place = mkdtempSync(path.join(tmpdir(), "release-"));
  const downloads = path.join(place, "downloads");
  mkdirSync(downloads);
  const options = ["--quiet", "--no-deps", "--no-binary", ":all:", "--dest", downloads];
  const pip = spawnSync("python3", ["-m", "pip", "download", ...options, `${wanted}==${version}`]);
  const [archive] = readdirSync(downloads);
  const isThere = pip.status === 0 && archive !== undefined;
  const tar = isThere && spawnSync("tar", ["-xzf", path.join(downloads, archive), "-C", place]).status === 0;
  rmSync(downloads, { recursive: true });
  const [root] = readdirSync(place);
  if (tar && root !== undefined) return path.join(place, root);
  rmSync(place, { recursive: true });
  return undefined;
}

/** What the change log says between the heading with this version and the next heading with another. */
function changesIn(release: string, version: string): string {
  const files = readdirSync(release, { recursive: true, encoding: "utf8" });
  const logs = files.filter((file) =>
    /(?:^|\/)(?:changes|changelog|history|news|versions)\.(?:md|rst|txt)$/i.test(file),
  );
  for (const log of logs.sort((a, b) => a.length - b.length)) {
    const lines = readFileSync(path.join(release, log), "utf8").split("\n");
    const isHeading = (line: string) => /^\W*(?:version |v)?\[?\d+\.\d+/i.test(line) && line.length < 60;
    const start = lines.findIndex((line) => isHeading(line) && line.includes(version));
    if (start < 0) continue;
    const rest = lines.slice(start + 1);
    const end = rest.findIndex(isHeading);
    return rest
      .slice(0, end < 0 ? undefined : end)
      .filter((line) => !/^[-=~^#]{3,}\s*$/.test(line))
      .join("\n")
      .trim();
  }
  return "";
}
