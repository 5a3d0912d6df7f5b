import { z } from "zod";
import { actionsOf } from "../actions/of-call.ts";
import { parseValue } from "../base/json.ts";
import type { Item, Transform, TransformRow } from "../transform.ts";
import { isTurn, one } from "./items.ts";
import { isBlank, removeCalls } from "./remove-calls.ts";
import { cutOut, type Cut } from "./cut-out.ts";
import { withoutDefinitions } from "./definitions.ts";

const optionsSchema = z.strictObject({
  /** Whether the tools that think stay among those of the start. */
  definitions: z.enum(["keep", "drop"]).default("keep"),
});
const parse = (options: unknown) =>
  parseValue(options, optionsSchema, "options of the transform drop-reasoning");

const thinks = (name: string) => actionsOf(name, {}).every(({ kind }) => kind === "think");

/** What a model thought, wherever its scaffold puts it. Words beside calls are no reasoning: they are what it said. */
export const dropReasoning: Transform = {
  name: "drop-reasoning",
  version: 1,
  changes: "removes reasoning, <think> parts of content, and calls of tools that only think",
  may: { removeText: true, removeCalls: thinks, removeDefinitions: true },
  parseOptions: parse,
  open(options) {
    const { definitions } = parse(options);
    return (row) => {
      const texts = removeTexts(row);
      const { row: rest, calls, turns } = removeCalls(texts.row, thinks);
      const { row: done, dropped } = withoutDefinitions(rest, definitions === "drop" ? thinks : () => false);
      const { reasoning, parts } = texts;
      return one(done, {
        reasoning,
        "think-parts": parts,
        "think-calls": calls,
        turns: turns + texts.turns,
        definitions: dropped,
      });
    };
  },
};

function removeTexts(row: TransformRow) {
  let [reasoning, parts, turns] = [0, 0, 0];
  const items = row.items.flatMap((item): Item[] => {
    if (!isTurn(item)) return [item];
    const { reasoning: thought, ...event } = item.event;
    const cuts = thinkParts(event.content);
    if (thought === undefined && cuts.length === 0) return [item];
    reasoning += thought === undefined ? 0 : 1;
    parts += cuts.length;
    const { text: content, marks } = cutOut(event.content, cuts, "/content", item.marks);
    if (isBlank(content) && event.tool_calls.length === 0 && !(isBlank(event.content) && isBlank(thought))) {
      turns++;
      return [];
    }
    const others = marks.filter(({ pointer }) => pointer !== "/reasoning");
    return [{ ...item, event: { ...event, content }, marks: others }];
  });
  return { row: { ...row, items }, reasoning, parts, turns };
}

const PAIR = /<(think|thinking)>[^]*?<\/\1>\s*/g;
/** Templates put the beginning into the prompt: then the end alone is the model's. */
const ONLY_END = /^(?:(?!<think(?:ing)?>)[^])*?<\/think(?:ing)?>\s*/;
/** Cut off within a thought. */
const ONLY_BEGINNING = /^\s*<(think|thinking)>(?![^]*<\/\1>)[^]*$/;

function thinkParts(content: string): Cut[] {
  const lone = ONLY_END.exec(content) ?? ONLY_BEGINNING.exec(content);
  const from = lone === null ? 0 : lone[0].length;
  const cuts = lone === null ? [] : [{ from: 0, to: from }];
  for (const found of content.slice(from).matchAll(PAIR))
    cuts.push({ from: from + found.index, to: from + found.index + found[0].length });
  return cuts;
}
