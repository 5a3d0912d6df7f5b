import type { Definition } from "../../syntax.ts";

/** What a text says of where the answer is. */

/** Whether a text names a file: by its path or the end of it, its name, or its module. */
export function namesFile(text: string, path: string): boolean {
  return fileNames(path).some((name) => name.test(text));
}

function fileNames(path: string): RegExp[] {
  const parts = path.split("/");
  const file = parts.at(-1) ?? path;
  const stem = file.replace(/\.[^.]*$/, "");
  const modules = [...parts.slice(0, -1).filter((part) => part !== "src" && part !== "lib"), stem];
  const dotted = modules.length > 1 ? [modules.slice(-2).join(".")] : [];
  const names = [whole(file), ...dotted.map(whole)];
  // A package's own name says nothing; a module's says everything, but only where it is meant as one.
  if (["__init__", "index", "main"].includes(stem)) return names;
  return [
    ...names,
    asCode(stem),
    RegExp(`\\b${escaped(stem)} (?:module|file)\\b|\\bmodule ${escaped(stem)}\\b`, "i"),
  ];
}

/** Whether a text names a definition, or one that it lies in. */
export function namesDefinition(text: string, definition: Definition): boolean {
  return definition.qualifiedName.split(".").some((name) => namesIdentifier(text, name));
}

/**
 * Whether a text speaks of an identifier. A name that could not be a plain word (`max_depth`, `ColdStore`) is found as
 * a whole word; one that could (`place`, `Table`) only where it is written as code is.
 */
function namesIdentifier(text: string, name: string): boolean {
  if (name === "__init__") return false;
  const bare = name.replace(/^_+|_+$/g, "");
  if (bare === "") return false;
  if (isUnmistakable(name)) return whole(name).test(text) || (isUnmistakable(bare) && whole(bare).test(text));
  return asCode(name).test(text) || (bare !== name && asCode(bare).test(text));
}

export function isUnmistakable(name: string): boolean {
  return /[^_]_[^_]|^__.*__$|\p{Ll}\p{Lu}|\p{Lu}{2,}\p{Ll}|\p{L}\d/u.test(name);
}

/** In backticks, alone in an item of a list, called, looked up in something, or called a function; with a capital also what something is looked up in. */
function asCode(name: string): RegExp {
  const plain = escaped(name);
  const capital = `|\\b${plain}\\.[a-z_]\\w|\\b${plain}\`* (?:object|instance)s?\\b`;
  return RegExp(
    `(?<!\`)\`{1,2}(?:[\\w.]+\\.)?${plain}(?:\\(\\S*\\))?\`|(?<![\\w])${plain}\\(|[\\w)\\]]\\.${plain}\\b|` +
      `\\b(?:function|method|class|decorator|helper) \`*${plain}\\b|\\b${plain}\`* (?:function|method|class|decorator|helper)\\b` +
      `|^\\s*[-*•] ${plain}\\s*$` +
      (/^\p{Lu}/u.test(name) ? capital : ""),
    "m",
  );
}

function whole(name: string): RegExp {
  return RegExp(`(?<![\\w])${escaped(name)}(?![\\w])`);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

const FRAME =
  /^\s*(?:File "[^"\n]*", line \d+.*|at .*:\d+:\d+\)?|[\w./-]+\.\w+:\d+: .*)(?:\n[ \t]+\S.*)?$|^\s*Traceback \(most recent call last\):$/gm;

/** A text without the frames of stack traces. */
export function withoutFrames(text: string): string {
  return text.replace(FRAME, "");
}
