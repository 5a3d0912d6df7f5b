import { execFile, execFileSync, spawn } from "node:child_process";
import { mkdir, symlink, writeFile, chmod } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { Files } from "./files.ts";

const run = promisify(execFile);
const NOBODY = "Nobody <nobody@localhost> 946684800 +0000";

/** Git with no settings of the machine that it runs on. */
const environment = {
  PATH: process.env["PATH"] ?? "",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  LC_ALL: "C",
};

/** A bare repository in which each tree is a branch; made by one `git fast-import`, so that hundreds cost little. */
export async function importTrees(folder: string, trees: ReadonlyMap<string, Files>): Promise<void> {
  execFileSync("git", ["init", "--quiet", "--bare", folder], { env: environment });
  const importing = spawn("git", ["fast-import", "--quiet"], {
    cwd: folder,
    env: environment,
    stdio: ["pipe", "inherit", "inherit"],
  });
  for (const [branch, files] of trees) importing.stdin.write(commitOf(branch, files));
  importing.stdin.end();
  const code = await new Promise((resolve) => importing.on("close", resolve));
  if (code !== 0) throw new Error(`git fast-import failed with ${String(code)}`);
}

function commitOf(branch: string, files: Files): Buffer {
  const parts: Buffer[] = [
    Buffer.from(`commit refs/heads/${branch}\ncommitter ${NOBODY}\ndata 0\n\ndeleteall\n`),
  ];
  for (const [name, { content, mode }] of files) {
    const quoted = JSON.stringify(name).replaceAll(/[^\0-\x7f]/g, (character) => character);
    if (mode === "160000") parts.push(Buffer.from(`M ${mode} ${content.toString()} ${quoted}\n`));
    else {
      parts.push(Buffer.from(`M ${mode} inline ${quoted}\ndata ${content.byteLength}\n`), content);
      parts.push(Buffer.from("\n"));
    }
  }
  return Buffer.concat(parts);
}

export async function diffBranches(
  folder: string,
  from: string,
  to: string,
  flags: readonly string[],
): Promise<Buffer> {
  const { stdout } = await run("git", [...flags, `refs/heads/${from}`, `refs/heads/${to}`], {
    cwd: folder,
    env: environment,
    encoding: "buffer",
    maxBuffer: 200_000_000,
  });
  return stdout;
}

/** A plain folder of files. */
export async function writeFolder(folder: string, files: Files): Promise<void> {
  for (const [name, { content, mode }] of files) {
    const place = path.join(folder, name);
    await mkdir(path.dirname(place), { recursive: true });
    if (mode === "120000") await symlink(content, place);
    else {
      await writeFile(place, content);
      if (mode === "100755") await chmod(place, 0o755);
    }
  }
}

/** A clone with a work tree; returns the commit of the files, which is not the last one. */
export async function writeClone(folder: string, files: Files): Promise<string> {
  await writeFolder(folder, files);
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: folder, env: environment, encoding: "utf8" }).trim();
  const commit = (message: string) =>
    git("-c", "user.name=Nobody", "-c", "user.email=nobody@localhost", "commit", "--quiet", "-m", message);
  git("init", "--quiet");
  git("-c", "core.autocrlf=false", "add", "--all", "--force");
  commit("First");
  const first = git("rev-parse", "HEAD");
  await writeFile(path.join(folder, "LATER.md"), "Written afterwards.\n");
  git("add", "--all");
  commit("Second");
  return first;
}

/** GNU diff of two folders, as people make it without git. */
export async function plainDiff(cwd: string, from: string, to: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    execFile("diff", ["-ruN", from, to], { cwd, encoding: "buffer", env: environment }, (error, stdout) =>
      error !== null && error.code !== 1 ? reject(error) : resolve(stdout),
    );
  });
}
