import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** A repository as both sides start from it: a packed bare one, and the tree that is checked out. */
export interface BenchRepository {
  readonly gitDirectory: string;
  readonly commit: string;
  readonly tree: string;
}

const FILES = 2500;
const PACKAGES = 125;

/** Copies the repository of a folder, its `HEAD` only, into `target`. */
export function copyRepository(folder: string, target: string): BenchRepository {
  git(["clone", "-q", "--bare", "--single-branch", "--no-hardlinks", path.resolve(folder), target]);
  return describe(target);
}

/** Writes 2,500 files of Python, the same each time, and packs them in a repository of one commit. */
export function makeRepository(target: string): BenchRepository {
  const work = `${target}-files`;
  for (let number = 0; number < FILES; number++) {
    const folder = path.join(work, "src", `area${number % 5}`, `package${number % PACKAGES}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, `module${number}.py`), moduleText(number));
  }
  writeFileSync(path.join(work, ".gitignore"), "__pycache__/\n*.pyc\nbuild/\n");
  const own = ["-C", work, "-c", "user.name=Bench", "-c", "user.email=bench@localhost"];
  git(["-C", work, "init", "-q", "-b", "main"]);
  git([...own, "add", "-A"]);
  git([...own, "commit", "-q", "-m", "start"]);
  return copyRepository(work, target);
}

function describe(gitDirectory: string): BenchRepository {
  // A fresh clone has one pack; a copy of a used repository may have many and loose objects.
  git(["-C", gitDirectory, "repack", "-a", "-d", "-q"]);
  const resolve = (name: string) => git(["-C", gitDirectory, "rev-parse", name]).trim();
  return { gitDirectory, commit: resolve("HEAD"), tree: resolve("HEAD^{tree}") };
}

/** Some hundred bytes to some tens of kilobytes, most of them small, 7 KB on average: as files of source code are. */
function moduleText(number: number): string {
  const random = sequence(number + 1);
  const functions = 1 + Math.floor(24 * random() ** 2);
  const parts = [`"""Module ${number}."""\n\nimport os\nimport sys\n`];
  for (let index = 0; index < functions; index++) parts.push(functionText(index, random));
  return parts.join("\n\n");
}

const WORDS = "load parse value entry table result header buffer cache index token record frame state".split(
  " ",
);

function functionText(index: number, random: () => number): string {
  const word = () => WORDS[Math.floor(random() * WORDS.length)] ?? "value";
  const name = `${word()}_${word()}_${index}`;
  const lines = [
    `def ${name}(${word()}_first, ${word()}_second=None):`,
    `    """Return the ${word()} of a ${word()}."""`,
  ];
  const count = 3 + Math.floor(random() * 28);
  for (let line = 0; line < count; line++) {
    const check = `    if ${word()}_first is not None and len(${word()}_second) > ${Math.floor(random() * 100)}:`;
    lines.push(line % 2 === 0 ? check : `        ${word()}_first = ${word()}_first.${word()}(${line})`);
  }
  lines.push(`    return ${name}`, "");
  return lines.join("\n");
}

/** Numbers from 0 to 1 that are the same for the same seed (a linear congruence). */
function sequence(seed: number): () => number {
  let state = (seed * 2_654_435_761) % 2 ** 32;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function git(args: readonly string[]): string {
  return execFileSync("git", args, { encoding: "utf8", maxBuffer: 1 << 28 });
}
