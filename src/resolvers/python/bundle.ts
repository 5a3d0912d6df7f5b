import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { runInThisContext } from "node:vm";

/**
 * The modules inside the engine's published bundle. It exports a command line only; its two chunks hold
 * numbered module functions, which are found here by a name that each is known to export. The package is pinned to one exact
 * version, so that a name that is missing means another package than the one this was written for.
 */
const require = createRequire(import.meta.url);

type ModuleFunction = (
  this: unknown,
  module: { exports: Record<string, unknown> },
  exports: Record<string, unknown>,
  require: BundleRequire,
) => void;
interface Chunk {
  readonly modules: Readonly<Record<string, ModuleFunction>>;
}
interface BundleRequire {
  (id: number | string): Record<string, unknown>;
  d(target: object, getters: Readonly<Record<string, () => unknown>>): void;
  r(target: object): void;
  o(target: object, key: string): boolean;
  n(module: object): () => object;
  nmd<Module>(module: Module): Module;
}

/** Node's own modules, by the numbers that stand for them in the bundle's entry. */
const NODE_MODULE = /(\d+)\((\w+)\)\{\2\.exports=require\("([\w/:]+)"\)\}/g;

export interface Bundle {
  /** What the module that exports `name` exports. */
  find(name: string): Record<string, unknown>;
}

/** Source text to put into the module that exports `name`, before a text that stands there exactly once. */
export interface Insertion {
  readonly name: string;
  readonly before: string;
  readonly text: string;
}

export function loadBundle(insertion: Insertion): Bundle {
  const dist = distFolder();
  // Where the bundle looks for the stubs of the standard library.
  Object.assign(globalThis, { __rootDirectory: dist + path.sep });
  const own = chunk(path.join(dist, "pyright-internal.js"));
  const modules: Record<string, ModuleFunction> = {
    ...chunk(path.join(dist, "vendor.js")),
    ...own,
    ...nodeModules(path.join(dist, "pyright.js")),
  };
  const texts = Object.entries(own).map(([id, module]) => [id, String(module)] as const);
  const found = new Map<string, Record<string, unknown>>();
  const search = (name: string): readonly [id: string, text: string] => {
    const exporting = new RegExp(String.raw`\b[a-z]\.${name}=(?!void 0)`);
    // Looking for the plain words first spares the expression most of some ten megabytes.
    const [first, ...others] = texts.filter(([, text]) => text.includes(`.${name}=`) && exporting.test(text));
    if (first === undefined || others.length > 0)
      throw new Error(`pyright has no single module with ${name}`);
    return first;
  };
  const [id, text] = search(insertion.name);
  modules[id] = withInsertion(id, text, insertion);
  const load = createLoader(modules);
  return {
    find(name) {
      const known = found.get(name) ?? load(search(name)[0]);
      found.set(name, known);
      return known;
    },
  };
}

function chunk(file: string): Readonly<Record<string, ModuleFunction>> {
  return (require(file) as Chunk).modules;
}

function withInsertion(
  id: string,
  text: string,
  { name, before, text: inserted }: Insertion,
): ModuleFunction {
  const [start, end, ...others] = text.split(before);
  if (start === undefined || end === undefined || others.length > 0)
    throw new Error(`pyright's module with ${name} has not, or not once, ${before}`);
  const modules = runInThisContext(`({${start}${inserted}${before}${end}})`) as Chunk["modules"];
  const module = modules[id];
  if (module === undefined) throw new Error(`pyright's module with ${name} cannot be read again`);
  return module;
}

function nodeModules(entry: string): Record<string, ModuleFunction> {
  const text = readFileSync(entry, "utf8");
  return Object.fromEntries(
    [...text.matchAll(NODE_MODULE)].map(([, id = "", , name = ""]): [string, ModuleFunction] => [
      id,
      // An optional dependency of the bundle, for watching files on macOS.
      (module) =>
        void (module.exports = name === "fsevents" ? {} : (require(name) as Record<string, unknown>)),
    ]),
  );
}

/** The bundler's `require` with the helpers that its modules call. */
function createLoader(modules: Readonly<Record<string, ModuleFunction>>): BundleRequire {
  const loaded = new Map<string, { exports: Record<string, unknown> }>();
  const load = (id: number | string): Record<string, unknown> => {
    const key = String(id);
    const known = loaded.get(key);
    if (known !== undefined) return known.exports;
    const source = modules[key];
    if (source === undefined) throw new Error(`pyright has no module ${key}`);
    const module = { exports: {} as Record<string, unknown> };
    loaded.set(key, module);
    source.call(module.exports, module, module.exports, loader);
    return module.exports;
  };
  const loader: BundleRequire = Object.assign(load, {
    d(target: object, getters: Readonly<Record<string, () => unknown>>) {
      for (const [name, get] of Object.entries(getters)) {
        if (!Object.hasOwn(target, name)) Object.defineProperty(target, name, { enumerable: true, get });
      }
    },
    r: (target: object) => void Object.defineProperty(target, "__esModule", { value: true }),
    o: (target: object, key: string) => Object.hasOwn(target, key),
    n: (module: object) => Object.assign(() => module, { a: module }),
    nmd: <Module>(module: Module) => Object.assign(module as object, { paths: [], children: [] }) as Module,
  });
  return loader;
}

/** Top-level modules of the standard library, those of former versions included. */
export function standardLibrary(): ReadonlySet<string> {
  const dist = distFolder();
  const versions = readFileSync(path.join(dist, "typeshed-fallback", "stdlib", "VERSIONS"), "utf8");
  return new Set([...versions.matchAll(/^([\w]+)[.\w]*:/gm)].map(([, name = ""]) => name));
}

/** The stub of a module of the standard library. */
export function standardStub(module: string): string {
  return path.join(distFolder(), "typeshed-fallback", "stdlib", `${module}.pyi`);
}

export function engineVersion(): string {
  return (require("pyright/package.json") as { version: string }).version;
}

function distFolder(): string {
  return path.join(path.dirname(require.resolve("pyright/package.json")), "dist");
}
