import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { chmod, mkdir, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { temporaryFolder } from "../../testing/command-line.ts";
import { claudeCode } from "./claude-code.ts";
import { dataFile } from "./data.ts";
import { findInstalled, installProgram } from "./install.ts";
import { EXTERNAL_PROGRAMS } from "./programs.ts";

const PROGRAM = claudeCode.packages?.from === "npm" ? (claudeCode.packages.programs[process.arch] ?? "") : "";

/** Stands in for npm: notes how it was called and leaves what the packages hold, or complains. */
const NPM = `#!/bin/bash
echo "$@" >> "$CALLS"
if [ -n "$BROKEN" ]; then echo "npm error 404 no such package" >&2; exit 1; fi
mkdir -p "$(dirname "${PROGRAM}")"
printf '#!/bin/sh\\necho ${claudeCode.version}\\n' > "${PROGRAM}"
chmod 700 "${PROGRAM}"
`;

describe.skipIf(process.platform !== "linux" || PROGRAM === "")("installing an agent", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let programs: string;
  const calls = () =>
    existsSync(folder.file("calls")) ? readFileSync(folder.file("calls"), "utf8").trim().split("\n") : [];

  beforeEach(async () => {
    folder = await temporaryFolder();
    programs = folder.file("programs");
    await mkdir(folder.file("bin"));
    writeFileSync(folder.file("bin/npm"), NPM, { mode: 0o755 });
    vi.stubEnv("PATH", `${folder.file("bin")}:${process.env["PATH"]}`);
    vi.stubEnv("CALLS", folder.file("calls"));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await folder[Symbol.asyncDispose]();
  });

  test("is done once, runs no package's scripts, and leaves what every user may read", async () => {
    expect(findInstalled(claudeCode, programs)).toBeUndefined();
    const installed = await installProgram(claudeCode, { folder: programs });
    const again = await installProgram(claudeCode, { folder: programs });
    expect(again.folder).toBe(installed.folder);
    expect(calls()).toEqual([expect.stringMatching(/^ci .*--ignore-scripts/)]);
    expect(installed.start("/opt/agent")).toEqual([`/opt/agent/${PROGRAM}`]);
    const [file = ""] = installed.start(installed.folder);
    for (let place = file; place !== programs; place = path.dirname(place))
      expect(statSync(place).mode & 0o055, place).toBe(0o055);
  });

  test("that fails says why and leaves nothing", async () => {
    vi.stubEnv("BROKEN", "yes");
    const failing = installProgram(claudeCode, { folder: programs });
    await expect(failing).rejects.toMatchObject({ code: "agent-install-failed", exitCode: 3 });
    await expect(failing).rejects.toThrow(/404 no such package/);
    expect(readdirSync(programs)).toEqual([]);
    vi.stubEnv("BROKEN", "");
    expect((await installProgram(claudeCode, { folder: programs })).folder).toContain(claudeCode.version);
  });

  test("counts only when the check has nothing to say", async () => {
    const check = () => Promise.reject(new Error("it does not run here"));
    await expect(installProgram(claudeCode, { folder: programs, check })).rejects.toThrow(
      "does not run here",
    );
    expect(readdirSync(programs)).toEqual([]);
  });

  test("may be asked for by several at once, and again when half of it is gone", async () => {
    const both = await Promise.all([1, 2].map(() => installProgram(claudeCode, { folder: programs })));
    expect(both[0]?.folder).toBe(both[1]?.folder);
    expect(readdirSync(programs)).toHaveLength(1);
    await rm(path.join(both[0]?.folder ?? "", "ready"));
    await installProgram(claudeCode, { folder: programs });
    expect(findInstalled(claudeCode, programs)).toBeDefined();
  });

  test("does not go into a folder that others may write to", async () => {
    await mkdir(programs);
    await chmod(programs, 0o777);
    await expect(installProgram(claudeCode, { folder: programs })).rejects.toMatchObject({
      code: "programs-folder-unsafe",
    });
    expect(calls()).toEqual([]);
  });

  test("does not use what lies in a folder that others planted, complete as it may be", async () => {
    await installProgram(claudeCode, { folder: programs });
    await symlink(programs, folder.file("planted"));
    await symlink(folder.file("nowhere"), folder.file("empty"));
    await chmod(programs, 0o777);
    for (const place of [programs, folder.file("planted"), folder.file("empty")]) {
      expect(() => findInstalled(claudeCode, place), place).toThrow(/Agents cannot be kept in/);
      await expect(installProgram(claudeCode, { folder: place })).rejects.toMatchObject({
        code: "programs-folder-unsafe",
      });
    }
  });
});

test("what is installed is the version that is named, locked by hashes", () => {
  for (const { name, version, packages } of EXTERNAL_PROGRAMS) {
    const read = (file: string) => readFileSync(dataFile(name, file), "utf8");
    if (packages?.from === "pypi") {
      expect(read("requirements.in").trim()).toBe(`${name}==${version}`);
      const requirements = read("requirements.txt");
      expect(requirements).toContain(`${name}==${version} \\\n    --hash=sha256:`);
      continue;
    }
    const lock = JSON.parse(read("package-lock.json")) as {
      packages: Record<string, { version?: string; integrity?: string }>;
    };
    const locked = Object.entries(lock.packages).filter(([place]) => place !== "");
    expect(locked.length).toBeGreaterThan(0);
    for (const [place, { version: own, integrity }] of locked) {
      expect(own, place).toMatch(new RegExp(`^${version.replaceAll(".", "\\.")}(-linux-\\w+)?$`));
      expect(integrity, place).toMatch(/^sha512-/);
    }
  }
});
