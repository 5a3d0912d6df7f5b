import path from "node:path";
import { fuzzDiffs } from "./fuzz/fuzz.ts";
import { gradeAtScale } from "./grading.ts";
import { fetchPackages } from "./packages.ts";
import type { Tally } from "./tally.ts";

/** Small packages of many styles: decorators, CRLF, type parameters, stubs, tabs, Latin-1, Python 2. */
const PACKAGES =
  "attrs click comtypes optype ply pywin32-ctypes six structlog typing-extensions wmi fabric nose xlwt".split(
    " ",
  );

/** A small part of what `npm run test:scale` and `npm run test:fuzz` ask, as lines `ok …` or `FAIL …`. */
export async function checkSlice(): Promise<string[]> {
  const folder = path.join(import.meta.dirname, "..", "..", ".scale", "wrong-slice");
  const { tally, version } = await gradeAtScale({
    packages: await fetchPackages("python3", PACKAGES),
    program: "python3",
    seed: "slice",
    edits: 200,
    damaged: 200,
    intact: 25,
    jobs: 2,
    wrong: path.join(folder, "grading"),
  });
  const diffs = await fuzzDiffs({ seed: "slice", diffs: 240, wrong: path.join(folder, "diffs") });
  return [...linesOf(tally, `CPython ${version}`), ...linesOf(diffs.tally, "git apply")];
}

function linesOf(tally: Tally, peer: string): string[] {
  const groups = tally.lines().filter((line) => !line.startsWith(" "));
  return [
    ...groups.filter((line) => !/\bwrong \d/.test(line)).map((line) => `ok ${peer}: ${line}`),
    ...tally.wrong.map((line) => `FAIL ${peer}: ${line.replaceAll("\n", " ")}`),
  ];
}
