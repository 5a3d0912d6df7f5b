import type { CallSite, CallTarget, DefinitionKey, Resolution } from "../../resolver.ts";
import { lineAt, lineStartsOf } from "../../syntaxes/shared/lines.ts";
import { standardLibrary } from "./bundle.ts";
import { createEngine, type Engine } from "./engine.ts";
import type { Definition } from "./entity.ts";
import { RepositoryFiles } from "./files.ts";
import { NameIndex } from "./names.ts";
import { isDefinition, lastName, type DefinitionNode, type ParseNode } from "./nodes.ts";
import { ImportRoots } from "./roots.ts";
import { callSites, type Site } from "./sites.ts";
import { StarImports } from "./star-imports.ts";
import { Targets, type Answer } from "./targets.ts";

const MAX_TEXT = 120;

/** A Python project in this process: answers where the calls of its definitions lead. */
export class PythonProject {
  private readonly files: RepositoryFiles;
  private readonly engine: Engine;
  private readonly targets: Targets;
  private index: NameIndex | undefined;

  constructor(folder: string) {
    this.files = new RepositoryFiles(folder);
    const { files } = this;
    const roots = new ImportRoots(files, standardLibrary());
    const stars = new StarImports(files, roots);
    this.engine = createEngine({
      folder: files.folder,
      contains: (file) => files.contains(file),
      entries: (file) => files.entries(file),
      exists: (file) => files.exists(file),
      status: (file) => files.status(file),
      read: (file) => files.source(file).text,
      readBefore: (file) => stars.firstOfCircle(file),
      importRoot: (importing, names) => roots.rootOf(importing, names),
    });
    const names = () => (this.index ??= new NameIndex(files));
    this.targets = new Targets({ engine: this.engine, files, roots, names });
  }

  /** Undefined where the file has no such definition, or cannot be read. */
  resolve(key: DefinitionKey): Resolution | undefined {
    this.engine.forget();
    const file = this.files.absolute(key.path);
    const node = this.find(file, key);
    if (node === undefined) return undefined;
    const { text } = this.files.source(file);
    const lines = lineStartsOf(text);
    const sites: CallSite[] = [];
    for (const site of callSites(node, (parent) => this.engine.childrenOf(parent))) {
      const target = this.target(site);
      if (target === undefined) continue;
      const { kind, callee, nested } = site;
      const named = lastName(callee) ?? callee;
      const line = lineAt(
        lines,
        lastName(callee) === undefined ? named.start + named.length - 1 : named.start,
      );
      sites.push({
        kind,
        line,
        text: text.slice(callee.start, callee.start + callee.length).slice(0, MAX_TEXT),
        nested,
        target,
      });
    }
    return { sites };
  }

  private target(site: Site): CallTarget | undefined {
    const answer = this.answer(site);
    if (answer === undefined || answer.kind === "outside" || answer.kind === "unresolved") return answer;
    if (answer.kind === "several") {
      return {
        kind: "several",
        definitions: answer.choices.flatMap((choice) => this.keyOf(choice)?.key ?? []),
      };
    }
    if (answer.path.endsWith(".pyi")) return { kind: "unresolved", reason: "defined in a stub" };
    const found = this.keyOf(answer);
    if (found === undefined) return { kind: "unresolved", reason: "the outline has no such definition" };
    return { kind: "definition", definition: { ...found.key, line: found.line } };
  }

  /** A site on which the engine fails is one that it cannot answer; the others still count. */
  private answer(site: Site): Answer {
    try {
      return this.targets.answer(site);
    } catch (error) {
      return {
        kind: "unresolved",
        reason: `the engine failed: ${error instanceof Error ? error.message : String(error)}`,
      };
    }
  }

  private keyOf({
    path,
    node,
  }: Definition): { readonly key: DefinitionKey; readonly line: number } | undefined {
    const found = this.files
      .source(path)
      .outline.definitions.find(
        ({ span, name }) => span.start === node.start && name === node.d.name.d.value,
      );
    if (found === undefined) return undefined;
    const { qualifiedName, ordinal, line } = found;
    return { key: { path: this.files.relative(path), qualifiedName, ordinal }, line };
  }

  private find(file: string, { qualifiedName, ordinal }: DefinitionKey): DefinitionNode | undefined {
    const definition = this.files
      .source(file)
      .outline.definitions.find((one) => one.qualifiedName === qualifiedName && one.ordinal === ordinal);
    const tree = definition === undefined ? undefined : this.targets.modules.tree(file);
    if (definition === undefined || tree === undefined) return undefined;
    const search = (node: ParseNode): DefinitionNode | undefined => {
      if (
        isDefinition(node) &&
        node.start === definition.span.start &&
        node.d.name.d.value === definition.name
      )
        return node;
      for (const child of this.engine.childrenOf(node)) {
        if (child.start > definition.span.start || child.start + child.length < definition.span.end) continue;
        const found = search(child);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    return search(tree);
  }
}
