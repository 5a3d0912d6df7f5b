/**
 * `npm run test:slurm`: the batch script under a real Slurm of one machine, made for this and taken down again. Slurm warns a job before its
 * time is up; it must drain, come back by itself, be done the second time, and leave no process and no file. Needs root and Debian's
 * packages slurmctld, slurmd, slurm-client and munge.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execa } from "execa";

const here = import.meta.dirname;
const SCRIPT = path.join(here, "../../examples/slurm/rollout.sbatch");
const LONGEST_SECONDS = 240;

async function main(): Promise<number> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "slurm-"));
  const cluster = path.join(folder, "cluster");
  try {
    await execa(path.join(here, "cluster.sh"), ["start", cluster], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const lines = await checkJob(folder, { SLURM_CONF: path.join(cluster, "slurm.conf") });
    for (const line of lines) process.stdout.write(`${line}\n`);
    const passed = lines.filter((line) => line.startsWith("ok ")).length;
    process.stdout.write(`${passed} passed, ${lines.length - passed} failed\n`);
    return passed === lines.length ? 0 : 1;
  } finally {
    await execa(path.join(here, "cluster.sh"), ["stop", cluster], { reject: false });
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 500 });
  }
}

async function checkJob(folder: string, slurm: Record<string, string>): Promise<string[]> {
  const [log, scratch] = [path.join(folder, "log"), path.join(folder, "scratch")];
  await mkdir(scratch);
  writeFileSync(log, "");
  const env = {
    ...slurm,
    LOG: log,
    MODEL: "m",
    TMPDIR: scratch,
    HYBRID_GYM: path.join(here, "hybrid-gym.sh"),
    SERVER: `exec "${process.execPath}" "${path.join(here, "server.mjs")}" "$PORT" m`,
  };
  const size = ["--gpus=0", "--cpus-per-task=1", "--mem=100M"];
  // Two minutes are the shortest in which Slurm's warning, which it may give a minute early, leaves time to begin.
  const time = ["--time=00:02:00", "--signal=B:USR1@100"];
  const job = ["--parsable", "--output=out.txt", SCRIPT, "data", "--run", "run"];
  const { stdout: id } = await execa("sbatch", [...size, ...time, ...job], { cwd: folder, env });
  const states = await untilGone(id, env);
  const notes = readFileSync(log, "utf8").trim().split("\n");
  const said = readFileSync(path.join(folder, "out.txt"), "utf8");
  const calls = notes.filter((line) => line.startsWith("rollout "));
  const { stdout: left } = await execa("pgrep", ["--full", path.join(here, "server.mjs")], { reject: false });
  return [
    line("the job is warned, drains and is queued again", /work is left: queued again/.test(said), said),
    line("the command was told by Slurm's warning", notes.includes("signal USR1"), notes),
    line("it comes back by itself with the same command", calls.length === 2 && calls[0] === calls[1], notes),
    line("it is done the second time", /exit code 0\n/.test(said) && states.at(-1) === "COMPLETED", states),
    line("its server is gone", left === "", left),
    line("its scratch folder is gone", (await readdir(scratch)).length === 0, await readdir(scratch)),
  ];
}

/** The states that a job goes through until it has ended for good. */
async function untilGone(id: string, env: Record<string, string>): Promise<string[]> {
  const states: string[] = [];
  for (let second = 0; second < LONGEST_SECONDS; second++) {
    const { stdout } = await execa("scontrol", ["show", "job", id], { env });
    const state = /JobState=(\w+)/.exec(stdout)?.[1] ?? "";
    if (states.at(-1) !== state) states.push(state);
    // Slurm lets a job that was queued again wait for two minutes.
    if (stdout.includes("Reason=BeginTime"))
      await execa("scontrol", ["update", `JobId=${id}`, "StartTime=now"], { env, reject: false });
    if (["COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL"].includes(state)) return states;
    await delay(1000);
  }
  return states;
}

function line(what: string, holds: boolean, seen: unknown): string {
  return holds ? `ok   ${what}` : `FAIL ${what}: ${JSON.stringify(seen)}`;
}

process.exitCode = await main();
