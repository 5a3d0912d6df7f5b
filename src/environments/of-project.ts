import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { EnvironmentError, SandboxError } from "../base/errors.ts";
import { readTextFile, writeFileDurably } from "../base/files.ts";
import { sha256 } from "../base/hash.ts";
import { canonicalJson, parseJson } from "../base/json.ts";
import { claimSharedFolder } from "../base/shared-folder.ts";
import {
  type EnvironmentLock,
  environmentLockSchema,
  type EnvironmentMaker,
  type Environments,
} from "../environment.ts";
import type { Runner } from "../plan.ts";
import type { Tree } from "../tree.ts";
import { environmentsFolder } from "./shelf.ts";

export interface ProjectEnvironmentOptions {
  readonly maker: EnvironmentMaker;
  readonly runner: Runner;
  readonly tree: Tree;
  /** Where the packages are unpacked, to see whether that can be done. */
  readonly environments?: Environments | undefined;
  /** Where it is kept what a registry answered; by default `environmentsFolder()`. */
  readonly folder?: string;
}

export interface ProjectEnvironment {
  /** Undefined when nothing of what the repository asks for can be had. */
  readonly lock?: EnvironmentLock;
  /** Why that is less than what the repository asks for. */
  readonly problem?: string;
}

/**
 * What a repository's code and tests need, by what its files ask for: all of it; where that cannot be had, what the code alone
 * needs. What a registry answered is kept, so that the same question has the same answer on this machine.
 * @throws EnvironmentError for what is wrong with the machine, whatever the repository.
 */
export async function environmentOfProject(options: ProjectEnvironmentOptions): Promise<ProjectEnvironment> {
  const found = await lockOfProject(options);
  try {
    if (found.lock !== undefined) await options.environments?.folderOf(found.lock);
    return found;
  } catch (error) {
    if (!(error instanceof SandboxError) || error.code !== "environment-not-made") throw error;
    return { problem: error.message };
  }
}

async function lockOfProject(options: ProjectEnvironmentOptions): Promise<ProjectEnvironment> {
  const wanted = await readWanted(options);
  if (wanted === undefined) return { problem: "its requirements cannot be read" };
  const { python, name, version, runtime, test } = wanted;
  const without = ownModules(options.tree);
  let problem: string | undefined;
  for (const requirements of [
    [...runtime, ...test, ALWAYS],
    [...runtime, ALWAYS],
  ]) {
    try {
      const packages = await resolved(requirements, python, options);
      const project = name === null ? null : { name, version };
      const lock = {
        python,
        project,
        packages: packages.filter((one) => one.name !== normal(name)),
        without,
      };
      return { lock, ...(problem === undefined ? {} : { problem }) };
    } catch (error) {
      if (!(error instanceof EnvironmentError) || error.code !== "environment-not-resolved") throw error;
      problem ??= error.message;
    }
  }
  return problem === undefined ? {} : { problem };
}

/** Whether it is asked for or not: it runs tests of any kind. */
const ALWAYS = "pytest";

const wantedSchema = z.object({
  python: z.string(),
  name: z.string().nullable(),
  version: z.string(),
  runtime: z.array(z.string()),
  test: z.array(z.string()),
});

async function readWanted({ runner, tree }: ProjectEnvironmentOptions) {
  const program = new URL("../../src/environments/driver/requirements.py", import.meta.url);
  const [result] = await runner.run({
    tree,
    commands: [
      {
        name: "requirements",
        command: ["python3", "-I", "-S", "-B", "{files}/requirements.py"],
        files: { "requirements.py": await readFile(fileURLToPath(program)) },
        timeoutMs: 60_000,
      },
    ],
  });
  if (result?.result.exitCode !== 0) return undefined;
  return parseJson(Buffer.from(result.result.stdout).toString(), wantedSchema, "the requirements");
}

async function resolved(
  requirements: readonly string[],
  python: string,
  { maker, folder = environmentsFolder() }: ProjectEnvironmentOptions,
): Promise<EnvironmentLock["packages"]> {
  const { name: by, settings } = maker;
  const question = canonicalJson({ by, settings, python, requirements: [...requirements].sort() });
  const name = sha256(question).slice(0, 24);
  const file = path.join(folder, `resolved-${name}.json`);
  const isOurs = claimSharedFolder(folder) === undefined;
  const known = isOurs ? await readTextFile(file).catch(() => undefined) : undefined;
  if (known !== undefined) return parseJson(known, environmentLockSchema.shape.packages, file);
  const packages = await maker.resolve(requirements, python);
  if (isOurs) await writeFileDurably(file, `${canonicalJson(packages)}\n`);
  return packages;
}

/** Modules at the places where a repository's are: nobody else's may stand for them. */
function ownModules(tree: Tree): string[] {
  const modules = tree.entries.flatMap(({ path: file }) => {
    const name = /^(?:(?:src|lib)\/)?([A-Za-z_]\w*)(?:\.py|\/__init__\.py)$/.exec(file)?.[1];
    return name === undefined ? [] : [name];
  });
  return [...new Set(modules)].sort();
}

function normal(name: string | null): string | undefined {
  return name?.toLowerCase().replaceAll(/[-_.]+/g, "-");
}
