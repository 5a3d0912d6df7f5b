import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createGitHistory, type GitHistory } from "../testing/git-history.ts";
import { findRoots } from "./roots.ts";

let folder = "";
let history: GitHistory;
const rootsAt = (source: string, commit: string) =>
  findRoots({ source, cache: path.join(folder, "cache") }, commit);

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "roots-"));
  history = createGitHistory(path.join(folder, "orchard"));
});
const removeObject = (id: string) =>
  rm(path.join(history.folder, ".git/objects", id.slice(0, 2), id.slice(2)));
afterEach(() => rm(folder, { recursive: true, force: true }));

test("a history begins where its commits have no parent, at several places where another was merged", async () => {
  const first = history.commit({ "a.py": "a = 1\n" }, "First");
  const second = history.commit({ "a.py": "a = 2\n" }, "Second");
  history.git("checkout", "-q", "--orphan", "other");
  const other = history.commit({ "a.py": null, "b.py": "b = 1\n" }, "Another project");
  history.git("checkout", "-q", "main");
  history.git("merge", "-q", "--no-edit", "--allow-unrelated-histories", "other");
  const merged = history.git("rev-parse", "HEAD");
  expect(await rootsAt(history.folder, second)).toEqual([first]);
  expect(await rootsAt(history.folder, merged)).toEqual([first, other].sort());
});

test("nobody knows of a plain folder and a shallow clone", async () => {
  history.commit({ "a.py": "a = 1\n" }, "First");
  const tip = history.commit({ "a.py": "a = 2\n" }, "Second");
  history.git("clone", "-q", "--bare", "--depth", "1", `file://${history.folder}`, "../shallow");
  expect(await rootsAt(path.join(folder, "shallow"), tip)).toEqual([]);
  await rm(path.join(history.folder, ".git"), { recursive: true });
  expect(await rootsAt(history.folder, tip)).toEqual([]);
});

test("a history with a hole says so", async () => {
  const ids = [0, 1, 2].map((day) => history.commit({ "a.py": `a = ${day}\n` }, `Day ${day}`));
  const [, hole = "", tip = ""] = ids;
  await removeObject(hole);
  await expect(rootsAt(history.folder, tip)).rejects.toMatchObject({ code: "repository-broken" });
});

test.each([true, false])("of a URL they are asked once, where files can be left out: %s", async (filter) => {
  const first = history.commit({ "a.py": "a = 1\n" }, "First");
  const tip = history.commit({ "a.py": "a = 2\n" }, "Second");
  history.git("config", "uploadpack.allowFilter", String(filter));
  // What is not asked for need not be there.
  if (filter) await removeObject(history.git("rev-parse", `${first}:a.py`));
  const server = await serve(folder);
  const url = `http://127.0.0.1:${server.port}/orchard/.git`;
  expect(await rootsAt(url, tip)).toEqual([first]);
  await server.close();
  expect(await rootsAt(url, tip)).toEqual([first]);
  await expect(rootsAt(url, first)).rejects.toMatchObject({ code: "url-unreachable" });
});

/** Git's own server behind HTTP, as hosts have it. */
async function serve(root: string): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? "", "http://localhost");
    const child = spawn("git", ["-c", "safe.directory=*", "http-backend"], {
      env: {
        PATH: process.env["PATH"],
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: "1",
        GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
        HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
        CONTENT_TYPE: request.headers["content-type"] ?? "",
        REQUEST_METHOD: request.method,
        PATH_INFO: pathname,
        QUERY_STRING: search.slice(1),
      },
      stdio: ["pipe", "pipe", "inherit"],
    });
    request.pipe(child.stdin);
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("close", () => {
      const answer = Buffer.concat(chunks);
      const end = answer.indexOf("\r\n\r\n");
      const headers = answer.toString("latin1", 0, end).split("\r\n");
      const fields = headers.map((line) => /^(.*?): (.*)$/.exec(line)?.slice(1) ?? []);
      const status = fields.find(([name]) => name === "Status")?.[1];
      for (const [name = "", value = ""] of fields) if (name !== "Status") response.setHeader(name, value);
      response.writeHead(status === undefined ? 200 : Number.parseInt(status)).end(answer.subarray(end + 4));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      await once(server, "close");
    },
  };
}
