/** Orders paths as git does: by the bytes of their UTF-8 form. */
export function comparePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return byteRank(left) - byteRank(right);
  }
  return a.length - b.length;
}

/** UTF-16 puts U+10000 and up (surrogates) before U+E000; UTF-8 puts them last. */
function byteRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}

/**
 * Why a path may not be a file of a tree: it leaves the tree (absolute, `..`, an empty part, a control character
 * that git cannot store), or it reaches into git's own folder under any of its spellings.
 */
export function pathProblem(path: string): "outside-tree" | "touches-git" | undefined {
  if (path === "" || path.includes("\0") || !path.isWellFormed()) return "outside-tree";
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..")) return "outside-tree";
  return parts.some(isGitFolder) ? "touches-git" : undefined;
}

// Code points that some file systems ignore in names; git's own list.
const IGNORABLE = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu;

/** Whether some file system would take this name for `.git`: other case, trailing dots, streams, short names. */
export function isGitFolder(name: string): boolean {
  return name.split("\\").some((part) => {
    const plain = part.replace(IGNORABLE, "").toLowerCase();
    const [stream = ""] = plain.split(":", 1);
    return /^(?:\.git|git~1)[. ]*$/.test(stream);
  });
}
