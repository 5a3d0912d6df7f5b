// `npm run <task>`: sets up what is needed, then runs the task with the right Node.js.
import { spawn } from "node:child_process";
import path from "node:path";
import { root, setUp } from "./setup.mjs";

const bin = (name) => path.join(root, "node_modules", name);
const tasks = {
  build: () => [],
  demo: () => [["bin/hybrid-gym.js", "demo", "--out", ".demo"]],
  test: () => [[bin("vitest/vitest.mjs"), "run"]],
  peers: () => [["tests/peers/run.ts"]],
  golden: () => [["tests/golden/run.ts"]],
  scale: () => [["tests/scale/run.ts"]],
  fuzz: () => [["tests/scale/fuzz/run.ts"]],
  chaos: () => [["tests/chaos/run.ts"]],
  "scale-javascript": () => [["tests/scale-javascript/run.ts"]],
  "scale-build": () => [["tests/scale-build/run.ts"]],
  "scale-dep-search": () => [["tests/scale-dep-search/run.ts"]],
  slurm: () => [["tests/slurm/run.ts"]],
  bench: () => [["bench/run.ts"]],
  examples: () => [["scripts/examples.ts"]],
  check: () => [["scripts/check.ts"]],
  format: () => [[bin("oxfmt/bin/oxfmt")]],
};

function run(command, environment) {
  return new Promise((resolve) => {
    // With a channel our own command line learns when this process is killed.
    const channel = command[0] === "bin/hybrid-gym.js" ? ["ipc"] : [];
    const child = spawn("node", command, {
      cwd: root,
      env: environment,
      stdio: ["inherit", "inherit", "inherit", ...channel],
    });
    for (const signal of ["SIGINT", "SIGTERM", "SIGUSR1"]) process.on(signal, () => child.kill(signal));
    child.on("exit", (code, signal) => resolve(signal === null ? (code ?? 1) : 130));
  });
}

const [task = "", ...rest] = process.argv.slice(2);
if (!Object.hasOwn(tasks, task)) {
  process.stderr.write(`error: no task "${task}"; there are ${Object.keys(tasks).join(", ")}\n`);
  process.exit(2);
}
const environment = setUp();
for (const command of tasks[task]()) {
  const code = await run([...command, ...rest], environment);
  if (code !== 0) process.exit(code);
}
