import { InputError } from "../base/errors.ts";
import type { Project } from "../project.ts";
import { temporaryFolder } from "../repositories/bare.ts";
import type { Resolver } from "../resolver.ts";
import { findResolver } from "../resolvers/index.ts";
import { loadSyntaxes } from "../syntaxes/index.ts";
import { writeTreeFiles } from "../workspaces/tree-files.ts";

/** The resolvers of one project, each started when it is first asked for. */
export interface ProjectResolvers extends AsyncDisposable {
  /** @throws InputError `no-resolver` for a language without one. */
  of(language: string): Promise<Resolver>;
}

/** A resolver sees the source files of its language and nothing else, in a folder of the cache that is gone afterwards. */
export function openProjectResolvers(project: Project, cache: string): ProjectResolvers {
  const open = new Map<string, Promise<Resolver>>();
  const folders: AsyncDisposable[] = [];
  const start = async (language: string): Promise<Resolver> => {
    const provider = findResolver(language);
    if (provider === undefined) throw noResolver(language);
    const folder = await temporaryFolder(cache);
    folders.push(folder);
    const { tree } = project.repository;
    const syntaxes = await loadSyntaxes();
    // Files that are too large or broken for an outline too: a module that is not there would pass for another package's.
    const entries = tree.entries.filter(
      ({ path, mode }) => mode !== "120000" && syntaxes.for(path)?.language === language,
    );
    await writeTreeFiles(
      { id: tree.id, entries, entry: () => undefined, read: (path) => tree.read(path) },
      folder.path,
    );
    return provider.open({ folder: folder.path });
  };
  return {
    of(language) {
      const known = open.get(language) ?? start(language);
      open.set(language, known);
      return known;
    },
    async [Symbol.asyncDispose]() {
      for (const resolver of open.values())
        await (await resolver.catch(() => undefined))?.[Symbol.asyncDispose]();
      for (const folder of folders) await folder[Symbol.asyncDispose]();
    },
  };
}

function noResolver(language: string): InputError {
  return new InputError({
    code: "no-resolver",
    message: `Calls in ${language} cannot be resolved yet`,
    hint: "Choose a task family that does not need it.",
    fields: { language },
  });
}
