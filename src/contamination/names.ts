import type { RepositoryReference } from "../instance.ts";
import { BENCHMARKS } from "./benchmarks.ts";

export interface NameMatch {
  readonly reason: "benchmark-name" | "benchmark-basename";
  readonly benchmark: string;
  /** The repository that it is, or is called as. */
  readonly repository: string;
}

interface Listed {
  readonly benchmark: string;
  readonly repository: string;
}

const byName = new Map<string, Listed>();
const byBasename = new Map<string, Listed>();
for (const { benchmark, repositories } of BENCHMARKS) {
  for (const { name, also = [] } of repositories) {
    const listed = { benchmark, repository: name };
    for (const one of [name, ...also]) {
      const key = one.toLowerCase();
      if (key.includes("/")) byName.set(key, byName.get(key) ?? listed);
      for (const form of formsOf(basename(key))) byBasename.set(form, byBasename.get(form) ?? listed);
    }
  }
}

/** Whether a repository has the name of one that a benchmark is made of, by its owner and name, one that it had before, or its name alone. */
export function matchName({ name, url }: Pick<RepositoryReference, "name" | "url">): NameMatch | undefined {
  const names = [name, ...(url === undefined ? [] : [nameOfUrl(url)])].map((one) => one.toLowerCase());
  for (const one of names) {
    const listed = byName.get(one);
    if (listed !== undefined) return { reason: "benchmark-name", ...listed };
  }
  for (const form of names.flatMap((one) => formsOf(basename(one)))) {
    const listed = byBasename.get(form);
    if (listed !== undefined) return { reason: "benchmark-basename", ...listed };
  }
  return undefined;
}

function basename(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** Owner and name in a URL, or what comes closest. */
function nameOfUrl(url: string): string {
  return url
    .replace(/\.git\/?$/, "")
    .split(/[/:]/)
    .slice(-2)
    .join("/");
}

/** `python-attrs`, `attrs.py` and an unpacked `attrs-25.3.0` are called as `attrs` is. */
function formsOf(name: string): string[] {
  const plain = name.replace(/[-_]v?\d+(\.\d+)+.*$/, "").replaceAll(/[._]/g, "-");
  return [...new Set([plain, plain.replace(/^python-|-(python|py)$/g, "")])];
}
