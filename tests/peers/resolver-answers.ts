import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { CallSite } from "../../src/resolver.ts";
import { findResolver } from "../../src/resolvers/index.ts";
import { python } from "../../src/syntaxes/python/index.ts";

/**
 * What our resolver says of every function of a repository, as JSON for a peer's `check.py`.
 *
 * node tests/peers/resolver-answers.ts FOLDER OUT.json
 */
const [folder = ".", out = "answers.json"] = process.argv.slice(2);
const provider = findResolver("python");
if (provider === undefined) throw new Error("there is no resolver of Python");
await using resolver = await provider.open({ folder });

interface Answer {
  readonly path: string;
  readonly name: string;
  readonly ordinal: number;
  readonly line: number;
  readonly firstLine: number;
  readonly decorators: number;
  readonly kind: string;
  readonly sites: readonly CallSite[];
}
const answers: Answer[] = [];
const names = await readdir(folder, { recursive: true });
for (const file of names.filter((name) => name.endsWith(".py")).sort()) {
  const source = python.decode(await readFile(path.join(folder, file)));
  if ("problem" in source) continue;
  for (const { kind, qualifiedName, ordinal, line, firstLine, decorators } of python.outline(source)
    .definitions) {
    const definition = { path: file, qualifiedName, ordinal };
    const sites = kind === "class" ? [] : (await resolver.resolve(definition).catch(() => undefined))?.sites;
    if (sites === undefined) continue;
    answers.push({
      path: file,
      name: qualifiedName,
      ordinal,
      line,
      firstLine,
      decorators: decorators.length,
      kind,
      sites,
    });
  }
}
await writeFile(out, JSON.stringify(answers));
