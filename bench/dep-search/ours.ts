/**
 * Usage: node ours.ts FOLDER FILE: resolves the functions that FILE lists (JSON: [[path, qualified name, ordinal], …]) one
 * after the other. Prints how many there were, how many of them are settled, and the dependencies found.
 */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { ResolverError } from "../../src/base/errors.ts";
import { python } from "../../src/resolvers/python/index.ts";

const [folder = ".", file = ""] = process.argv.slice(2);
const wanted = z
  .array(z.tuple([z.string(), z.string(), z.int()]))
  .parse(JSON.parse(readFileSync(file, "utf8")));
await using resolver = await python.open({ folder });
let settled = 0;
let dependencies = 0;
let refused = 0;
for (const [path, qualifiedName, ordinal] of wanted) {
  try {
    const { sites } = await resolver.resolve({ path, qualifiedName, ordinal });
    const found = new Set(
      sites.flatMap(({ target }) =>
        target.kind === "definition"
          ? [JSON.stringify([target.definition.path, target.definition.line])]
          : [],
      ),
    );
    dependencies += found.size;
    if (sites.every(({ target }) => target.kind === "definition" || target.kind === "outside")) settled++;
  } catch (error) {
    if (!(error instanceof ResolverError)) throw error;
    refused++;
  }
}
console.log(JSON.stringify({ looked_at: wanted.length, settled, dependencies, refused }));
