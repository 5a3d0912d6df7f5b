import { readFile } from "node:fs/promises";
import path from "node:path";
import { createRandom } from "../../src/base/random.ts";
import { applyDiff } from "../../src/diffs/apply.ts";
import { python as syntax } from "../../src/syntaxes/python/index.ts";
import { memoryTree } from "../../src/trees/make-tree.ts";
import { judgeEdit } from "./judge-edit.ts";
import { judgeValidity } from "./judge-validity.ts";
import type { Package } from "./packages.ts";
import { startPython, type Edit, type Python } from "./python.ts";
import { Tally } from "./tally.ts";

export interface ScaleOptions {
  readonly packages: readonly Package[];
  /** The CPython that is the oracle. */
  readonly program: string;
  readonly seed: string;
  /** Edits of comments and docstrings, and as many mutants, over all packages; at least so many. */
  readonly edits: number;
  readonly damaged: number;
  /** Files per package whose validity is asked as they are. */
  readonly intact: number;
  readonly jobs: number;
  readonly wrong: string;
}

export interface ScaleResult {
  readonly tally: Tally;
  readonly version: string;
  /** Files of which edits were made; files whose validity was asked. */
  readonly edited: number;
  readonly asked: number;
}

const MAX_FILES = 24;
const MAX_SIZE = 120_000;

/** Runs everything over all packages, each with random streams of its own, so that the number of jobs changes nothing. */
export async function gradeAtScale(options: ScaleOptions): Promise<ScaleResult> {
  const tally = new Tally(options.wrong);
  const queue = [...options.packages];
  const totals = { edited: 0, asked: 0 };
  let version = "";
  const work = async () => {
    const python = startPython(options.program);
    try {
      version = await python.version();
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const part = new PackageRun(next, python, version, tally, options);
        const edited = await part.edits();
        await part.damage();
        const asked = await part.intact();
        // In one go: `total += await …` would lose what another job adds meanwhile.
        totals.edited += edited;
        totals.asked += asked;
      }
    } finally {
      python.stop();
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  return { tally, version, ...totals };
}

class PackageRun {
  private readonly part: Package;
  private readonly python: Python;
  private readonly version: string;
  private readonly tally: Tally;
  private readonly options: ScaleOptions;
  private readonly files: Package["files"];

  constructor(part: Package, python: Python, version: string, tally: Tally, options: ScaleOptions) {
    this.part = part;
    this.python = python;
    this.version = version;
    this.tally = tally;
    this.options = options;
    const random = createRandom(options.seed, "files", part.name);
    const fit = part.files.filter(({ size }) => size > 0 && size <= MAX_SIZE);
    this.files = random.shuffle(fit).slice(0, MAX_FILES);
  }

  /** Makes and grades the edits; the number of files that took part. */
  async edits(): Promise<number> {
    const share = this.options.edits / this.options.packages.length / Math.max(this.files.length, 1);
    const random = createRandom(this.options.seed, "groups", this.part.name);
    for (const file of this.files) {
      const times = (factor: number) => Math.floor(share * factor + random.next());
      const counts = {
        comments: times(0.4),
        docstrings: times(0.45),
        layout: times(0.4),
        mutants: times(1.25),
        respellings: times(0.25),
        directives: times(0.25),
        "refused before": times(0.5),
      };
      const seed = `${this.options.seed} ${this.part.name} ${file.name}`;
      const answer = await this.python.edits({ ...file, package: this.part.name, seed, counts });
      const content = await readFile(file.path);
      for (const edit of answer.edits) await this.judge(file.name, content, edit);
    }
    return this.files.length;
  }

  private readonly sources = new WeakMap<Uint8Array, ReturnType<typeof syntax.decode>>();

  private async judge(name: string, content: Uint8Array, edit: Edit): Promise<void> {
    const source = this.sources.get(content) ?? syntax.decode(content);
    this.sources.set(content, source);
    const settled =
      "problem" in source
        ? ({ kind: "wrong", label: `not decoded: ${source.detail}` } as const)
        : await judgeEdit({ name, content, source }, edit, this.version);
    const after = settled.kind === "wrong" ? await afterOf(name, content, edit) : content;
    const place = `${this.part.name}/${name}`;
    await this.tally.add(edit.group, edit.name, settled, { place, before: content, after });
  }

  async damage(): Promise<void> {
    const share = this.options.damaged / this.options.packages.length / Math.max(this.files.length, 1);
    const random = createRandom(this.options.seed, "damage", this.part.name);
    for (const file of this.files) {
      const count = Math.floor(share * 1.1 + random.next());
      const seed = `${this.options.seed} damage ${this.part.name} ${file.name}`;
      for (const { name, content, refused } of await this.python.damage(file.path, seed, count)) {
        const after = Buffer.from(content, "base64");
        const settled = judgeValidity(after, refused, this.version);
        const evidence = {
          place: `${this.part.name}/${file.name}`,
          before: await readFile(file.path),
          after,
        };
        await this.tally.add("damaged", name, settled, evidence);
      }
    }
  }

  async intact(): Promise<number> {
    const files = createRandom(this.options.seed, "intact", this.part.name)
      .shuffle(this.part.files)
      .slice(0, this.options.intact);
    const answers = await this.python.compile(files.map((file) => file.path));
    for (const [index, file] of files.entries()) {
      const content = await readFile(file.path);
      const settled = judgeValidity(content, answers[index] ?? null, this.version);
      const evidence = { place: `${this.part.name}/${file.name}`, before: content, after: content };
      await this.tally.add("intact", path.extname(file.name).slice(1), settled, evidence);
    }
    return files.length;
  }
}

async function afterOf(name: string, content: Uint8Array, edit: Edit): Promise<Uint8Array> {
  const applied = await applyDiff(memoryTree({ [name]: content }), Buffer.from(edit.diff, "base64"));
  return (
    (applied.applied ? applied.changes[0]?.after?.content : undefined) ?? Buffer.from(edit.diff, "base64")
  );
}
