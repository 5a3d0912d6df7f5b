import type { Edit } from "./rewrite.ts";

/** A user's name in the path of a home. Not of a route (`x.org/home/a`) or of a folder of a project (`templates/home/a`). */
const HOME =
  /(?:(?<=file:\/\/)|(?<=(?:^|\s)-[A-Za-z])|(?<![\w./~$}\])-]))(?:\/(?:home|Users)\/|[A-Za-z]:(?:\\\\|[\\/])Users(?:\\\\|[\\/]))([A-Za-z0-9_][\w.-]*)/g;
/** Names that say nothing of anybody. */
const NOBODY = /^user(?:-\d+)?$/;

/** Who has a home in these texts, each once, in order. */
export function homesIn(texts: Iterable<string>): Set<string> {
  const names = new Set<string>();
  for (const text of texts) for (const { name } of homes(text)) names.add(name);
  return names;
}

/** `user`, `user-2`…: another for each name, and none that somebody has already. */
export function namesFor(found: ReadonlySet<string>): Map<string, string> {
  const names = new Map<string, string>();
  let number = 0;
  for (const name of found) {
    if (NOBODY.test(name)) continue;
    let other = "";
    do other = ++number === 1 ? "user" : `user-${number}`;
    while (found.has(other));
    names.set(name, other);
  }
  return names;
}

export function homeEdits(text: string, names: ReadonlyMap<string, string>): Edit[] {
  return [...homes(text)].flatMap(({ name, from }) => {
    const other = names.get(name);
    return other === undefined ? [] : [{ from, to: from + name.length, text: other }];
  });
}

function* homes(text: string): Generator<{ readonly name: string; readonly from: number }> {
  for (const found of text.matchAll(HOME)) {
    // The end of a sentence is none of the name.
    const name = (found[1] ?? "").replace(/[.-]+$/, "");
    yield { name, from: found.index + found[0].length - (found[1]?.length ?? 0) };
  }
}

/** Finds folders such as `/tmp/build-*`, in which `*` stands for some of one name. */
export function rootForm(roots: readonly string[]): RegExp | undefined {
  if (roots.length === 0) return undefined;
  const forms = roots
    .toSorted((a, b) => b.length - a.length)
    .map((root) =>
      root
        .replace(/[/\\]+$/, "")
        .split("*")
        .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"))
        .join("[^/\\\\\\s\"'`:]+"),
    );
  return new RegExp(`(?<![\\w.~-])(?:${forms.join("|")})(?![\\w-]|\\.\\w)`, "g");
}
