/** Runs every example against a small repository made here, as a user who copied it would. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { writeSampleRepository } from "../src/testing/sample-repository.ts";

const examples = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), "examples");
const folder = mkdtempSync(path.join(os.tmpdir(), "examples-"));
let failed = 0;
const names = readdirSync(examples).filter((name) => name.endsWith(".ts"));
try {
  const repository = await writeSampleRepository(path.join(folder, "repository"));
  for (const name of names) {
    const output = path.join(folder, path.basename(name, ".ts"));
    const result = spawnSync(process.execPath, [path.join(examples, name), repository, output], {
      encoding: "utf8",
    });
    if (result.status !== 0) failed++;
    console.log(
      `${result.status === 0 ? "ok    " : "FAILED"} examples/${name}\n${result.stdout}${result.stderr}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${names.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
