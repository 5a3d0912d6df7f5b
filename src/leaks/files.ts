import type { Evidence } from "./evidence.ts";
import type { FragmentIndex } from "./fragment-index.ts";
import type { Inside, SizedFile } from "./inside.ts";
import type { Leak } from "./leak.ts";
import { codeOf, gitPart, isInstalledModule, type Layout, namesPackage } from "./places.ts";
import { holdsBinaryId, type Ids, idsIn, namesPath } from "./traces.ts";
import { unfold } from "./unfold.ts";

/** What one content holds, worked out once however many sandboxes have it. */
interface Content {
  readonly found: ReadonlySet<number>;
  readonly namesHarness: boolean;
  readonly ids: ReadonlySet<string>;
}

export interface FileQuestion {
  readonly inside: Inside;
  readonly layout: Layout;
  /** SHA-256 of the start tree's files. */
  readonly expected: ReadonlyMap<string, string>;
  readonly evidence: Evidence;
  readonly ids: Ids;
  readonly modules: ReadonlySet<string>;
}

/** Reads the files of sandboxes, each distinct content once. */
export interface FileReader {
  /** The sandbox's own files. */
  judge(files: readonly SizedFile[], question: FileQuestion): Promise<Leak[]>;
  /** The distribution's: read in the first sandbox, then remembered. */
  judgeSystem(question: FileQuestion): Promise<Leak[]>;
}

export interface FileReaderOptions {
  readonly index: FragmentIndex;
  readonly harnessPaths: readonly string[];
  readonly packageNames: ReadonlySet<string>;
}

/** Above this, bytes, a file of the distribution is no text and no module. */
const LARGEST_SYSTEM_FILE = 8 * 1024 * 1024;
/** Text in which names of folders and git's ids are looked for. */
const LARGEST_TEXT = 4 * 1024 * 1024;

export function createFileReader(options: FileReaderOptions): FileReader {
  const contents = new Map<string, Content>();
  let system: Promise<ReadonlyMap<string, ReadonlySet<number>>> | undefined;
  return {
    judge: (files, question) => judgeFiles(files, question, contents, options),
    async judgeSystem(question) {
      const { evidence, layout, modules } = question;
      system ??= readSystem(question, options);
      const leaks: Leak[] = [];
      for (const [path, found] of await system) {
        if (evidence.betrays(found, "system")) leaks.push({ code: codeOf(path, layout), where: path });
        else if (isInstalledModule(path, modules, layout))
          leaks.push({ code: "leak:installed-copy", where: path });
      }
      return leaks;
    },
  };
}

async function judgeFiles(
  files: readonly SizedFile[],
  question: FileQuestion,
  contents: Map<string, Content>,
  options: FileReaderOptions,
): Promise<Leak[]> {
  const { inside, layout, evidence, ids, modules } = question;
  const leaks: Leak[] = [];
  const add = (code: Leak["code"], where: string) => leaks.push({ code, where });
  // An empty one may be a device or a kernel's file, without an end.
  const filled = files.filter((file) => file.size > 0);
  const digests = await inside.digests(filled.map((file) => file.path));
  const wanted = new Map<string, SizedFile>();
  const places = new Map<string, string[]>();
  for (const file of files) {
    const { path } = file;
    const digest = digests.get(path);
    if (isInstalledModule(path, modules, layout)) add("leak:installed-copy", path);
    if (evidence.betrays(options.index.find([Buffer.from(path, "latin1")]), "own")) add("leak:file", path);
    if (digest === undefined) {
      if (file.size > 0) add("leak:unproved", `${path}: cannot be read`);
      continue;
    }
    if (isExpected(path, digest, question)) continue;
    places.set(digest, [...(places.get(digest) ?? []), path]);
    const isIndex = codeOf(path, layout) === "leak:index";
    if (isIndex || !contents.has(digest)) wanted.set(isIndex ? path : digest, { ...file, digest });
  }
  for await (const { path, content } of inside.read([...wanted.values()])) {
    const digest = digests.get(path);
    if (content === undefined || digest === undefined) {
      add("leak:unproved", `${path}: cannot be read`);
      continue;
    }
    if (codeOf(path, layout) === "leak:index" && holdsBinaryId(content, ids.forbidden))
      add("leak:index", path);
    if (!contents.has(digest)) contents.set(digest, look(content, options));
  }
  for (const [digest, paths] of places) {
    const content = contents.get(digest);
    if (content === undefined) continue;
    const betrays = evidence.betrays(content.found, "own");
    const namesHidden = ids.forbidden.some((id) => content.ids.has(id));
    for (const path of paths) {
      if (betrays || namesHidden) add(codeOf(path, layout), path);
      if (content.namesHarness) add("leak:harness-path", path);
    }
  }
  return leaks;
}

function isExpected(path: string, digest: string, { expected, layout }: FileQuestion): boolean {
  if (!path.startsWith(`${layout.root}/`) || gitPart(path, layout.root) !== undefined) return false;
  const inTree = Buffer.from(path.slice(layout.root.length + 1), "latin1").toString("utf8");
  return expected.get(inTree) === digest;
}

function look(content: Buffer, { index, harnessPaths }: FileReaderOptions): Content {
  const text = content.length <= LARGEST_TEXT ? content.toString("latin1") : "";
  return {
    found: index.find(unfold(content, "everywhere")),
    namesHarness: namesPath(text, harnessPaths),
    ids: idsIn(text),
  };
}

/** Import folders, what an administrator installed, and what carries the package's name; programs and other data are left out. */
async function readSystem(
  { inside, layout }: FileQuestion,
  { index, packageNames }: FileReaderOptions,
): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
  const result = new Map<string, ReadonlySet<number>>();
  const named = await inside.systemFiles((path) => isOfInterest(path, packageNames, layout));
  const files = named.filter(({ size }) => size > 0 && size <= LARGEST_SYSTEM_FILE);
  for await (const { path, content } of inside.read(files))
    result.set(path, content === undefined ? new Set() : index.find(unfold(content, "quick")));
  return result;
}

const PYTHON_FILE = /\.(?:py|pyi|pyc|pyx|egg|whl|zip|txt|md|rst|json|html?)$|(?:-info|\.egg)\//;

function isOfInterest(path: string, names: ReadonlySet<string>, { imports }: Layout): boolean {
  if (namesPackage(path, names)) return true;
  const isImported = imports.some(
    (folder) => folder !== "/" && path.startsWith(`${folder.replace(/\/$/, "")}/`),
  );
  return isImported && PYTHON_FILE.test(path);
}
