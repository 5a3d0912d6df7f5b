import type { InstancePair } from "../instance.ts";
import type { IsolationLevel, Sandbox, SandboxProvider } from "../sandbox.ts";
import type { Tree } from "../tree.ts";
import type { Workspace } from "../workspace.ts";
import type { Evidence } from "./evidence.ts";
import { createFileReader, type FileQuestion, type FileReader } from "./files.ts";
import { gitFoldersOf, historyOf, isOpenConfig, strangeGitFiles } from "./git-folder.ts";
import { type Found, IncompleteScan, type Inside, lookInside, type SizedFile } from "./inside.ts";
import type { Leak, LeakCode } from "./leak.ts";
import { codeOf, gitPart, type Layout, modulesOf, packageNames } from "./places.ts";
import { readRepositoryTexts, type RepositoryTexts } from "./repository-texts.ts";
import { type Ids, idsIn, idsOf, namesPath } from "./traces.ts";
import { unfold } from "./unfold.ts";

export interface LeakScanOptions {
  readonly sandboxes: SandboxProvider;
  /** All instances; those of one repository are best scanned one after the other. */
  readonly pairs: readonly InstancePair[];
  readonly trees: {
    source(pair: InstancePair): Promise<Tree>;
    start(pair: InstancePair): Promise<Tree>;
  };
  /** The sealed start state that an agent would get; called once per scan. */
  readonly prepare: (pair: InstancePair) => Promise<Workspace>;
  /** Folders that no agent may see named or be able to read: the dataset, caches, working folders. Absolute. */
  readonly harnessPaths: readonly string[];
}

export interface LeakScan {
  readonly level: IsolationLevel;
  /** Everything readable in this instance's sandbox that gives its answer away; empty when nothing does. Sorted, and the same each time. */
  scan(pair: InstancePair): Promise<readonly Leak[]>;
}

/** What the instances of one repository share. */
interface Repository {
  readonly tree: string;
  readonly texts: RepositoryTexts;
  readonly reader: FileReader;
}

/** Starts a sandbox for each instance as an agent would get it, and reads all that can be read in there. */
export function openLeakScan(options: LeakScanOptions): LeakScan {
  let current: Promise<Repository> | undefined;
  let currentTree: string | undefined;
  let number = 0;
  const repositoryOf = (tree: string) => {
    if (current === undefined || currentTree !== tree) {
      currentTree = tree;
      current = openRepository(tree, options);
    }
    return current;
  };
  return {
    level: options.sandboxes.level,
    async scan(pair) {
      const { texts, reader } = await repositoryOf(pair.instance.repository.tree);
      const [source, start] = [await options.trees.source(pair), await options.trees.start(pair)];
      const evidence = await texts.evidence(pair, start);
      const ids = await idsOf(pair, source, start);
      const expected = await texts.digests(start);
      const id = `scan-${process.pid}-${++number}`;
      await using sandbox = await options.sandboxes.start({ id, workspace: await options.prepare(pair) });
      try {
        const scanned = { sandbox, evidence, ids, expected, modules: modulesOf(pair), texts, reader };
        return sorted(await scanSandbox(scanned, options));
      } catch (error) {
        if (error instanceof IncompleteScan) return [{ code: "leak:unproved", where: error.message }];
        throw error;
      }
    },
  };
}

async function openRepository(tree: string, options: LeakScanOptions): Promise<Repository> {
  const pairs = options.pairs.filter(({ instance }) => instance.repository.tree === tree);
  const texts = await readRepositoryTexts(pairs, options.trees);
  const reader = createFileReader({
    index: texts.index,
    harnessPaths: options.harnessPaths,
    packageNames: packageNames(pairs),
  });
  return { tree, texts, reader };
}

interface Scanned {
  readonly sandbox: Sandbox;
  readonly evidence: Evidence;
  readonly ids: Ids;
  readonly expected: ReadonlyMap<string, string>;
  readonly modules: ReadonlySet<string>;
  readonly texts: RepositoryTexts;
  readonly reader: FileReader;
}

async function scanSandbox(scanned: Scanned, options: LeakScanOptions): Promise<Leak[]> {
  const { sandbox, evidence, ids, texts, reader } = scanned;
  const inside = lookInside(sandbox);
  const mode = sandbox.level === "process" ? "own" : "all";
  const found = await inside.survey(mode, options.harnessPaths);
  const layout: Layout = {
    root: sandbox.root,
    imports: namesOf(found, "imports").filter((name) => name.startsWith("/")),
    mountpoints: namesOf(found, "mountpoint"),
  };
  const question: FileQuestion = { ...scanned, inside, layout };
  const files = filesOf(found);
  const judge = (content: Buffer) => evidence.betrays(texts.index.find(unfold(content, "quick")), "own");
  const folders = gitFoldersOf(new Set(files.map((file) => file.path)));
  return [
    ...(evidence.isPossible ? [] : [unproved("the hidden text has no telling words")]),
    ...(evidence.standsIn === undefined
      ? []
      : [{ code: "leak:file" as const, where: Buffer.from(evidence.standsIn).toString("latin1") }]),
    ...found.flatMap((item) => judgeRecord(item, scanned, layout, options.harnessPaths)),
    ...strangeGitFiles(
      files.map((file) => file.path),
      sandbox.root,
    ),
    ...(await openConfig(inside, files, sandbox.root)),
    ...(await historyOf(inside, folders, sandbox.root, ids, judge)),
    ...(await reader.judge(files, question)),
    ...(await reader.judgeSystem(question)),
  ];
}

function namesOf(found: readonly Found[], kind: string): string[] {
  return found.filter((item) => item.kind === kind).map((item) => item.name);
}

/** A file may be reached from several roots; empty ones say nothing but their names. */
function filesOf(found: readonly Found[]): SizedFile[] {
  const files = new Map<string, SizedFile>();
  for (const { kind, name, value } of found)
    if (kind === "file") files.set(name, { path: name, size: Number(value) });
  return [...files.values()];
}

const CODES: Readonly<Record<string, LeakCode>> = {
  environment: "leak:environment",
  process: "leak:proc",
  link: "leak:proc",
  descriptor: "leak:descriptor",
  mounts: "leak:mount",
};

/** What a record gives away that is no file: the environment, a process, a link, a descriptor, the mounts. */
function judgeRecord(
  { kind, name, value }: Found,
  { evidence, ids, texts }: Scanned,
  layout: Layout,
  harnessPaths: readonly string[],
): Leak[] {
  const where = name.replace(/^\/proc\/\d+\//, "/proc/*/");
  if (kind === "readable") return [{ code: "leak:harness-path", where: name }];
  if (kind === "folder") return [{ code: "leak:descriptor", where: name }];
  if (kind === "symlink") {
    const betrays = [value, Buffer.from(name, "latin1")].some((text) =>
      evidence.betrays(texts.index.find([text]), "own"),
    );
    if (betrays) return [{ code: codeOf(name, layout), where: name }];
    return namesPath(value.toString("latin1"), harnessPaths)
      ? [{ code: "leak:harness-path", where: name }]
      : [];
  }
  const code = CODES[kind];
  if (code === undefined) return [];
  const text = value.toString("latin1");
  const named = idsIn(text);
  const betrays =
    evidence.betrays(texts.index.find(unfold(value, "quick")), "own") ||
    ids.forbidden.some((id) => named.has(id)) ||
    namesPath(text, harnessPaths);
  return betrays ? [{ code: kind === "link" && /\/fd\//.test(where) ? "leak:descriptor" : code, where }] : [];
}

async function openConfig(inside: Inside, files: readonly SizedFile[], root: string): Promise<Leak[]> {
  const leaks: Leak[] = [];
  const configs = files.filter(({ path }) => /^config(?:\.worktree)?$/.test(gitPart(path, root) ?? ""));
  for await (const { path, content } of inside.read(configs))
    if (content === undefined || isOpenConfig(content.toString("utf8")))
      leaks.push({ code: "leak:git-config", where: path });
  return leaks;
}

function unproved(where: string): Leak {
  return { code: "leak:unproved", where };
}

function sorted(leaks: readonly Leak[]): Leak[] {
  const unique = new Map(
    leaks.map(({ code, where }) => [
      `${code}\0${where}`,
      { code, where: Buffer.from(where, "latin1").toString("utf8") },
    ]),
  );
  return [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, leak]) => leak);
}
