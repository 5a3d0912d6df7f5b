import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { z } from "zod";
import { build } from "../../src/commands/build.ts";
import { openRun } from "../../src/index.ts";
import { temporaryFolder } from "../../src/testing/command-line.ts";
import { writeSampleRepository } from "../../src/testing/sample-repository.ts";

/** The batch script without Slurm: what Slurm sets is set here, its signal is sent here, and `scontrol` is a program that takes notes. */
const here = import.meta.dirname;
const SCRIPT = fileURLToPath(new URL("../../examples/slurm/rollout.sbatch", import.meta.url));
const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const LIMIT = 120_000;

interface Job {
  readonly code: number;
  /** What the command and `scontrol` were called with, in order. */
  readonly log: readonly string[];
  readonly said: string;
  /** Names in the local scratch folder after the end. */
  readonly scratch: readonly string[];
  readonly serverAnswers: boolean;
}

interface JobOptions {
  readonly served?: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Sent to the script when the command is at work. */
  readonly signal?: "SIGUSR1" | "SIGTERM";
  /** Called with all that was said so far. */
  readonly onSaid?: (said: string) => unknown;
}

async function runJob(folder: string, options: JobOptions = {}): Promise<Job> {
  const { served = "m", args = ["data", "--run", "run"], environment = {}, signal } = options;
  const log = path.join(folder, "log");
  const programs = path.join(folder, "programs");
  const scratch = path.join(folder, "scratch");
  await mkdir(programs, { recursive: true });
  await mkdir(scratch, { recursive: true });
  await writeFile(log, "", { flag: "a" });
  await writeFile(path.join(programs, "scontrol"), '#!/bin/sh\necho "scontrol $*" >>"$LOG"\n');
  await chmod(path.join(programs, "scontrol"), 0o755);
  const port = await freePort();
  const child = spawn(SCRIPT, args, {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      PATH: `${programs}:${path.dirname(process.execPath)}:${process.env["PATH"] ?? ""}`,
      HOME: folder,
      LOG: log,
      SLURM_JOB_ID: "17",
      SLURM_TMPDIR: scratch,
      MODEL: "m",
      PORT: `${port}`,
      SERVER: `exec "${process.execPath}" "${path.join(here, "server.mjs")}" "$PORT" ${served}`,
      HYBRID_GYM: path.join(here, "hybrid-gym.sh"),
      ...environment,
    },
  });
  const exited = once(child, "close");
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
    options.onSaid?.(said);
  });
  const read = async () => (await readFile(log, "utf8")).split("\n").filter((line) => line !== "");
  if (signal !== undefined) {
    await expect.poll(read, { timeout: LIMIT / 2 }).toContain("working");
    child.kill(signal);
  }
  const [code] = await exited;
  return {
    code: z.int().parse(code),
    log: await read(),
    said,
    scratch: await readdir(scratch),
    serverAnswers: await fetch(`http://127.0.0.1:${portIn(said) ?? port}/health`).then(
      () => true,
      () => false,
    ),
  };
}

/** The script's own choice, where it had one. */
const portIn = (said: string) => /the server is ready on port (\d+)/.exec(said)?.[1];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = z.object({ port: z.int() }).parse(server.address());
  server.close();
  await once(server, "close");
  return port;
}

const CALL = /^rollout data --run run --grace 180 --model m --base-url http:\/\/127\.0\.0\.1:\d+\/v1$/;

it(
  "drains when Slurm warns, queues itself again, and goes on with the same command",
  { timeout: LIMIT },
  async () => {
    await using folder = await temporaryFolder();
    const first = await runJob(folder.path, { signal: "SIGUSR1" });
    expect(first.log).toEqual([expect.stringMatching(CALL), "working", "signal USR1", "scontrol requeue 17"]);
    expect(first).toMatchObject({ code: 0, scratch: [], serverAnswers: false });

    const second = await runJob(folder.path, { environment: { SLURM_RESTART_COUNT: "1" } });
    expect(second.log.slice(4)).toEqual([expect.stringMatching(CALL)]);
    expect(second).toMatchObject({ code: 0, scratch: [], serverAnswers: false });
  },
);

it("drains and does not come back when it is ended from outside", { timeout: LIMIT }, async () => {
  await using folder = await temporaryFolder();
  const job = await runJob(folder.path, { signal: "SIGTERM" });
  expect(job.log.slice(1)).toEqual(["working", "signal TERM"]);
  expect(job).toMatchObject({ code: 130, scratch: [], serverAnswers: false });
});

it("does not come back for ever", { timeout: LIMIT }, async () => {
  await using folder = await temporaryFolder();
  const environment = { SLURM_RESTART_COUNT: "50" };
  const job = await runJob(folder.path, { signal: "SIGUSR1", environment });
  expect(job.log).not.toContain("scontrol requeue 17");
  expect(job.code).toBe(130);
});

it("stops when the served model is another", { timeout: LIMIT }, async () => {
  await using folder = await temporaryFolder();
  const job = await runJob(folder.path, { served: "other" });
  expect(job).toMatchObject({ code: 1, log: [], scratch: [], serverAnswers: false });
  expect(job.said).toContain("served: other");
  expect(job.said).toContain("the server does not have the model m");
});

it("stops when the server ends, and shows what it said", { timeout: LIMIT }, async () => {
  await using folder = await temporaryFolder();
  const job = await runJob(folder.path, { environment: { SERVER: "echo no such weights; exit 3" } });
  expect(job).toMatchObject({ code: 1, log: [], scratch: [] });
  expect(job.said).toContain("no such weights");
});

it("passes a failure of the command on and leaves the job ended", { timeout: LIMIT }, async () => {
  await using folder = await temporaryFolder();
  const job = await runJob(folder.path, { environment: { HYBRID_GYM: "false" } });
  expect(job).toMatchObject({ code: 1, log: [] });
});

/** The script's arguments and environment for the real command: it says `working` when a model's call is under way. */
async function realCommand(folder: Awaited<ReturnType<typeof temporaryFolder>>) {
  const repository = await writeSampleRepository(folder.file("orchard"));
  const [dataset, cache, run] = [folder.file("data"), folder.file("cache"), folder.file("run")];
  await build({ repositories: [repository], task: "func-localize", perRepository: 2, cache, out: dataset });
  const command = folder.file("hybrid-gym");
  await writeFile(command, `#!/bin/sh\necho "$@" >>"$LOG"\nexec "${process.execPath}" "${MAIN}" "$@"\n`, {
    mode: 0o755,
  });
  const how = ["--agent", "loop", "--no-stream", "--isolation", "process", "--allow-unsafe"];
  return {
    run,
    args: [dataset, "--run", run, ...how, "--concurrency", "1"],
    // The script chooses the port: another one would be another run.
    environment: { HYBRID_GYM: command, GRACE_SECONDS: "", PORT: "" },
  };
}

it(
  "drains the real command, which goes on when the same job is submitted again",
  { timeout: 300_000 },
  async () => {
    await using folder = await temporaryFolder();
    const { run, args, environment } = await realCommand(folder);
    // Told while its first call is under way, the attempt comes to its end, and no other is begun.
    const holding = { ...environment, ANSWER_WHEN: folder.file("told") };
    const first = await runJob(folder.path, {
      args,
      environment: holding,
      signal: "SIGUSR1",
      onSaid: (said) => said.includes("no new attempts") && writeFile(folder.file("told"), ""),
    });
    expect(first.log).toEqual([expect.stringMatching(/^rollout /), "working", "scontrol requeue 17"]);
    expect(first).toMatchObject({ code: 0, scratch: [], serverAnswers: false });
    expect((await openRun(run)).counts).toMatchObject({ targets: 2, owed: 1, running: 0, no_verdict: {} });

    const second = await runJob(folder.path, {
      args,
      environment: { ...holding, SLURM_JOB_ID: "18" },
    });
    expect(second.said).toContain("rollout ended with exit code 0");
    expect(second).toMatchObject({ code: 0, scratch: [], serverAnswers: false });
    expect((await openRun(run)).counts).toMatchObject({ targets: 2, owed: 0, attempts: 2, no_verdict: {} });
  },
);
