/**
 * Compares our decision on what is the same code with the TypeScript compiler's reading, on edits of real files.
 * Prints figures as JSON and every disagreement; ends with 1 when there is one.
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createRandom } from "../../src/base/random.ts";
import { compareEdits, type Outcome, readable, settledBecause } from "./compare.ts";
import { chooseFiles, fetchPackages } from "./files.ts";
import { packages } from "./packages.ts";

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const folder = path.join(root, ".scale-javascript");
const [seed = "1", filesEach = "12", editsEach = "8"] = process.argv.slice(2);

await fetchPackages(packages, folder);
const random = createRandom(seed, "scale");
const refused = new Map<string, number>();
const outcomes: Omit<Outcome, "after">[] = [];
const disagreements: Outcome[] = [];
let files = 0;
let settled = 0;
for (const name of packages) {
  const chosen = chooseFiles(
    path.join(folder, name.replaceAll("/", "+")),
    Number(filesEach),
    random.scope(name),
  );
  for (const file of chosen) {
    const edited = readable(file);
    if (typeof edited === "string") {
      refused.set(edited, (refused.get(edited) ?? 0) + 1);
      if (edited !== "refused by both" && !/@(?:no)?flow\b/.test(file.text))
        process.stderr.write(`${edited}: ${file.path}\n`);
      continue;
    }
    files++;
    for (const outcome of compareEdits(
      file.path,
      edited,
      Number(editsEach),
      random.scope(file.path.slice(folder.length)),
    )) {
      const { after: _, ...kept } = outcome;
      outcomes.push(kept);
      if (outcome.expected === outcome.found) continue;
      if (outcome.found === "different" && settledBecause(outcome) !== undefined) settled++;
      else disagreements.push(outcome);
    }
  }
}
for (const { path: name, edit, expected, found, detail, after } of disagreements) {
  process.stderr.write(`${name}: ${edit}: expected ${expected}, found ${found} ${detail}\n`);
  if (process.env["SHOW"] !== undefined) process.stderr.write(`${after}\n`);
}
const count = (kind: Outcome["kind"], expected: Outcome["expected"]) =>
  outcomes.filter((outcome) => outcome.kind === kind && outcome.expected === expected).length;
const figures = {
  packages: packages.length,
  files,
  refused: Object.fromEntries(refused),
  comment_edits: { same: count("comment edit", "same"), different: count("comment edit", "different") },
  mutants: { same: count("mutant", "same"), different: count("mutant", "different") },
  disagreements: { settled, open: disagreements.length },
};
process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
process.exitCode = disagreements.length === 0 ? 0 : 1;
