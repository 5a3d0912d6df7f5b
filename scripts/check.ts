/** `npm run check`: types, lint, format, boundaries, unused code, packaging. Each is a step; the last line counts them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const bin = (name: string) => path.join(root, "node_modules", name);

interface Outcome {
  readonly ok: boolean;
  readonly output: string;
  readonly stdout?: string;
}

function run(command: string, args: readonly string[], cwd = root): Outcome {
  const result = spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: 1 << 28 });
  return { ok: result.status === 0, output: `${result.stdout}${result.stderr}`, stdout: result.stdout };
}

const node = (script: string, ...args: string[]) => run(process.execPath, [bin(script), ...args]);

interface Cruise {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: { readonly violations: readonly { from: string; to: string; rule: { name: string } }[] };
}

function cruise(folder: string): Cruise {
  const program = "dependency-cruiser/bin/dependency-cruiser.mjs";
  const result = node(program, "--config", ".dependency-cruiser.cjs", "--output-type", "json", folder);
  return JSON.parse(result.stdout ?? "") as Cruise;
}

/** The boundary check must see the modules (some TypeScript versions make it see none) and must find a seeded violation. */
function boundaries(): Outcome {
  const { modules, summary } = cruise("src");
  const seen = modules.filter((module) => module.source.startsWith("src/")).length;
  const listed = run("git", ["ls-files", "--cached", "--others", "--exclude-standard", "src"]).stdout ?? "";
  const sources = listed.split("\n").filter((name) => name.endsWith(".ts")).length;
  if (seen < sources * 0.9)
    return { ok: false, output: `the boundary check saw ${seen} of ${sources} modules` };
  if (!findsSeededViolation())
    return { ok: false, output: "the boundary check did not find a seeded violation" };
  const lines = summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`);
  return { ok: lines.length === 0, output: [...lines, `${seen} modules`].join("\n") };
}

function findsSeededViolation(): boolean {
  const seeded = path.join(root, "src/base/seeded-violation.ts");
  try {
    writeFileSync(seeded, 'import type { Verdict } from "../verdict.ts";\nexport type Seeded = Verdict;\n');
    return cruise("src/base").summary.violations.some(({ rule }) => rule.name === "base-knows-nothing");
  } finally {
    rmSync(seeded, { force: true });
  }
}

/** Installs the packed package in an empty folder and runs it, as a user would. */
/** Beside `await using`, TypeScript 6 leaves the ending of a dynamic import as it is, and the built command does not find it. */
function importsOfSources(): string[] {
  const dist = path.join(root, "dist");
  const files = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".js"),
  );
  return files.filter((file) =>
    /(from |import\()"\.[^"]*\.ts"/.test(readFileSync(path.join(dist, file), "utf8")),
  );
}

function packaging(): Outcome {
  const lint = node("publint/src/cli.js", "--strict");
  if (!lint.ok) return lint;
  const unbuilt = importsOfSources();
  if (unbuilt.length > 0) return { ok: false, output: `built files import sources: ${unbuilt.join(", ")}` };
  const folder = mkdtempSync(path.join(os.tmpdir(), "pack-"));
  try {
    const packed = run("npm", ["pack", "--silent", "--pack-destination", folder, "--json"]);
    if (!packed.ok) return packed;
    const [{ filename } = { filename: "" }] = JSON.parse(packed.stdout ?? "") as {
      filename: string;
    }[];
    writeFileSync(path.join(folder, "package.json"), '{"private": true, "type": "module"}');
    const installed = run(
      "npm",
      ["install", "--ignore-scripts", "--no-audit", "--no-fund", `./${path.basename(filename)}`],
      folder,
    );
    if (!installed.ok) return installed;
    const version = run(
      process.execPath,
      [path.join(folder, "node_modules/hybrid-gym/bin/hybrid-gym.js"), "--version"],
      folder,
    );
    const { version: expected } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
      version: string;
    };
    if (version.output.trim() !== expected)
      return { ok: false, output: `the packed command printed: ${version.output}` };
    return run(
      process.execPath,
      ["-e", 'import("hybrid-gym").then((m) => process.exit(typeof m.build === "function" ? 0 : 1))'],
      folder,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const steps: Record<string, () => Outcome> = {
  types: () => node("typescript/bin/tsc", "-p", "tsconfig.json"),
  lint: () => node("oxlint/bin/oxlint"),
  format: () => node("oxfmt/bin/oxfmt", "--check"),
  boundaries,
  "unused code": () => node("knip/bin/knip.js"),
  packaging,
};

let failed = 0;
for (const [name, step] of Object.entries(steps)) {
  const outcome = step();
  console.log(`${outcome.ok ? "ok    " : "FAILED"} ${name}`);
  if (!outcome.ok) {
    failed++;
    console.log(outcome.output.trim().replaceAll(/^/gm, "    "));
  }
}
console.log(`${Object.keys(steps).length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
