/**
 * Where the calls of a definition lead: per project and heavy, unlike `syntax.ts`. An engine that knows a
 * language's scopes, imports and inheritance runs in a process of its own, with a memory cap, started only when asked.
 * One implementation per language in `resolvers/`; each passes `resolvers/conformance.ts`.
 *
 * It answers only what is certain. A wrong edge is worse than an unresolved one: whoever makes tasks of the
 * answers rejects a definition with a site that is not settled.
 */
export interface Resolver extends AsyncDisposable {
  /** Name and version of the engine, such as `pyright 1.1.400`: part of what an answer depends on. */
  readonly engine: string;
  /**
   * Every call site of one definition: its decorators, and its body with nested definitions.
   * The answer is the same whatever was asked before.
   * @throws ResolverError `definition-not-found`, `resolver-out-of-memory`, `resolver-timed-out`, `resolver-crashed`; the next call
   * starts the process again where it ended.
   */
  resolve(definition: DefinitionKey): Promise<Resolution>;
}

export interface ResolverProvider {
  /** `python`… */
  readonly language: string;
  readonly engine: string;
  /** Starts nothing yet. `folder` holds the project's files as they are; nothing in it is executed, none of its settings is read. */
  open(options: ResolverOptions): Promise<Resolver>;
}

export interface ResolverOptions {
  /** Absolute path of a folder with the files of the tree. */
  readonly folder: string;
  /** Bytes that the process may take; it is ended and started again beyond. */
  readonly memoryBytes?: number;
  /** For one definition. */
  readonly timeoutMs?: number;
}

/** A definition as an outline of its file names it. */
export interface DefinitionKey {
  readonly path: string;
  readonly qualifiedName: string;
  readonly ordinal: number;
}

export interface Resolution {
  /** In source order. */
  readonly sites: readonly CallSite[];
}

/** A place where something is called: `f(…)`, `Class(…)`, `raise Error`, `@decorator`. */
export interface CallSite {
  readonly kind: "call" | "raise" | "decorator";
  /** Of the name that is called (the last part of `a.b.c()`), from 1. */
  readonly line: number;
  /** What is called as written, cut after 120 characters. */
  readonly text: string;
  /** Inside a function, class or lambda that is itself defined in the body. */
  readonly nested: boolean;
  readonly target: CallTarget;
}

export type CallTarget =
  /** Exactly one definition in this repository. */
  | { readonly kind: "definition"; readonly definition: DefinitionKey & { readonly line: number } }
  /** The language, its standard library, another package: surely nothing in this repository. */
  | { readonly kind: "outside" }
  /** Several definitions, at least one of them in this repository. */
  | { readonly kind: "several"; readonly definitions: readonly DefinitionKey[] }
  /** Something in this repository may be called here: a parameter, an attribute of unknown type, an import that is not found… */
  | { readonly kind: "unresolved"; readonly reason: string };
