import { rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Verdict } from "../../../verdict.ts";
import { REWARD_JSON, REWARD_TEXT, VERDICT_FILE } from "./task.ts";

/**
 * Writes a verdict where readers look for it: both forms of the reward, since they disagree on which one counts, and everything else in
 * a file of its own. Without a verdict there is no reward: readers take that for an error, and a 0 for the agent's failure.
 */
export async function reportVerdict(logs: string, verdict: Verdict): Promise<void> {
  const write = async (name: string, text: string) => {
    const file = path.join(logs, name);
    // Renamed, so that a link which an agent left there is replaced and not followed.
    await writeFile(`${file}.new`, text, { flag: "wx" });
    await rename(`${file}.new`, file);
  };
  await write(VERDICT_FILE, `${JSON.stringify(verdict, null, 2)}\n`);
  if (verdict.reward === null) return;
  await write(REWARD_TEXT, `${verdict.reward}\n`);
  await write(REWARD_JSON, `${JSON.stringify({ reward: verdict.reward })}\n`);
}
