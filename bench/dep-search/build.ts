/**
 * Usage: node build.ts FOLDER OUT CACHE: builds and validates 20 dep-search instances of a folder. Prints the milliseconds since
 * this process started at which the first one was built, all were, and all were validated.
 */
import type { Log } from "../../src/base/log.ts";
import { build } from "../../src/commands/build.ts";
import { validate } from "../../src/commands/validate.ts";

const [folder = ".", out = "", cache = ""] = process.argv.slice(2);
let first = Number.NaN;
const log: Log = {
  info() {},
  warn() {},
  progress(text) {
    if (Number.isNaN(first) && / 1 of \d+ built/.test(text)) first = performance.now();
  },
};
const { instances, examined, eligible } = await build({
  repositories: [folder],
  task: "dep-search",
  perRepository: 20,
  allowContaminated: true,
  out,
  cache,
  log,
});
const built = performance.now();
const results = await validate({ dataset: out });
const validated = performance.now();
const valid = results.filter((result) => result.valid).length;
console.log(JSON.stringify({ first, built, validated, instances, valid, examined, eligible }));
