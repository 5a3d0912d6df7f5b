import { openRun } from "../../src/runs/open.ts";
import { openLocalStore } from "../../src/stores/local/store.ts";

/** `open.ts read|resume|replay RUN`: does it once in this new process and prints the seconds that it took, on the clock and of processor time. */
const [how, run = ""] = process.argv.slice(2);
const start = performance.now();
const before = process.cpuUsage();
if (how === "resume") {
  await using store = await openLocalStore(run);
  if ([...store.state.targets.values()].some(({ last }) => last === undefined))
    throw new Error("the run is finished");
  report();
} else {
  const { counts } = await openRun(run);
  if (counts.owed > 0) throw new Error("the run is finished");
  report();
}

function report(): void {
  const { user, system } = process.cpuUsage(before);
  console.log(
    JSON.stringify({ wall: (performance.now() - start) / 1000, processor: (user + system) / 1_000_000 }),
  );
}
