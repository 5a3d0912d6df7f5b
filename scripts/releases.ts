/** A real history out of a package registry: consecutive releases of one package, each a commit whose message is its part of the change log. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createGitHistory } from "../src/testing/git-history.ts";
import { downloadRelease, type Release, unpack } from "./pypi.ts";

/** Writes the history into a new folder, archives into `archives`. Returns its commits, oldest first. */
export async function writeReleaseHistory(
  releases: readonly Release[],
  folder: string,
  archives: string,
): Promise<{ version: string; commit: string }[]> {
  const history = createGitHistory(folder);
  const gitFolder = path.resolve(folder, ".git");
  const commits: { version: string; commit: string }[] = [];
  const temporary = await mkdtemp(path.join(os.tmpdir(), "release-history-"));
  try {
    for (const release of releases) {
      const place = path.join(temporary, release.version);
      await unpack(await downloadRelease(release, archives), place);
      history.git("-C", place, `--git-dir=${gitFolder}`, "--work-tree=.", "add", "--all", "--force");
      const message = `Version ${release.version}\n\n${await changesIn(place, release.version)}`;
      commits.push({ version: release.version, commit: history.commitIndex(message) });
      await rm(place, { recursive: true });
    }
    history.git("reset", "--quiet", "--hard");
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return commits;
}

/** What the change log says between the heading with this version and the next heading with another. */
async function changesIn(release: string, version: string): Promise<string> {
  const files = await readdir(release, { recursive: true });
  const logs = files.filter((file) =>
    /(?:^|\/)(?:changes|changelog|history|news|versions|versionhistory)(?:\.(?:md|rst|txt))?$/i.test(file),
  );
  for (const log of logs.sort((a, b) => a.length - b.length)) {
    const text = await readFile(path.join(release, log), "utf8").catch(() => "");
    const lines = text.split("\n");
    const isHeading = (line: string) =>
      /^\W*(?:version |v)?\[?\d+\.\d+/i.test(line) && line.replace(/\(\S*\)/g, "").length < 60;
    const start = lines.findIndex((line) => isHeading(line) && line.includes(version));
    if (start < 0) continue;
    const rest = lines.slice(start + 1);
    const end = rest.findIndex(isHeading);
    const body = rest.slice(0, end < 0 ? undefined : end);
    return asParagraphs(withoutReferences(body.filter((line) => !BESIDE_ITEMS.test(line)).join("\n")));
  }
  return "";
}

/** Rulers, targets of links, and headings with what is said where there is nothing under them. */
const BESIDE_ITEMS =
  /^(?:[-=~^#]{3,}\s*$|\.\. _|\W*(?:features|bug ?fix(?:es)?|misc\w*|(?:backward-incompatible )?changes|fixe[sd]|added|changed|deprecat\w+|removed|security|none)\W*$)/i;
const REFERENCE = String.raw`(?:\[(?:#|gh-|issue\s+)\d+\]\([^)]*\)|\x60(?:(?:issue|pull)\s+|#|gh-)\d+(?:\s+<[^>]*>)?\x60_{0,2}|:\w+:\x60\d+\x60|(?:#|gh-)\d+)`;
const REFERENCES = new RegExp(
  String.raw`[(\[]?(?:,?\s*\b(?:closes|closing|finishes|fixes|fixed|resolves|see|as described in|in|via)\s+)?${REFERENCE}(?:\s*(?:,|and|&)?\s*${REFERENCE})*[)\]]?`,
  "gi",
);

/** Each item of the change log as a paragraph, since a list without the sentence before it says nothing to those who read messages. */
function asParagraphs(text: string): string {
  return text
    .replaceAll(/^ ?[-*+] +/gm, "\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}

/** Numbers of issues and who is thanked, which stand behind every item of a change log: a commit's message would have them in a trailer. */
function withoutReferences(text: string): string {
  return text
    .replaceAll(REFERENCES, "")
    .replaceAll(/,?\s*\bthanks\b[^.]*(?=\.|$)|\((?:PR|patch|contributed|reported) (?:from|by)\b[^)]*\)/gi, "")
    .replaceAll(/[ \t]+([.,;])/g, "$1")
    .replaceAll(/(?<!\.)\.\s+\.(?!\.)/g, ".")
    .replaceAll(/[ \t]+$/gm, "");
}
