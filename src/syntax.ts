/**
 * What a task family needs to know of source code, per file and fast: definitions, docstrings,
 * comments, whether a file is valid, and whether two files are the same code. One implementation per
 * language in `syntaxes/`; each passes `syntaxes/conformance.ts`.
 *
 * Offsets count UTF-16 code units of the decoded text, from 0, end exclusive. Lines count from 1, inclusive.
 */
export interface Syntax {
  /** `python`, `typescript`… */
  readonly language: string;
  /** Whether this syntax reads the file of that path. */
  handles(path: string): boolean;
  /** Decodes a file by the language's own rules (byte order mark, coding cookie). */
  decode(content: Uint8Array): DecodedSource | Undecodable;
  /** All definitions in source order. Works on broken files as far as it can; `valid` is by the parser, see `validity`. */
  outline(source: DecodedSource): Outline;
  /** Whether the language itself accepts the file, by a parser as strict as the language's own. */
  validity(source: DecodedSource): Validity;
  /** Whether two versions of one file are the same code once comments and docstrings are taken out. */
  sameCode(before: DecodedSource, after: DecodedSource): CodeComparison;
  /**
   * The edit that takes a definition's docstring away and leaves the file valid and the same code.
   * @throws TaskError `no-docstring`, or `docstring-not-removable` where that cannot be had.
   */
  removeDocstring(source: DecodedSource, definition: Definition): TextEdit;
  /** The edit that gives a definition a docstring with this text, in place of the one it has; the same code otherwise. */
  insertDocstring(source: DecodedSource, definition: Definition, docstring: string): TextEdit;
  /** What comes after a definition's header and docstring; undefined for one without a body. For languages in which bodies are asked for. */
  bodyOf?(source: DecodedSource, definition: Definition): Body | undefined;
  /** The import statements of the module itself, those under conditions left out. Where `bodyOf` is. */
  imports?(source: DecodedSource): readonly Import[];
  /** All comments in source order, docstrings that are comments included. Works on broken files as far as it can. */
  comments(source: DecodedSource): readonly Comment[];
  /** What starts a comment that ends with its line: `#`, `//`. */
  readonly lineComment: string;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface TextEdit extends Span {
  readonly text: string;
}

/** From the header's colon, or the end of the docstring, to the end of the definition. */
export interface Body extends Span {
  /** White space before its statements when they stand on lines of their own. */
  readonly indent: string;
}

/** One whole logical line. */
export interface Import extends Span {
  /** What it binds in the module; `*` for whatever there is. */
  readonly names: readonly string[];
  /** As written, such as `json`, `.core` or `__future__`. */
  readonly modules: readonly string[];
}

export interface DecodedSource {
  readonly text: string;
  /** `utf-8`, `latin-1`… as the language names it; `encode` writes it back, byte for byte. */
  readonly encoding: string;
  /** @throws RangeError when a character has no place in the encoding. */
  encode(text: string): Uint8Array;
}

export interface Undecodable {
  /** `unknown-encoding` or `bytes-do-not-decode`. */
  readonly problem: "unknown-encoding" | "bytes-do-not-decode";
  readonly detail: string;
}

export interface Outline {
  readonly definitions: readonly Definition[];
  /** The parser met an error somewhere; what is listed may be incomplete. */
  readonly broken: boolean;
}

export interface Definition {
  readonly kind: "function" | "method" | "class";
  /** The bare name. */
  readonly name: string;
  /** Names from the module down, joined by `.`, such as `Client.send` or `outer.inner`. */
  readonly qualifiedName: string;
  /** Which one of several definitions of the same qualified name in this file, from 0 in source order. */
  readonly ordinal: number;
  /** From the first decorator to the end of the body. */
  readonly span: Span;
  /** The line of the `def` or `class` keyword (or what names the definition in that language). */
  readonly line: number;
  /** The line of the first decorator, or `line`. */
  readonly firstLine: number;
  readonly lastLine: number;
  readonly docstring?: Docstring;
  /** Statements directly in the body, the docstring not counted. */
  readonly bodyStatements: number;
  /** Parameter names as written, without `self`/`cls`, stars and defaults. */
  readonly parameters: readonly string[];
  /** The definition that contains this one, as an index into `definitions`. */
  readonly parent?: number;
  readonly decorators: readonly string[];
  /** Names called in the body (the last part of `a.b.c()`), in order, without repeats; nested definitions included. */
  readonly calls: readonly string[];
  /** Names raised in the body, in order, without repeats. */
  readonly raises: readonly string[];
  /** The body returns or yields something. */
  readonly returns: "value" | "nothing" | "yields";
  /** Nothing but a docstring, `pass` or `...`: a stub, an abstract method, an overload. */
  readonly isStub: boolean;
}

export interface Docstring {
  /** What the literal stands for, indentation cleaned as the language's tools do. */
  readonly text: string;
  /** The literal with its quotes and prefix. */
  readonly span: Span;
  readonly firstLine: number;
  readonly lastLine: number;
}

export type Validity =
  | { readonly valid: true }
  | { readonly valid: false; readonly line: number; readonly message: string };

/**
 * `same`: only comments and docstrings differ, and which. `different`: the code differs, from `line` of the new file.
 */
export type CodeComparison =
  | {
      readonly same: true;
      /** Definitions (qualified name and ordinal; `""` is the module) whose docstring was added, removed or changed. */
      readonly docstrings: readonly {
        readonly qualifiedName: string;
        readonly ordinal: number;
        readonly change: ChangeKind;
      }[];
      readonly comments: readonly CommentChange[];
    }
  | {
      readonly same: false;
      readonly reason: "code-changed" | "now-invalid";
      readonly line: number;
      readonly detail: string;
    };

export type ChangeKind = "added" | "removed" | "changed";

export interface Comment {
  /** As written, with its markers, such as `# note` or `/* note *\/`; a line comment without its line's end. */
  readonly text: string;
  readonly span: Span;
  readonly firstLine: number;
  readonly lastLine: number;
  /** Nothing but white space stands before it on its first line, and after it on its last. */
  readonly ownLine: boolean;
}

export interface CommentChange {
  readonly change: ChangeKind;
  /** In the new file; for a removed comment, in the old one. */
  readonly line: number;
  /** With its marker, such as `# note`. */
  readonly text: string;
  /** A comment that steers a tool or the language (`# type:`, `# noqa`, `//go:build`, a shebang…). */
  readonly directive: boolean;
}
