import { spawnSync } from "node:child_process";
import { createReadStream } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { RepositoryError } from "../base/errors.ts";
import { openRepository } from "./open.ts";

let folder = "";
let cache = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "open-"));
  cache = path.join(folder, "cache");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The user's own git, as far as a test may: with an identity, without the settings of this machine. */
function git(cwd: string, ...args: string[]): string {
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "A",
    GIT_AUTHOR_EMAIL: "a@example.org",
    GIT_COMMITTER_NAME: "A",
    GIT_COMMITTER_EMAIL: "a@example.org",
  };
  const result = spawnSync("git", args, { cwd, env, encoding: "utf8" });
  if (result.status !== 0) throw new Error(result.stderr);
  return result.stdout.trim();
}

async function workTree(files: Record<string, string>, name = "project"): Promise<string> {
  const place = path.join(folder, name);
  await mkdir(place, { recursive: true });
  git(place, "init", "-q", "-b", "main");
  await commit(place, files);
  return place;
}

async function commit(place: string, files: Record<string, string>): Promise<string> {
  for (const [file, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(place, file)), { recursive: true });
    await writeFile(path.join(place, file), content);
  }
  git(place, "add", "-A");
  git(place, "commit", "-q", "--allow-empty", "-m", "change");
  return git(place, "rev-parse", "HEAD");
}

async function failure(source: string, revision?: string): Promise<RepositoryError> {
  const error: unknown = await openRepository({
    source,
    cache,
    ...(revision === undefined ? {} : { revision }),
  }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RepositoryError))
    throw new Error(`expected a RepositoryError, got ${String(error)}`);
  expect(error.message).not.toContain("\n");
  expect(error.hint).toBeTruthy();
  return error;
}

async function textOf(repository: Awaited<ReturnType<typeof openRepository>>, file: string): Promise<string> {
  return Buffer.from(await repository.tree.read(file)).toString();
}

test("a work tree is read at its commit; what is not committed takes no part", async () => {
  const place = await workTree({ "a.py": "old\n", "pkg/b.py": "b\n" });
  git(place, "remote", "add", "origin", "https://user:secret@example.org/owner/name.git");
  await writeFile(path.join(place, "a.py"), "new\n");
  await using repository = await openRepository({ source: place, cache });
  expect(repository.reference).toEqual({
    name: "owner/name",
    url: "https://example.org/owner/name.git",
    commit: git(place, "rev-parse", "HEAD"),
    tree: git(place, "rev-parse", "HEAD^{tree}"),
  });
  expect(await textOf(repository, "a.py")).toBe("old\n");
  expect(repository.tree.entries.map((entry) => entry.path)).toEqual(["a.py", "pkg/b.py"]);
  expect(repository.notes?.join()).toContain("not committed are ignored");
});

test("a bare repository, a linked work tree and a packed one give the same tree", async () => {
  const place = await workTree({ "a.py": "a\n" });
  git(place, "worktree", "add", "-q", "../linked");
  git(folder, "clone", "-q", "--bare", place, "bare.git");
  git(place, "gc", "-q");
  const trees = new Set<string>();
  for (const source of [place, path.join(folder, "linked"), path.join(folder, "bare.git")]) {
    await using repository = await openRepository({ source, cache });
    trees.add(repository.tree.id);
  }
  expect([...trees]).toEqual([git(place, "rev-parse", "HEAD^{tree}")]);
});

test("a revision may be a commit, a short one, a tag or a branch", async () => {
  const place = await workTree({ a: "1" });
  git(place, "tag", "-a", "v1", "-m", "one");
  git(place, "branch", "side");
  const first = git(place, "rev-parse", "HEAD");
  await commit(place, { a: "2" });
  for (const revision of [first, first.slice(0, 8), "v1", "side", "main~1"]) {
    await using repository = await openRepository({ source: place, cache, revision });
    expect(repository.reference.commit).toBe(first);
    expect(await textOf(repository, "a")).toBe("1");
  }
});

test("nothing that a repository configures is run", async () => {
  const place = await workTree({ "a.py": "a\n", ".gitattributes": "* filter=evil diff=evil\n" });
  const proof = path.join(folder, "proof");
  const evil = path.join(folder, "evil.sh");
  await writeFile(evil, `#!/bin/sh\ntouch ${proof}\ncat\n`);
  await chmod(evil, 0o755);
  const names = [
    "core.fsmonitor",
    "filter.evil.clean",
    "filter.evil.smudge",
    "diff.evil.textconv",
    "core.sshCommand",
    "core.pager",
    "core.alternateRefsCommand",
  ];
  for (const name of names) git(place, "config", name, evil);
  git(place, "config", "extensions.partialClone", "origin");
  git(place, "config", "remote.origin.promisor", "true");
  git(place, "config", "remote.origin.url", `ext::${evil}`);
  git(place, "config", "include.path", path.join(folder, "missing"));
  await writeFile(path.join(place, ".git/hooks/post-checkout"), `#!/bin/sh\ntouch ${proof}\n`, {
    mode: 0o755,
  });
  await rm(proof, { force: true });
  await using repository = await openRepository({ source: place, cache });
  expect(await textOf(repository, "a.py")).toBe("a\n");
  expect(await readdir(folder)).not.toContain("proof");
});

test("our copy holds one tree and nothing of the history", async () => {
  const place = await workTree({ a: "secret of the past" });
  const blob = git(place, "rev-parse", "HEAD:a");
  await commit(place, { a: "now" });
  await using repository = await openRepository({ source: place, cache });
  const objects = git(
    repository.gitDirectory,
    "cat-file",
    "--batch-all-objects",
    "--batch-check=%(objectname) %(objecttype)",
  );
  expect(
    objects
      .split("\n")
      .map((line) => line.split(" ")[1])
      .sort(),
  ).toEqual(["blob", "tree"]);
  expect(objects).not.toContain(blob);
});

test("submodules and LFS pointers are named; submodules are left out", async () => {
  const place = await workTree({
    "a.py": "a\n",
    "model.bin": `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 12345\n`,
  });
  git(place, "update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},vendor/lib`);
  git(place, "commit", "-q", "-m", "submodule");
  await using repository = await openRepository({ source: place, cache });
  expect(repository.leftOut).toEqual([
    { path: "vendor/lib", why: "submodule" },
    { path: "model.bin", why: "lfs-pointer" },
  ]);
  expect(repository.tree.entries.map((entry) => entry.path)).toEqual(["a.py", "model.bin"]);
  expect(repository.reference.tree).not.toBe(git(place, "rev-parse", "HEAD^{tree}"));
});

test("a plain folder becomes a tree of its bytes, caches left out", async () => {
  const place = path.join(folder, "plain");
  for (const part of ["pkg/__pycache__", "node_modules/x", ".venv/lib", ".git"]) {
    await mkdir(path.join(place, part), { recursive: true });
    await writeFile(path.join(place, part, "file.py"), "left out");
  }
  await rm(path.join(place, ".git"), { recursive: true });
  await writeFile(path.join(place, "pkg/a.py"), "a\r\n");
  await writeFile(path.join(place, "pkg/a.pyc"), "");
  await writeFile(path.join(place, "run.sh"), "#!/bin/sh\n", { mode: 0o755 });
  await writeFile(path.join(place, ".gitattributes"), "* text eol=lf\n");
  await symlink("pkg/a.py", path.join(place, "link"));
  await writeFile(Buffer.concat([Buffer.from(`${place}/`), Buffer.from([0xff, 0x61])]), "odd name");
  await using first = await openRepository({ source: place, cache });
  expect(first.tree.entries.map((entry) => `${entry.mode} ${entry.path}`)).toEqual([
    "100644 .gitattributes",
    "120000 link",
    "100644 pkg/a.py",
    "100755 run.sh",
  ]);
  expect(await textOf(first, "pkg/a.py")).toBe("a\r\n");
  expect(first.leftOut.map((item) => item.why)).toEqual(["path-not-utf8"]);
  expect(first.notes?.join()).toContain("__pycache__");
  expect(git(first.gitDirectory, "rev-parse", `${first.reference.commit}^{tree}`)).toBe(first.reference.tree);
  await using second = await openRepository({ source: place, cache: path.join(folder, "other-cache") });
  expect(second.reference).toEqual(first.reference);
});

test("several at once that prepare the same tree do not disturb each other, and give the same pack", async () => {
  const place = await workTree({ "a.py": "a\n", "b/c.py": "c\n" });
  const opened = await Promise.all(Array.from({ length: 6 }, () => openRepository({ source: place, cache })));
  expect(new Set(opened.map((repository) => repository.gitDirectory)).size).toBe(1);
  for (const repository of opened) {
    expect(await textOf(repository, "b/c.py")).toBe("c\n");
    await repository[Symbol.asyncDispose]();
  }
  expect(await readdir(cache)).toEqual([`${opened[0]?.reference.tree}.git`]);
  await using elsewhere = await openRepository({ source: place, cache: path.join(folder, "other-cache") });
  expect(await packs(elsewhere.gitDirectory)).toEqual(await packs(opened[0]?.gitDirectory ?? ""));
});

function packs(gitDirectory: string): Promise<string[]> {
  return readdir(path.join(gitDirectory, "objects/pack"));
}

test("what cannot be opened is said in one line, with what to do", async () => {
  expect((await failure(path.join(folder, "nowhere"))).code).toBe("path-missing");
  const empty = path.join(folder, "empty");
  await mkdir(empty);
  expect((await failure(empty)).code).toBe("folder-empty");
  await writeFile(path.join(folder, "file"), "");
  expect((await failure(path.join(folder, "file"))).code).toBe("not-a-repository");
  git(empty, "init", "-q", "-b", "main");
  expect((await failure(empty)).code).toBe("repository-empty");
  const place = await workTree({ a: "a" });
  expect((await failure(place, "no-such-branch")).code).toBe("commit-not-found");
  expect((await failure(place, "f".repeat(40))).code).toBe("commit-not-found");
  expect((await failure(place, "--help")).code).toBe("commit-not-found");
  expect((await failure("ext::sh -c true")).code).toBe("url-unsupported");
  await rm(path.join(place, ".git/HEAD"));
  expect((await failure(place)).code).toBe("repository-broken");
});

test("a missing or damaged object is an error, not an empty file", async () => {
  const place = await workTree({ a: "content of a", b: "b" });
  const blob = git(place, "rev-parse", "HEAD:a");
  const other = git(place, "rev-parse", "HEAD:b");
  const file = (id: string) => path.join(place, ".git/objects", id.slice(0, 2), id.slice(2));
  await rm(file(blob));
  const missing = await failure(place);
  expect(missing.code).toBe("object-missing");
  expect(missing.message).toContain(" a,");
  await mkdir(path.dirname(file(blob)), { recursive: true });
  spawnSync("cp", [file(other), file(blob)]);
  expect((await failure(place)).code).toMatch(/content-changed|repository-broken|object-missing/);
});

test("SHA-256 repositories are refused by name", async () => {
  const place = path.join(folder, "sha256");
  await mkdir(place);
  git(place, "init", "-q", "--object-format=sha256");
  await commit(place, { a: "a" });
  const error = await failure(place);
  expect(error.code).toBe("repository-format-unsupported");
  expect(error.message).toContain("sha256");
});

test("a git URL is fetched once; a commit named by its full id needs no network after that", async () => {
  const place = await workTree({ "a.py": "a\n" });
  const id = git(place, "rev-parse", "HEAD");
  git(folder, "clone", "-q", "--bare", place, "served.git");
  git(path.join(folder, "served.git"), "update-server-info");
  const server = createServer((request, response) => {
    const file = path.join(folder, (request.url ?? "").replace(/\?.*$/, "").replace("/owner/", "/"));
    stat(file).then(
      () => createReadStream(file).pipe(response),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/owner/served.git`;
  await using first = await openRepository({ source: url, cache });
  expect(first.reference).toMatchObject({ name: "owner/served", url, commit: id });
  expect(await textOf(first, "a.py")).toBe("a\n");
  expect((await failure(url, "no-such-branch")).code).toBe("commit-not-found");
  expect((await failure(url.replace("served", "missing"))).code).toBe("url-unreachable");
  await new Promise((resolve) => server.close(resolve));
  expect((await failure(url)).code).toBe("url-unreachable");
  await using again = await openRepository({ source: url, cache, revision: id });
  expect(again.reference).toEqual(first.reference);
});
