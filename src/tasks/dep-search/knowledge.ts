import type { Project } from "../../project.ts";
import type { DefinitionKey } from "../../resolver.ts";
import type { Definition } from "../../syntax.ts";
import { identifierParts, stem } from "../../text/words.ts";
import type { Candidate } from "../checks/candidate-checks.ts";
import { repositoryLicence } from "../checks/licence.ts";
import { createSources, type Sources, type SyntaxLookup } from "../checks/sources.ts";

/** What is known of a project by its outlines alone: nothing is resolved and no body is read for it. */
export interface Knowledge {
  readonly sources: Sources;
  /** How many definitions have this bare name. */
  named(name: string): number;
  /** Definitions whose name has at least half of its word stems in common with this one's, those of the same name included. */
  alike(name: string): readonly Candidate[];
  find(key: DefinitionKey): Candidate | undefined;
  licence(): Promise<string>;
}

export function createKnowledge(project: Project, syntaxes: SyntaxLookup): Knowledge {
  const byName = new Map<string, number>();
  const byStem = new Map<string, Candidate[]>();
  const files = new Map(project.files.map((file) => [file.path, file]));
  for (const file of project.files) {
    for (const definition of file.outline.definitions) {
      byName.set(definition.name, (byName.get(definition.name) ?? 0) + 1);
      for (const word of stemsOf(definition.name)) {
        const known = byStem.get(word);
        if (known === undefined) byStem.set(word, [{ file, definition }]);
        else known.push({ file, definition });
      }
    }
  }
  let licence: Promise<string> | undefined;
  return {
    sources: createSources(project.repository.tree, syntaxes),
    named: (name) => byName.get(name) ?? 0,
    alike: (name) => alike(name, byStem),
    find({ path, qualifiedName, ordinal }) {
      const file = files.get(path);
      const definition = file?.outline.definitions.find(
        (one) => one.qualifiedName === qualifiedName && one.ordinal === ordinal,
      );
      return file === undefined || definition === undefined ? undefined : { file, definition };
    },
    licence: () => (licence ??= repositoryLicence(project.repository.tree)),
  };
}

/** Every function and method that calls something. */
export function eligibleDefinitions(project: Project): Candidate[] {
  return project.files
    .filter((file) => file.language === "python")
    .flatMap((file) =>
      file.outline.definitions
        .filter((definition) => definition.kind !== "class" && calledNames(definition).length > 0)
        .map((definition) => ({ file, definition })),
    );
}

/** The names that a definition calls, raises or is decorated with, as its outline lists them. */
export function calledNames({ calls, raises, decorators }: Definition): string[] {
  const decorating = decorators.map((text) => /[\p{L}\p{N}_]+(?=\s*(?:\(|$))/u.exec(text)?.[0] ?? "");
  return [...new Set([...calls, ...raises, ...decorating])].filter((name) => name !== "");
}

/** Names without a word of three letters, such as `_` or `f`, stand for themselves. */
function stemsOf(name: string): ReadonlySet<string> {
  const parts = identifierParts(name).filter((part) => part.length >= 3);
  const stems = new Set(parts.map(stem));
  return stems.size > 0 ? stems : new Set([`=${name}`]);
}

function alike(name: string, byStem: ReadonlyMap<string, readonly Candidate[]>): Candidate[] {
  const stems = stemsOf(name);
  const found = new Set([...stems].flatMap((word) => byStem.get(word) ?? []));
  return [...found].filter(({ definition }) => {
    const other = stemsOf(definition.name);
    return 2 * stems.intersection(other).size >= stems.union(other).size;
  });
}
