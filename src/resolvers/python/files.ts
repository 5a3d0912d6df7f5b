import { readdirSync, readFileSync, statSync, type Dirent, type Stats } from "node:fs";
import path from "node:path";
import type { DecodedSource, Outline } from "../../syntax.ts";
import { python } from "../../syntaxes/python/index.ts";

/** Longer files are read as empty: generated tables would take all the time there is, and are nobody's callee. */
const MAX_FILE_BYTES = 2_000_000;

/** A source file as both the outline and the engine see it, so that offsets mean the same in both. */
export interface SourceFile {
  readonly text: string;
  readonly outline: Outline;
  /** Why it is read as empty: nothing in it can be found, and what is imported from it is unresolved. */
  readonly problem?: string;
}

const EMPTY: Outline = { definitions: [], broken: false };

/**
 * The files of a repository, listed once. Symbolic links are not there, so that nothing outside the folder is read, and
 * neither is a stub beside the module that it describes, so that definitions are found where they are defined.
 */
export class RepositoryFiles {
  readonly folder: string;
  /** Absolute paths of all Python files, sorted. */
  readonly python: readonly string[];
  private readonly folders = new Map<string, Dirent[]>();
  private readonly present = new Set<string>();
  private readonly sources = new Map<string, SourceFile>();

  constructor(folder: string) {
    this.folder = path.resolve(folder);
    const python: string[] = [];
    this.list(this.folder, python);
    this.python = python.sort();
  }

  contains(file: string): boolean {
    return file === this.folder || file.startsWith(this.folder + path.sep);
  }

  exists(file: string): boolean {
    return this.present.has(file);
  }

  isFolder(file: string): boolean {
    return this.folders.has(file);
  }

  entries(folder: string): Dirent[] {
    return this.folders.get(folder) ?? [];
  }

  /** @throws as the file system does, for what is not listed too. */
  status(file: string): Stats {
    if (!this.present.has(file)) throw Object.assign(new Error(`${file} is not there`), { code: "ENOENT" });
    return statSync(file);
  }

  /** The path from the repository's folder, with `/`. */
  relative(file: string): string {
    return path.relative(this.folder, file).replaceAll(path.sep, "/");
  }

  absolute(relative: string): string {
    return path.join(this.folder, relative);
  }

  /** The text as the language decodes it, of a file that is not too large; not kept. */
  text(file: string): string {
    const source = this.decode(file);
    return typeof source === "string" ? "" : source.text;
  }

  source(file: string): SourceFile {
    const known = this.sources.get(file);
    if (known !== undefined) return known;
    const read = this.readSource(file);
    this.sources.set(file, read);
    return read;
  }

  private readSource(file: string): SourceFile {
    const source = this.decode(file);
    if (typeof source === "string") return unusable(source);
    const validity = python.validity(source);
    if (!validity.valid) return unusable(`no valid Python 3: ${validity.message}`);
    return { text: source.text, outline: python.outline(source) };
  }

  private decode(file: string): DecodedSource | string {
    if (!this.present.has(file)) return "the file is not there";
    if (statSync(file).size > MAX_FILE_BYTES) return "the file is too large";
    const source = python.decode(readFileSync(file));
    return "problem" in source ? source.problem : source;
  }

  private list(folder: string, python: string[]): void {
    const all = readdirSync(folder, { withFileTypes: true }).filter(
      (entry) => !(entry.name === ".git" && folder === this.folder),
    );
    const names = new Set(all.map(({ name }) => name));
    const entries = all
      .filter((entry) => entry.isFile() || entry.isDirectory())
      .filter(({ name }) => !(name.endsWith(".pyi") && names.has(name.slice(0, -1))))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    this.folders.set(folder, entries);
    this.present.add(folder);
    for (const entry of entries) {
      const file = path.join(folder, entry.name);
      this.present.add(file);
      if (entry.isDirectory()) this.list(file, python);
      else if (/\.pyi?$/.test(entry.name)) python.push(file);
    }
  }
}

function unusable(problem: string): SourceFile {
  return { text: "", outline: EMPTY, problem };
}
