import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RepositoryError } from "../base/errors.ts";
import { A_DAY, createGitHistory, FIRST_COMMIT, type GitHistory } from "../testing/git-history.ts";
import { openHistory } from "./git.ts";

let folder = "";
let history: GitHistory;
const open = (source = history.folder) => openHistory({ source, cache: path.join(folder, "cache") });

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "history-"));
  history = createGitHistory(path.join(folder, "orchard"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function codeOf(action: Promise<unknown>): Promise<string | undefined> {
  const error: unknown = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof RepositoryError ? error.code : undefined;
}

describe("the commits of a history", () => {
  it("come newest first, with parents, times, messages and changes; those without a parent and merges are left out", async () => {
    const first = history.commit({ "a.py": "a = 1\n", "b.py": "b = 1\n" }, "First");
    const second = history.commit({ "a.py": "a = 2\n", "c.py": "c = 1\n" }, "Second\n\nWith a body.");
    history.git("checkout", "-q", "-b", "side", first);
    const side = history.commit({ "b.py": null, "d.py": "b = 1\n" }, "Move b");
    history.git("merge", "-q", "--no-edit", second);
    await using opened = await open();
    const commits = await Array.fromAsync(opened.commits());
    expect(commits).toMatchObject([
      {
        id: side,
        parent: first,
        time: FIRST_COMMIT + 2 * A_DAY,
        message: "Move b\n",
        changes: [
          { kind: "deleted", path: "b.py", before: expect.stringMatching(/^[0-9a-f]{40}$/) },
          { kind: "added", path: "d.py", after: expect.stringMatching(/^[0-9a-f]{40}$/) },
        ],
      },
      {
        id: second,
        message: "Second\n\nWith a body.\n",
        changes: [
          { kind: "modified", path: "a.py" },
          { kind: "added", path: "c.py" },
        ],
      },
    ]);
    const blob = commits[1]?.changes[0]?.before ?? "";
    expect(Buffer.from(await opened.read(blob)).toString()).toBe("a = 1\n");
  });

  it("survive odd messages and names", async () => {
    history.commit({ "a.py": "" }, "First");
    history.commit({ "commit 1\n:x.py": "a", ünï: "b" }, "commit 0000\n:100644 000000 M");
    history.commit({}, "");
    await writeFile(path.join(folder, "message"), Buffer.from([0x46, 0xe9, 0x0a]));
    history.git("commit", "-q", "--allow-empty", "-F", path.join(folder, "message"));
    await using opened = await open();
    expect(await Array.fromAsync(opened.commits())).toMatchObject([
      { message: "Fé\n", changes: [] },
      { message: "", changes: [] },
      {
        message: "commit 0000\n:100644 000000 M\n",
        changes: [{ path: "commit 1\n:x.py" }, { path: "ünï" }],
      },
    ]);
  });

  it("end when nobody reads on", async () => {
    for (let day = 0; day < 5; day++) history.commit({ "a.py": `a = ${day}\n` }, `Day ${day}`);
    await using opened = await open();
    for await (const commit of opened.commits()) {
      expect(commit.message).toBe("Day 4\n");
      break;
    }
  });

  it("run nothing of the repository", async () => {
    history.commit({ "a.py": "a\n" }, "First");
    history.commit({ "a.py": "b\n", ".gitattributes": "*.py diff=evil\n" }, "Second");
    const mark = path.join(folder, "was-here");
    history.git("config", "diff.evil.textconv", `touch ${mark};`);
    history.git("config", "core.pager", `touch ${mark};`);
    history.git("config", "log.showSignature", "true");
    history.git("config", "gpg.program", `touch ${mark};`);
    await using opened = await open();
    expect(await Array.fromAsync(opened.commits())).toHaveLength(1);
    await expect(rm(mark)).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("the repository at a commit", () => {
  it("can be looked at, and imported with the same id", async () => {
    const first = history.commit({ "a.py": "a = 1\n" }, "First");
    history.commit({ "a.py": "a = 2\n" }, "Second");
    await using opened = await open();
    const tree = await opened.tree(first);
    expect(Buffer.from(await tree.read("a.py")).toString()).toBe("a = 1\n");
    await using kept = await opened.at(first);
    expect(kept.reference).toMatchObject({ commit: first, tree: tree.id, name: "orchard" });
    expect(await codeOf(opened.tree("f".repeat(40)))).toBe("commit-not-found");
    expect(await codeOf(opened.at("--all"))).toBe("commit-not-found");
  });
});

describe("the times of lines", () => {
  const day = (number: number) => FIRST_COMMIT + number * A_DAY;

  it("are those of the commits that changed them, white space apart, under earlier names of the file too", async () => {
    history.commit({ "a.py": "a = 1\nb = 1\nc = 1\n\xe9 = 1\n" }, "committer-time 5");
    history.commit({ "a.py": "a = 1\nb = 2\nif c:\n    c = 1\n\xe9 = 1" }, "Second");
    const last = history.commit(
      { "a.py": null, "b.py": "a = 1\nb = 2\nif c:\n  c = 1\n\xe9 = 1\n" },
      "Third",
    );
    await using opened = await open();
    expect(await opened.lineTimes(last, "b.py")).toEqual([day(0), day(1), day(1), day(0), day(0)]);
    expect(await codeOf(opened.lineTimes(last, "a.py"))).toBe("repository-broken");
    expect(await codeOf(opened.lineTimes("--contents=/etc/passwd", "b.py"))).toBe("commit-not-found");
  });

  it("run nothing of the repository", async () => {
    history.commit({ "a.py": "a\n", ".gitattributes": "*.py diff=evil filter=evil\n" }, "First");
    const mark = path.join(folder, "was-here");
    for (const name of ["diff.evil.textconv", "filter.evil.clean", "filter.evil.smudge", "core.pager"])
      history.git("config", name, `touch ${mark};`);
    history.git("config", "blame.ignoreRevsFile", mark);
    await using opened = await open();
    expect(await opened.lineTimes("HEAD", "a.py")).toEqual([day(0)]);
    await expect(rm(mark)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("nobody knows of a shallow clone", async () => {
    history.commit({ "a.py": "a\n" }, "First");
    history.commit({ "b.py": "b\n" }, "Second");
    history.git("clone", "-q", "--bare", "--depth", "1", `file://${history.folder}`, "../shallow");
    await using opened = await open(path.join(folder, "shallow"));
    expect(await codeOf(opened.lineTimes("HEAD", "a.py"))).toBe("history-shallow");
  });
});

describe("what has no whole history", () => {
  it("says so: a plain folder", async () => {
    const plain = path.join(folder, "plain");
    await rm(plain, { recursive: true, force: true });
    createGitHistory(plain);
    await rm(path.join(plain, ".git"), { recursive: true });
    await writeFile(path.join(plain, "a.py"), "a\n");
    expect(await codeOf(open(plain))).toBe("no-history");
  });

  it("says so: a shallow clone of one commit; a deeper one gives what it has", async () => {
    for (let day = 0; day < 4; day++) history.commit({ "a.py": `a = ${day}\n` }, `Day ${day}`);
    for (const [depth, name] of [
      ["1", "one"],
      ["3", "three"],
    ] as const)
      history.git("clone", "-q", "--bare", "--depth", depth, `file://${history.folder}`, `../${name}`);
    await using one = await open(path.join(folder, "one"));
    expect(await codeOf(Array.fromAsync(one.commits()))).toBe("history-shallow");
    await using three = await open(path.join(folder, "three"));
    expect(await Array.fromAsync(three.commits())).toHaveLength(2);
  });

  it("says so: a history with a hole", async () => {
    const ids = [0, 1, 2, 3].map((day) => history.commit({ "a.py": `a = ${day}\n` }, `Day ${day}`));
    const hole = ids[1] ?? "";
    await rm(path.join(history.folder, ".git/objects", hole.slice(0, 2), hole.slice(2)));
    await using opened = await open();
    expect(await codeOf(Array.fromAsync(opened.commits()))).toBe("repository-broken");
  });
});
