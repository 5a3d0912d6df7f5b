import type { Project, ProjectFile } from "../../project.ts";
import { buildDefinitionIndex, type DefinitionIndex } from "../checks/definition-index.ts";
import { buildLeakIndex, type LeakIndex } from "../checks/leaks.ts";
import type { Candidate } from "../checks/candidate-checks.ts";
import { repositoryLicence } from "../checks/licence.ts";
import { createSources, type Sources, type SyntaxLookup } from "../checks/sources.ts";

/** What is known of a project as a whole; each part is made when it is first asked for, once. */
export interface Knowledge {
  readonly sources: Sources;
  definitions(): Promise<DefinitionIndex>;
  leaks(): Promise<LeakIndex>;
  /** The licence of the repository by its files at the root. */
  licence(): Promise<string>;
}

export function createKnowledge(project: Project, syntaxes: SyntaxLookup): Knowledge {
  const { tree } = project.repository;
  const sources = createSources(tree, syntaxes);
  return {
    sources,
    definitions: once(() =>
      buildDefinitionIndex({ ...project, files: project.files.filter(isInLanguage) }, sources),
    ),
    leaks: once(() => buildLeakIndex(project, tree, sources)),
    licence: once(() => repositoryLicence(tree)),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** Definitions in other languages are neither asked for nor told apart from those that are; their text is searched for leaks. */
function isInLanguage(file: ProjectFile): boolean {
  return file.language === "python";
}

/** Every definition with a docstring in a file that could be read. */
export function eligibleDefinitions(project: Project): Candidate[] {
  return project.files
    .filter(isInLanguage)
    .flatMap((file) =>
      file.outline.definitions
        .filter((definition) => (definition.docstring?.text.trim() ?? "") !== "")
        .map((definition) => ({ file, definition })),
    );
}

export function candidateKey(candidate: Candidate): string {
  const { file, definition } = candidate;
  return `${file.path}#${definition.qualifiedName}#${definition.ordinal}`;
}
