import { openRun } from "../../src/runs/open.ts";
import { openLocalStore } from "../../src/stores/local/store.ts";

/** `open.ts read|resume|replay RUN`: does it once in this new process and prints the milliseconds that it took. */
const [how, run = ""] = process.argv.slice(2);
const start = performance.now();
if (how === "resume") {
  await using store = await openLocalStore(run);
  if ([...store.state.targets.values()].some(({ last }) => last === undefined))
    throw new Error("the run is finished");
  console.log(performance.now() - start);
} else {
  const { counts } = await openRun(run);
  if (counts.owed > 0) throw new Error("the run is finished");
  console.log(performance.now() - start);
}
