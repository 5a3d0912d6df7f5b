import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { defined } from "../base/defined.ts";
import { addUsage } from "../attempts/recorder.ts";
import { dialects } from "../dialects/index.ts";
import { readConversation } from "../exchanges/conversation.ts";
import { readExchanges } from "../exchanges/store.ts";
import type { Usage } from "../model.ts";
import type { Interruption } from "../run.ts";
import { exchangesFile, stepsFile } from "../stores/local/layout.ts";
import { usageSchema } from "../trajectory.ts";

/** All that is asked of an event here, so that a record cut off anywhere can be counted. */
const turnSchema = z.object({ type: z.literal("turn"), usage: usageSchema });

/**
 * What an attempt had done that was cut off, by its steps; of a program, whose steps are written at its end, by its exchanges. What cannot
 * be read does not count.
 */
export async function leftBy(run: string, attempt: string): Promise<Omit<Interruption, "reason">> {
  const steps = await turnsIn(stepsFile(run, attempt));
  const turns = steps.length > 0 ? steps : await turnsAmong(exchangesFile(run, attempt));
  return { steps: turns.length, usage: turns.reduce(addUsage, {}) };
}

/** The same with what it cost, where the price is known. */
export async function pricedLeft(
  run: string,
  attempt: string,
  dollarsOf: (usage: Usage) => number | undefined,
): Promise<Omit<Interruption, "reason">> {
  const left = await leftBy(run, attempt);
  return { ...left, ...defined({ dollars: dollarsOf(left.usage) }) };
}

async function turnsIn(file: string): Promise<Usage[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => {
    const turn = turnSchema.safeParse(parsed(line));
    return turn.success ? [turn.data.usage] : [];
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function turnsAmong(file: string): Promise<Usage[]> {
  if (!existsSync(file)) return [];
  try {
    const { conversation } = await readConversation(readExchanges(file), dialects);
    return conversation.events.flatMap((event) => (event.type === "turn" ? [event.usage] : []));
  } catch {
    return [];
  }
}
