/**
 * From attempts, ours and a stranger's, to rows that a trainer reads.
 *
 *   node examples/training-data.ts path/to/repo path/to/output
 */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { audit, build, exportAttempts, facts, importSamples, rollout, select } from "hybrid-gym";

const [repository, output] = process.argv.slice(2);
if (repository === undefined || output === undefined)
  throw new Error("usage: training-data.ts REPOSITORY OUTPUT");
const at = (name: string) => path.join(output, name);

await mkdir(output, { recursive: true });
await build({ repositories: [repository], task: "func-localize", perRepository: 8, out: at("data") });
await rollout({ dataset: at("data"), run: at("run"), agent: "scripted" });
for await (const { id, outcome, steps, verification } of facts({ from: [at("run")] }))
  console.log(id, outcome, `${steps} steps, verification: ${verification}`);

// A row as many publish it: it says of itself that it is solved, and nothing was changed.
const row = {
  instance_id: "acme__orchard-1",
  resolved: true,
  messages: [
    { role: "user", content: "Mend the press." },
    { role: "assistant", content: "It is mended." },
  ],
};
await writeFile(at("theirs.jsonl"), `${JSON.stringify(row)}\n`);
const { checks } = await audit({ from: [at("theirs.jsonl")] });
for (const { severity, check, samples } of checks) console.log(`theirs: ${severity} ${check}, ${samples}`);
await importSamples({ from: [at("theirs.jsonl")], out: at("theirs") });

// Claims are no verdicts: of both together only what was judged solved is kept.
const { counts } = await select({ from: [at("run"), at("theirs")], outcome: "solved", out: at("chosen") });
const { counts: rows } = await exportAttempts({ run: at("chosen"), format: "openhands", out: at("sft") });
console.log(`${counts.considered} samples, ${counts.written} chosen, ${rows.written} rows`);
