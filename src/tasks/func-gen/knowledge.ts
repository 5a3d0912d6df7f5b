import type { Project, ProjectFile } from "../../project.ts";
import type { Candidate } from "../checks/candidate-checks.ts";
import { buildDefinitionIndex, type DefinitionIndex } from "../checks/definition-index.ts";
import { repositoryLicence } from "../checks/licence.ts";
import { fileRole } from "../checks/role.ts";
import { createSources, type Sources, type SyntaxLookup } from "../checks/sources.ts";

/** What is known of a project as a whole; each part is made when it is first asked for, once. */
export interface Knowledge {
  readonly sources: Sources;
  definitions(): Promise<DefinitionIndex>;
  /** The licence of the repository by its files at the root. */
  licence(): Promise<string>;
  /** How many of the names that a function calls the repository defines: what there is to look up before its body can be written. */
  lookupsOf(candidate: Candidate): number;
  /** All test files. */
  readonly testFiles: readonly string[];
  /** Test files that may call a function, the likeliest first, few enough to run. */
  testsOf(candidate: Candidate, module: string): Promise<Tests>;
}

export interface Tests {
  readonly paths: readonly string[];
  /** In the text of every test that is worth running: the function's name; that of its package where no test has it. */
  readonly word: string;
}

/** Test files that are run for one candidate. */
const MOST_TESTS = 4;

export function createKnowledge(project: Project, syntaxes: SyntaxLookup): Knowledge {
  const { tree } = project.repository;
  const sources = createSources(tree, syntaxes);
  const files = project.files.filter(isPython);
  const names = new Set(project.files.flatMap(({ outline }) => outline.definitions.map(({ name }) => name)));
  let definitions: Promise<DefinitionIndex> | undefined;
  let licence: Promise<string> | undefined;
  let tests: Promise<readonly TestFile[]> | undefined;
  return {
    sources,
    testFiles: files.filter(isTest).map(({ path }) => path),
    definitions: () => (definitions ??= buildDefinitionIndex({ ...project, files }, sources)),
    licence: () => (licence ??= repositoryLicence(tree)),
    lookupsOf: ({ definition }) => definition.calls.filter((name) => names.has(name)).length,
    async testsOf({ file, definition }, module) {
      const stem = /([^/]+)\.py$/.exec(file.path)?.[1] ?? "";
      const all = await (tests ??= readTests(files.filter(isTest), sources));
      for (const word of [definition.name, module.split(".")[0] ?? module]) {
        const found = all
          .filter(({ words }) => words.includes(word))
          .map(({ path }) => ({ path, isOwn: path.includes(stem) }));
        const ordered = found.sort((a, b) => Number(b.isOwn) - Number(a.isOwn) || (a.path < b.path ? -1 : 1));
        const paths = ordered.slice(0, MOST_TESTS).map(({ path }) => path);
        if (paths.length > 0) return { paths, word };
      }
      return { paths: [], word: definition.name };
    },
  };
}

interface TestFile {
  readonly path: string;
  /** Its different words, one after the other: many times less than its text. */
  readonly words: string;
}

async function readTests(files: readonly ProjectFile[], sources: Sources): Promise<TestFile[]> {
  const read: TestFile[] = [];
  for (const { path } of files) {
    const { text } = await sources.read(path);
    read.push({ path, words: [...new Set(text.match(/[\p{L}\p{N}_]+/gu) ?? [])].join(" ") });
  }
  return read;
}

function isPython(file: ProjectFile): boolean {
  return file.language === "python";
}

function isTest({ path }: ProjectFile): boolean {
  return fileRole(path) === "test" && /(?:^|\/)(?:test_[^/]*|[^/]*_tests?|tests?)\.py$/.test(path);
}

/** Every function and method with a docstring and a body. */
export function eligibleDefinitions(project: Project): Candidate[] {
  return project.files
    .filter(isPython)
    .flatMap((file) =>
      file.outline.definitions
        .filter((one) => one.kind !== "class" && !one.isStub && (one.docstring?.text.trim() ?? "") !== "")
        .map((definition) => ({ file, definition })),
    );
}
