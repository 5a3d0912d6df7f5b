import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { findExporter } from "../../src/exporters/index.ts";
import { importFile } from "../../src/importers/import-file.ts";
import type { Sample } from "../../src/sample.ts";
import * as is from "./classes.ts";
import type { Class, Message } from "./compare.ts";

/** A published set, or a sample of one, with what we make of the same rows. */
export interface GoldenSet {
  readonly name: string;
  readonly classes: readonly Class[];
  /** Row by row, in the order of what was published; undefined where the folder does not have the files. */
  pairs(folder: string): Promise<readonly Pair[] | undefined>;
}

export interface Pair {
  readonly id: string;
  readonly theirs: readonly Message[];
  /** Why there is no row of ours, where there is none. */
  readonly ours: readonly Message[] | { readonly refused: string };
}

type Style = "openhands" | "swe-agent";

/** What `export --format openhands` writes of a sample. */
export function textOf(sample: Sample, style: Style): Pair["ours"] {
  const exporter = findExporter("openhands");
  const result = exporter.toRow({ sample }, exporter.parseOptions({ style }));
  if (result.kind === "refused") return { refused: result.reason };
  return z.array(z.object({ role: z.string(), content: z.string() })).parse(result.row["messages"]);
}

const turnSchema = z.object({ from: z.string(), value: z.string() });
const shareSchema = z.array(
  z.object({ id: z.string(), system: z.string(), conversations: z.array(turnSchema) }),
);
const messageSchema = z.object({ role: z.string(), content: z.string().nullish() });

/** ShareGPT rows beside the raw ones, in the same order. */
function standardised(set: string, style: Style, classes: readonly Class[]): GoldenSet {
  const published = style === "openhands" ? "openhands" : "sweagent";
  return {
    name: `${set}, ${style} form`,
    classes,
    async pairs(folder) {
      const place = path.join(folder, "datasets", set);
      const text = await readText(path.join(place, "sample_sft", `sample_sft_${published}.json`));
      if (text === undefined || text === "") return undefined;
      const rows = shareSchema.parse(JSON.parse(text));
      const samples = await samplesOf(path.join(place, "sample_raw.json"));
      return rows.map(({ id, system, conversations }, row) => ({
        id,
        theirs: [{ role: "system", content: system }, ...conversations.map(toMessage)],
        ours: oursOf(samples[row], style),
      }));
    },
  };
}

function toMessage({ from, value }: z.infer<typeof turnSchema>): Message {
  return { role: from === "human" ? "user" : "assistant", content: value };
}

/** Rows whose calls are text already: what we read of them, written again. */
function again(set: string, style: Style, classes: readonly Class[]): GoldenSet {
  return {
    name: `${set}, written again`,
    classes,
    async pairs(folder) {
      const file = path.join(folder, "datasets", set, "sample_raw.json");
      const text = await readText(file);
      if (text === undefined) return undefined;
      const rows = z
        .array(z.object({ id: z.string(), messages: z.array(messageSchema) }))
        .parse(JSON.parse(text));
      const samples = await samplesOf(file);
      return rows.map(({ id, messages }, row) => ({
        id,
        theirs: messages.map(({ role, content }) => ({ role, content: content ?? "" })),
        ours: oursOf(samples[row], style),
      }));
    },
  };
}

/** Rows with calls as OpenAI's services have them: what `export --format openai` writes of them. */
function structured(set: string, classes: readonly Class[]): GoldenSet {
  const callsSchema = z.array(
    z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) }),
  );
  const schema = z.array(
    messageSchema.extend({ tool_calls: callsSchema.nullish(), tool_call_id: z.string().nullish() }),
  );
  const flat = (messages: unknown) =>
    schema.parse(messages).map(({ role, content, tool_calls, tool_call_id }) => {
      const calls = (tool_calls ?? []).map(({ id, function: { name, arguments: given } }) => ({
        id,
        name,
        arguments: JSON.stringify(JSON.parse(given)),
      }));
      return {
        role,
        content: JSON.stringify({ content: content ?? "", calls, answers: tool_call_id ?? null }),
      };
    });
  return {
    name: `${set}, openai form`,
    classes,
    async pairs(folder) {
      const file = path.join(folder, "datasets", set, "sample_raw.json");
      const text = await readText(file);
      if (text === undefined) return undefined;
      const rows = z
        .array(z.object({ instance_id: z.string(), messages: z.unknown() }))
        .parse(JSON.parse(text));
      const samples = await samplesOf(file);
      const exporter = findExporter("openai");
      return rows.map(({ instance_id, messages }, row) => {
        const sample = samples[row];
        const result =
          sample === undefined ? undefined : exporter.toRow({ sample }, exporter.parseOptions({}));
        return {
          id: instance_id,
          theirs: flat(messages),
          ours:
            result?.kind === "row" ? flat(result.row["messages"]) : { refused: result?.reason ?? "not-read" },
        };
      });
    },
  };
}

/** SWE-agent's `.traj` files, and the training rows that SWE-smith's own tests expect of them. */
const trajectories: GoldenSet = {
  name: "SWE-smith's .traj, swe-agent form",
  classes: [is.lastResultDropped, is.systemReplaced, is.emptyThought],
  async pairs(folder) {
    const place = path.join(folder, "tests", "test_logs");
    const text = await readText(path.join(place, "ft_xml_example.jsonl"));
    if (text === undefined) return undefined;
    const schema = z.object({ instance_id: z.string(), messages: z.array(messageSchema) });
    const rows = text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => schema.parse(JSON.parse(line)));
    const pairs: Pair[] = [];
    for (const { instance_id: id, messages } of rows) {
      const file = path.join(place, "trajectories", id, `${id}.traj`);
      const theirs = messages.map(({ role, content }) => ({ role, content: content ?? "" }));
      if ((await readText(file)) === undefined)
        pairs.push({ id, theirs, ours: { refused: "no-trajectory" } });
      else pairs.push({ id, theirs, ours: oursOf((await samplesOf(file))[0], "swe-agent") });
    }
    return pairs;
  },
};

function oursOf(sample: Sample | undefined, style: Style): Pair["ours"] {
  return sample === undefined ? { refused: "not-read" } : textOf(sample, style);
}

async function samplesOf(file: string): Promise<readonly (Sample | undefined)[]> {
  const samples: (Sample | undefined)[] = [];
  for await (const read of importFile(file)) samples.push(read.kind === "sample" ? read.sample : undefined);
  return samples;
}

async function readText(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}

const SWE_GYM = "swe-gym_openhands_sampled_trajectories";
const PLAY = "swe-play-trajectories";
const NEBIUS = "nebius_SWE-agent-trajectories";

export const goldenSets: readonly GoldenSet[] = [
  trajectories,
  again("swe-smith", "swe-agent", []),
  again(PLAY, "openhands", [is.endOfCallMissing]),
  structured(SWE_GYM, []),
  standardised(SWE_GYM, "openhands", [
    is.endMadeUp,
    is.systemReplaced,
    is.taskReworded,
    is.observationWords,
    is.finishFilled,
    is.linesAroundValues,
    is.thoughtMadeUp,
  ]),
  standardised("swe-smith", "openhands", [
    is.endMadeUp,
    is.systemReplaced,
    is.toolsInTask,
    is.pythonCall,
    is.toolRenamed("bash", "execute_bash"),
    is.toolRenamed("submit", "execute_bash"),
    is.observationWordsKept,
    is.linesAroundValues,
    is.valuesStripped,
  ]),
  standardised(PLAY, "openhands", [
    is.systemReplaced,
    is.brokenCallMended("finish"),
    is.endOfCallMissing,
    is.argumentDropped("is_input"),
    is.linesAroundValues,
    is.valuesStripped,
    is.messageStripped,
  ]),
  standardised(NEBIUS, "openhands", [
    is.endMadeUp,
    is.systemReplaced,
    is.toolsInTask,
    is.pythonCall,
    is.toolRenamed("bash", "execute_bash"),
    is.linesAroundValues,
  ]),
  standardised(SWE_GYM, "swe-agent", [
    is.endMadeUp,
    is.systemReplaced,
    is.taskReworded,
    is.thoughtInTags,
    is.finishAsSubmit,
    is.toolRenamed("execute_bash", "bash"),
    is.linesAroundValues,
    is.thoughtMadeUp,
  ]),
  standardised("swe-smith", "swe-agent", [
    is.endMadeUp,
    is.systemReplaced,
    is.observationWordsAdded,
    is.linesAroundValues,
    is.valuesStripped,
    is.thoughtInTags,
  ]),
  standardised(PLAY, "swe-agent", [
    is.systemReplaced,
    is.toolsInTask,
    is.observationWordsAdded,
    is.brokenCallMended("submit"),
    is.endOfCallMissing,
    is.argumentDropped("is_input"),
    is.thoughtInTags,
    is.pythonCall,
    is.toolRenamed("execute_bash", "bash"),
    is.linesAroundValues,
    is.valuesStripped,
    is.messageStripped,
  ]),
];
