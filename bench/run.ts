/** `npm run bench [-- NAME…]`: runs `bench/<name>/run.ts` and prints one JSON line per figure. */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Figure } from "./figure.ts";

const root = import.meta.dirname;
const known = readdirSync(root)
  .filter((name) => existsSync(path.join(root, name, "run.ts")))
  .sort();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`error: no bench ${unknown.join(", ")}; there are ${known.join(", ")}`);
  process.exit(2);
}
for (const name of wanted.length === 0 ? known : wanted) {
  const file = pathToFileURL(path.join(root, name, "run.ts")).href;
  const { bench } = (await import(file)) as { bench(): Promise<readonly Figure[]> };
  for (const figure of await bench()) console.log(JSON.stringify({ bench: name, ...figure }));
}
