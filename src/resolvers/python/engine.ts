// oxlint-disable no-underscore-dangle -- the engine marks what it does not export by a leading underscore
import type { Dirent, Stats } from "node:fs";
import { standardStub, loadBundle, type Bundle } from "./bundle.ts";
import { KeptTypes, TYPE_CACHES, type TypeCaches } from "./kept-types.ts";
import type { ClassNode, ModuleNameNode, ModuleNode, ParseNode } from "./nodes.ts";

/**
 * pyright, in process: the only place that knows its internals (`bundle.ts` finds them). Nothing here runs a Python
 * interpreter, reads a configuration file or keeps more than what follows from the files: no cache is emptied under memory
 * pressure, for that was seen to change types.
 */
export interface Engine {
  /** The tree of a file with its scopes bound; undefined where the file is not there. */
  bind(path: string): ModuleNode | undefined;
  /** The file of each part of an imported name, as far as it was found; `undefined` for a part that is a plain folder. */
  importedFiles(node: ModuleNameNode): ImportedModule;
  /** `__all__` of a file, where it has one that can be read without running it. */
  dunderAll(path: string): readonly string[] | undefined;
  /** Whether a file's module scope has the name (for files outside the repository, where that is all one wants to know). */
  hasName(path: string, name: string): boolean;
  isBuiltin(node: ParseNode, name: string): boolean;
  /** What the value of an expression may be; undefined where the engine says that it is never reached. */
  valuesOf(expression: ParseNode): readonly Value[] | undefined;
  /** The class that a definition makes. */
  classOf(node: ClassNode): ClassValue | undefined;
  /** Forgets every type. Types depend on the order in which they were asked for, so that each definition starts afresh. */
  forget(): void;
  childrenOf(node: ParseNode): readonly ParseNode[];
}

export interface ImportedModule {
  readonly found: boolean;
  readonly files: readonly (string | undefined)[];
}

export type Value =
  | { readonly kind: "unknown" | "none" | "function" }
  | { readonly kind: "module"; readonly path: string }
  | ClassValue;

export interface ClassValue {
  readonly kind: "class" | "instance";
  readonly isProtocol: boolean;
  /** In the order of method resolution; `undefined` is a base class that is not known. */
  readonly bases: readonly (BaseClass | undefined)[];
  readonly metaclass: readonly (BaseClass | undefined)[];
}

export interface BaseClass {
  readonly path: string;
  readonly name: string;
  /** None for a class that a call made, such as a `namedtuple`. */
  readonly node: ClassNode | undefined;
  readonly isProtocol: boolean;
  has(name: string): boolean;
  /** `self.name = …` in one of its methods. */
  assignsThroughSelf(name: string): boolean;
}

/** How the engine sees the files, and where it finds what is imported. */
export interface EngineFiles {
  readonly folder: string;
  /** Whether a path belongs to the repository; others are read as they are. */
  contains(path: string): boolean;
  entries(path: string): Dirent[];
  exists(path: string): boolean;
  status(path: string): Stats;
  read(path: string): string;
  /** The file to read before this one, so that circles of imports come out the same whatever was asked first. */
  readBefore(path: string): string | undefined;
  /** The folder in which an absolute import of a file starts: `outside` where the repository has no such module. */
  importRoot(importing: string, names: readonly string[]): ImportRoot;
}
export type ImportRoot = { readonly root: string } | "outside" | "ambiguous";

interface Uri {
  getFilePath(): string;
  isEmpty(): boolean;
}
interface ImportResult {
  readonly isImportFound: boolean;
  readonly isNativeLib: boolean;
  readonly resolvedUris: readonly Uri[];
}
interface Descriptor {
  readonly leadingDots: number;
  readonly nameParts: readonly string[];
}
interface Resolver {
  resolveImportInternal(from: Uri, environment: unknown, descriptor: Descriptor): ImportResult;
  _resolveImportStrict(name: string, from: Uri, environment: unknown, descriptor: Descriptor): ImportResult;
}
interface Declaration {
  readonly node: ParseNode;
  readonly isDefinedByMemberAccess?: boolean;
}
interface EngineSymbol {
  getDeclarations(): readonly Declaration[];
  isInstanceMember(): boolean;
}
interface SymbolTable {
  get(name: string): EngineSymbol | undefined;
  has(name: string): boolean;
}
interface Type {
  readonly category: number;
  readonly priv: { readonly fileUri?: Uri; readonly subtypes?: readonly Type[] };
}
interface ClassType extends Type {
  readonly shared: {
    readonly name: string;
    readonly fileUri: Uri;
    readonly mro: readonly Type[];
    readonly fields: SymbolTable;
    readonly declaration?: { readonly node: ParseNode };
    readonly effectiveMetaclass?: Type;
  };
}
interface Evaluator extends TypeCaches {
  getType(node: ParseNode): Type | undefined;
  getTypeOfClass(node: ClassNode): { readonly classType: ClassType } | undefined;
  makeTopLevelTypeVarsConcrete(type: Type): Type;
  isNodeReachable(node: ParseNode): boolean;
  lookUpSymbolRecursive(
    node: ParseNode,
    name: string,
    honorCodeFlow: boolean,
  ): { readonly scope: { readonly type: number } } | undefined;
}
interface Program {
  readonly evaluator: Evaluator;
  readonly analyzerNodeInfoContext: unknown;
  addTrackedFile(uri: Uri): void;
  getSourceFileInfo(uri: Uri): SourceFileInfo | undefined;
  getBoundSourceFile(
    uri: Uri,
  ): { getParserOutput(): { readonly parseTree: ModuleNode } | undefined } | undefined;
  lookUpImport(
    uri: Uri,
  ): { readonly symbolTable: SymbolTable; readonly dunderAllNames?: readonly string[] } | undefined;
  _createNewEvaluator(): void;
  _bindFile(file: SourceFileInfo, ...rest: unknown[]): boolean;
}
interface SourceFileInfo {
  readonly uri: Uri;
  readonly sourceFile: { isBindingRequired(): boolean };
}

const Category = { unknown: 1, any: 2, never: 3, function: 4, overloaded: 5, class: 6, module: 7, union: 8 };
const BUILTIN_SCOPE = 5;

type Constructor<Instance> = new (...values: unknown[]) => Instance;

export function createEngine(files: EngineFiles): Engine {
  const bundle = loadBundle(TYPE_CACHES);
  const caseSensitive = { isCaseSensitive: () => true };
  const uriOf = (path: string) =>
    get<{ file(path: string, detector: object): Uri }>(bundle, "Uri").file(path, caseSensitive);
  const program = createProgram(bundle, files, uriOf, caseSensitive);
  const { getImportInfo } = bundle.find("getImportInfo") as {
    getImportInfo(node: ParseNode, reader: unknown): ImportResult | undefined;
  };
  const getChildNodes = get<(node: ParseNode) => readonly (ParseNode | undefined)[]>(bundle, "getChildNodes");
  const tracked = (path: string): Uri => {
    const uri = uriOf(path);
    if (program.getSourceFileInfo(uri) === undefined) program.addTrackedFile(uri);
    return uri;
  };
  const bind = (path: string) => program.getBoundSourceFile(tracked(path))?.getParserOutput()?.parseTree;
  const evaluator = evaluators(program, bind);
  const types = createTypeReader(bundle, evaluator.current);
  return {
    bind,
    importedFiles(node) {
      const info = getImportInfo(node, program.analyzerNodeInfoContext);
      const found = info?.isImportFound === true && !info.isNativeLib;
      return {
        found,
        files: (info?.resolvedUris ?? []).map((uri) => (uri.isEmpty() ? undefined : uri.getFilePath())),
      };
    },
    dunderAll: (path) => program.lookUpImport(tracked(path))?.dunderAllNames,
    hasName: (path, name) => program.lookUpImport(tracked(path))?.symbolTable.has(name) ?? false,
    isBuiltin: (node, name) =>
      program.evaluator.lookUpSymbolRecursive(node, name, false)?.scope.type === BUILTIN_SCOPE,
    valuesOf(expression) {
      if (!evaluator.current().isNodeReachable(expression)) return undefined;
      const type = evaluator.current().getType(expression);
      return type === undefined ? [{ kind: "unknown" }] : types.valuesOf(type);
    },
    classOf(node) {
      const type = evaluator.current().getTypeOfClass(node)?.classType;
      return type === undefined ? undefined : types.classValue(type, "class");
    },
    forget: evaluator.forget,
    childrenOf: (node) => getChildNodes(node).filter((child) => child !== undefined),
  };
}

/** The evaluator in use, and its successors; a definition that asks for no types needs no new one. */
function evaluators(
  program: Program,
  bind: Engine["bind"],
): { readonly current: () => Evaluator; readonly forget: () => void } {
  let kept: KeptTypes | undefined;
  let isFresh = false;
  return {
    current() {
      if (isFresh) return program.evaluator;
      program._createNewEvaluator();
      if (kept === undefined) {
        kept = new KeptTypes(program.evaluator, bind(standardStub("builtins"))?.d.statements ?? []);
        program._createNewEvaluator();
      }
      kept.giveTo(program.evaluator);
      isFresh = true;
      return program.evaluator;
    },
    forget() {
      isFresh = false;
    },
  };
}

function get<Export>(bundle: Bundle, name: string): Export {
  return bundle.find(name)[name] as Export;
}

function createProgram(
  bundle: Bundle,
  files: EngineFiles,
  uriOf: (path: string) => Uri,
  caseSensitive: object,
): Program {
  const console = new (get<Constructor<object>>(bundle, "NullConsole"))();
  const cacheManager = new (get<Constructor<{ pauseTracking(): unknown }>>(bundle, "CacheManager"))();
  // A paused manager never says that memory runs short, so that no cache is ever emptied.
  cacheManager.pauseTracking();
  const services = get<(...services: object[]) => object>(bundle, "createServiceProvider")(
    createFileSystem(bundle, files, console, caseSensitive),
    console,
    caseSensitive,
    cacheManager,
  );
  const options = new (get<Constructor<Record<string, unknown>>>(bundle, "ConfigOptions"))(
    uriOf(files.folder),
  );
  (options["initializeTypeCheckingMode"] as (mode: string) => void).call(options, "off");
  Object.assign(options, {
    defaultPythonPlatform: "All",
    useLibraryCodeForTypes: false,
    skipNativeLibraries: true,
  });
  const host = new (get<Constructor<object>>(bundle, "NoAccessHost"))();
  const resolver = createImportResolver(bundle, files, uriOf, services, options, host);
  const program = new (get<Constructor<Program>>(bundle, "Program"))(resolver, options, services);
  orderBinding(program, files, uriOf);
  return program;
}

/** A file is bound when something is first looked up in it, and what a star import finds in one that is being bound is nothing. */
function orderBinding(program: Program, files: EngineFiles, uriOf: (path: string) => Uri): void {
  const bind = program._bindFile.bind(program);
  program._bindFile = (file, ...rest) => {
    const path = file.uri.getFilePath();
    const before = files.contains(path) ? files.readBefore(path) : undefined;
    if (before !== undefined && before !== path) {
      const uri = uriOf(before);
      if (program.getSourceFileInfo(uri) === undefined) program.addTrackedFile(uri);
      const first = program.getSourceFileInfo(uri);
      if (first?.sourceFile.isBindingRequired() === true) bind(first);
    }
    // Binding the other one may have bound this one.
    return file.sourceFile.isBindingRequired() ? bind(file, ...rest) : true;
  };
}

/** Imports start where the repository says (`roots.ts`), never in a folder that merely contains the importing file. */
function createImportResolver(
  bundle: Bundle,
  files: EngineFiles,
  uriOf: (path: string) => Uri,
  services: object,
  options: object,
  host: object,
): object {
  const Base = get<Constructor<Resolver>>(bundle, "ImportResolver");
  const Environment = get<Constructor<object>>(bundle, "ExecutionEnvironment");
  const environments = new Map<string, object>();
  const environment = (root: string): object => {
    const known = environments.get(root);
    if (known !== undefined) return known;
    const rules = (options as { diagnosticRuleSet: object }).diagnosticRuleSet;
    const made = new Environment("python", uriOf(root), rules, undefined, "All", undefined, true);
    environments.set(root, made);
    return made;
  };
  class RootedResolver extends Base {
    override resolveImportInternal(from: Uri, given: unknown, descriptor: Descriptor): ImportResult {
      const { leadingDots, nameParts } = descriptor;
      const name = ".".repeat(leadingDots) + nameParts.join(".");
      const importing = from.getFilePath();
      if (leadingDots > 0) return this._resolveImportStrict(name, from, given, descriptor);
      if (!files.contains(importing)) {
        return this._resolveImportStrict(name, from, environment(NOWHERE), descriptor);
      }
      const root = files.importRoot(importing, nameParts);
      if (root === "ambiguous") return notFound(name);
      const start = root === "outside" ? NOWHERE : root.root;
      return this._resolveImportStrict(name, from, environment(start), descriptor);
    }
  }
  return new RootedResolver(services, options, host);
}

/** A folder that is never there: what is imported from it is found in the standard library's stubs, or not at all. */
const NOWHERE = "/nowhere/at/all";
const LOCAL_IMPORT = 2;

function notFound(importName: string): ImportResult {
  return Object.assign(
    { isImportFound: false, isNativeLib: false, resolvedUris: [] },
    {
      importName,
      isRelative: false,
      isPartlyResolved: false,
      isNamespacePackage: false,
      isInitFilePresent: false,
      isStubPackage: false,
      isStubFile: false,
      importType: LOCAL_IMPORT,
    },
  );
}

function createFileSystem(
  bundle: Bundle,
  files: EngineFiles,
  console: object,
  caseSensitive: object,
): object {
  interface FileSystem {
    existsSync(uri: Uri): boolean;
    readdirEntriesSync(uri: Uri): Dirent[];
    readdirSync(uri: Uri): string[];
    statSync(uri: Uri): Stats;
    readFileSync(uri: Uri, encoding?: string | null): string | Buffer;
  }
  const Base = get<Constructor<FileSystem>>(bundle, "RealFileSystem");
  class RepositoryFileSystem extends Base {
    override existsSync(uri: Uri): boolean {
      const path = uri.getFilePath();
      return files.contains(path) ? files.exists(path) : super.existsSync(uri);
    }
    override readdirEntriesSync(uri: Uri): Dirent[] {
      const path = uri.getFilePath();
      return files.contains(path) ? files.entries(path) : super.readdirEntriesSync(uri);
    }
    override readdirSync(uri: Uri): string[] {
      const path = uri.getFilePath();
      return files.contains(path) ? files.entries(path).map(({ name }) => name) : super.readdirSync(uri);
    }
    override statSync(uri: Uri): Stats {
      const path = uri.getFilePath();
      return files.contains(path) ? files.status(path) : super.statSync(uri);
    }
    override readFileSync(uri: Uri, encoding?: string | null): string | Buffer {
      const path = uri.getFilePath();
      if (!files.contains(path)) return super.readFileSync(uri, encoding);
      const text = files.read(path);
      return encoding === undefined || encoding === null ? Buffer.from(text) : text;
    }
  }
  return new RepositoryFileSystem(caseSensitive, console, {});
}

interface TypeReader {
  valuesOf(type: Type): readonly Value[];
  classValue(type: ClassType, kind: "class" | "instance"): ClassValue;
}

function createTypeReader(bundle: Bundle, evaluator: () => Evaluator): TypeReader {
  const { isClassInstance, ClassType } = bundle.find("isClassInstance") as {
    isClassInstance(type: Type): boolean;
    ClassType: {
      isProtocolClass(type: ClassType): boolean;
      isBuiltIn(type: ClassType, name: string): boolean;
    };
  };
  const isClass = (type: Type | undefined): type is ClassType => type?.category === Category.class;
  const baseClass = (type: Type): BaseClass | undefined => {
    if (!isClass(type)) return undefined;
    const { shared } = type;
    const node = shared.declaration?.node;
    return {
      path: shared.fileUri.getFilePath(),
      name: shared.name,
      node: node !== undefined && isClassNode(node) ? node : undefined,
      isProtocol: ClassType.isProtocolClass(type),
      has: (name) => shared.fields.has(name),
      assignsThroughSelf: (name) =>
        shared.fields
          .get(name)
          ?.getDeclarations()
          .some((declaration) => declaration.isDefinedByMemberAccess === true) ?? false,
    };
  };
  const classValue = (type: ClassType, kind: "class" | "instance"): ClassValue => {
    const metaclass = type.shared.effectiveMetaclass;
    return {
      kind,
      isProtocol: ClassType.isProtocolClass(type),
      bases: type.shared.mro.map(baseClass),
      metaclass: isClass(metaclass) ? metaclass.shared.mro.map(baseClass) : [undefined],
    };
  };
  const valueOf = (type: Type): Value => {
    if (isClass(type)) {
      const isInstance = isClassInstance(type);
      if (isInstance && ClassType.isBuiltIn(type, "NoneType")) return { kind: "none" };
      return classValue(type, isInstance ? "instance" : "class");
    }
    if (type.category === Category.function || type.category === Category.overloaded)
      return { kind: "function" };
    const path = type.category === Category.module ? type.priv.fileUri?.getFilePath() : undefined;
    return path === undefined ? { kind: "unknown" } : { kind: "module", path };
  };
  const valuesOf = (type: Type): readonly Value[] => {
    const concrete = evaluator().makeTopLevelTypeVarsConcrete(type);
    if (concrete.category === Category.never) return [];
    if (concrete.category !== Category.union) return [valueOf(concrete)];
    return (concrete.priv.subtypes ?? []).flatMap((subtype) => valuesOf(subtype));
  };
  return { valuesOf, classValue };
}

function isClassNode(node: ParseNode): node is ClassNode {
  return "suite" in node.d && "name" in node.d && !("params" in node.d);
}
