import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { minedFixes } from "../../../src/fixes/mine.ts";
import { openHistory } from "../../../src/histories/git.ts";
import { findRoots } from "../../../src/histories/roots.ts";
import { createGitHistory } from "../../../src/testing/git-history.ts";

/**
 * A history of very many commits: what the first fix costs, and what all of them cost, in time and memory.
 *
 * node tests/scale/history/run.ts [COMMITS]
 */
const commits = Number(process.argv[2] ?? "200000");
/** Every so manieth commit says that it fixes something. */
const FIX_EVERY = 1000;

const folder = await mkdtemp(path.join(tmpdir(), "long-history-"));
try {
  const { folder: source } = createGitHistory(path.join(folder, "long"));
  await timed(`writing ${commits} commits`, () => writeCommits(source));
  const cache = path.join(folder, "cache");
  await using history = await openHistory({ source, cache });
  const mine = (wanted: number) => async () => {
    const options = { history, maxCommits: Infinity, maxIssues: 1 };
    let found = 0;
    for await (const _ of minedFixes(options)) if (++found === wanted) break;
    return `${found} fixes`;
  };
  await timed("the first fix", mine(1));
  await timed("all fixes", mine(Infinity));
  await timed("the roots", async () => `${(await findRoots({ source, cache }, "main")).length} roots`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function timed(what: string, work: () => Promise<string | void>): Promise<void> {
  const start = performance.now();
  const result = await work();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const memory = Math.round(process.memoryUsage().rss / 2 ** 20);
  process.stdout.write(`${what}: ${result ?? "done"}, ${seconds} s, ${memory} MB in use\n`);
}

async function writeCommits(source: string): Promise<void> {
  const git = spawn("git", ["fast-import", "--quiet"], { cwd: source, stdio: ["pipe", "ignore", "inherit"] });
  const closed = once(git, "close");
  for (let number = 1; number <= commits; number++) {
    const message = number % FIX_EVERY === 0 ? `Fix what broke in step ${number}` : `Step ${number}`;
    const header = `commit refs/heads/main\ncommitter A <a@localhost> ${1_600_000_000 + number} +0000\n`;
    const file = number % 10 === 0 ? `M 100644 inline a.py\ndata <<END\nstep = ${number}\nEND\n` : "";
    const text = `${header}data ${Buffer.byteLength(message)}\n${message}\n${file}\n`;
    if (!git.stdin.write(text)) await once(git.stdin, "drain");
  }
  git.stdin.end();
  await closed;
}
