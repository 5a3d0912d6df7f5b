/** Trees of files in memory, and edits of them: what the suite's repositories and patches are made of. */
export interface File {
  readonly content: Buffer;
  /** As git writes it: a file, a program, a link (its content is the target), a submodule (its content is the commit). */
  readonly mode: "100644" | "100755" | "120000" | "160000";
}
export type Files = ReadonlyMap<string, File>;
export type Edit = (files: Files) => Files;

/** Text is UTF-8, bytes are as they are. */
export function filesOf(contents: Readonly<Record<string, string | Buffer>>): Files {
  return new Map(Object.entries(contents).map(([path, content]) => [path, fileOf(content)]));
}

export function fileOf(content: string | Buffer, mode: File["mode"] = "100644"): File {
  return { content: Buffer.from(content), mode };
}

/** One edit after the other. */
export function all(...edits: readonly Edit[]): Edit {
  return (files) => edits.reduce((current, edit) => edit(current), files);
}

export function write(path: string, content: string | Buffer, mode?: File["mode"]): Edit {
  return (files) => new Map([...files, [path, fileOf(content, mode ?? files.get(path)?.mode ?? "100644")]]);
}

export function remove(path: string): Edit {
  return (files) => {
    required(files, path);
    return new Map([...files].filter(([name]) => name !== path));
  };
}

export function rename(from: string, to: string): Edit {
  return (files) => all(remove(from), put(to, required(files, from)))(files);
}

export function setMode(path: string, mode: File["mode"]): Edit {
  return (files) => put(path, { ...required(files, path), mode })(files);
}

/** Replaces the first place of a text, which must be there: an edit that misses would prove nothing. */
export function replace(path: string, from: string, to: string): Edit {
  return change(path, (text) => {
    const at = text.indexOf(bytes(from));
    if (at === -1) throw new Error(`${path} does not hold ${JSON.stringify(from)}`);
    return text.slice(0, at) + bytes(to) + text.slice(at + bytes(from).length);
  });
}

export function insertAfter(path: string, anchor: string, text: string): Edit {
  return replace(path, anchor, anchor + text);
}

export function insertBefore(path: string, anchor: string, text: string): Edit {
  return replace(path, anchor, text + anchor);
}

export function append(path: string, text: string): Edit {
  return change(path, (before) => before + bytes(text));
}

export function prepend(path: string, text: string): Edit {
  return change(path, (before) => bytes(text) + before);
}

/** Changes a file's bytes, one character each. */
export function change(path: string, how: (text: string) => string): Edit {
  return (files) => {
    const { content, mode } = required(files, path);
    return put(path, { content: Buffer.from(how(content.toString("latin1")), "latin1"), mode })(files);
  };
}

/** A text's UTF-8 bytes, one character each. */
export function bytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

function put(path: string, file: File): Edit {
  return (files) => new Map([...files, [path, file]]);
}

function required(files: Files, path: string): File {
  const file = files.get(path);
  if (file === undefined) throw new Error(`there is no file ${path}`);
  return file;
}

/** The line, from 0, on which a text starts; it must be there. */
export function lineOf(files: Files, path: string, text: string): number {
  const content = required(files, path).content.toString("latin1");
  const at = content.indexOf(bytes(text));
  if (at === -1) throw new Error(`${path} does not hold ${JSON.stringify(text)}`);
  return content.slice(0, at).split("\n").length - 1;
}
