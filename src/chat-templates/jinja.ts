import { Template } from "@huggingface/jinja";
import { InputError, messageOf } from "../base/errors.ts";
import { sha256 } from "../base/hash.ts";
import type { Json } from "../base/json.ts";
import type { ChatRow, ChatTemplate, RenderedTurn } from "../chat-template.ts";
import { rewriteStrips, STRIP_FUNCTION, stripLetters } from "./python-strips.ts";
import { hasGenerationBlocks, markGenerations } from "./generation-marks.ts";

/** Renders messages, with a beginning of the model's next turn where `isAsking`. */
type Render = (messages: ChatRow["messages"], isAsking: boolean) => string;

/** Letters that stand in no text: they are reserved by Unicode for such use. */
const [OPEN, CLOSE] = ["\uFDD0", "\uFDD1"];
const NAMES = { open: "generation_opens", close: "generation_closes" };

/**
 * A template in the Jinja of Hugging Face's chat templates. `specialTokens` are given to it by their names.
 * @throws InputError `template-unreadable`
 */
export function jinjaTemplate(text: string, specialTokens: Readonly<Record<string, string>>): ChatTemplate {
  const marking = hasGenerationBlocks(text) ? "generation" : "prefix";
  const template = parseTemplate(prepare(text));
  const given = {
    ...specialTokens,
    [STRIP_FUNCTION]: stripLetters,
    [NAMES.open]: OPEN,
    [NAMES.close]: CLOSE,
  };
  const rendering = (tools: ChatRow["tools"]): Render => {
    const shared = { ...given, ...(tools === undefined || tools.length === 0 ? {} : { tools }) };
    return (messages, isAsking) =>
      renderWith(template, {
        ...shared,
        messages: messages.map(withoutNulls),
        add_generation_prompt: isAsking,
      });
  };
  return {
    sha256: sha256(text),
    marking,
    render({ messages, tools }) {
      const render = rendering(tools);
      const leftOut = messages.filter(({ role }) => role === "assistant").map(isLeftOut);
      const rendered =
        marking === "generation"
          ? readMarks(render(messages, false))
          : byPrefixes(render, messages, specialTokens);
      if (rendered.turns.length !== leftOut.length && leftOut.includes(true)) throw cannotTellTurns();
      return {
        ...rendered,
        turns: rendered.turns.map((turn, index) => ({ ...turn, leftOut: leftOut[index] ?? false })),
      };
    },
  };
}

/** The date of the day is in no template's text here: the same row gives the same tokens on every day, with the date that templates take without one. */
function prepare(text: string): string {
  // As Jinja itself does.
  const lines = text.replaceAll("\r\n", "\n");
  return markGenerations(lines, NAMES.open, NAMES.close).replaceAll("strftime_now", "date_of_no_day");
}

function parseTemplate(text: string): Template {
  try {
    const template = new Template(text);
    rewriteStrips(template.parsed);
    return template;
  } catch (error) {
    throw new InputError({
      code: "template-unreadable",
      message: `The chat template cannot be read: ${messageOf(error)}`,
      hint: "Give a chat_template.jinja as Hugging Face has it.",
      cause: error,
    });
  }
}

function renderWith(template: Template, values: Record<string, unknown>): string {
  try {
    return template.render(values);
  } catch (error) {
    throw new InputError({
      code: "template-failed",
      message: `The chat template does not take the row: ${messageOf(error)}`,
      hint: "Export with another form of arguments or tools, or give another template.",
      cause: error,
    });
  }
}

/** As transformers does: many templates write a null out. */
function withoutNulls(message: Readonly<Record<string, Json>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(message).filter(([, value]) => value !== null));
}

function isLeftOut({ weight, loss, train }: Readonly<Record<string, Json>>): boolean {
  return [weight, loss, train].some((value) => value === 0 || value === false);
}

type Rendered = { text: string; turns: Omit<RenderedTurn, "leftOut">[] };

function readMarks(marked: string): Rendered {
  const turns: Rendered["turns"] = [];
  let text = "";
  for (const [index, part] of marked.split(OPEN).entries()) {
    const [trained = "", ...others] = index === 0 ? ["", part] : part.split(CLOSE);
    if (index > 0) turns.push({ start: text.length, end: text.length + trained.length });
    text += trained + others.join("");
  }
  return { text, turns };
}

function byPrefixes(
  render: Render,
  messages: ChatRow["messages"],
  { eos_token: ending }: Readonly<Record<string, string>>,
): Rendered {
  const text = render(messages, false);
  const turns = messages.flatMap(({ role }, index) => {
    if (role !== "assistant") return [];
    const before = render(messages.slice(0, index), true);
    const after = render(messages.slice(0, index + 1), false);
    if (!after.startsWith(before) || !text.startsWith(after)) throw notPrefixPreserving(index);
    const last = ending === undefined ? -1 : after.lastIndexOf(ending);
    const end = ending === undefined || last < before.length ? after.length : last + ending.length;
    return [{ start: before.length, end }];
  });
  return { text, turns };
}

function cannotTellTurns(): InputError {
  return new InputError({
    code: "template-failed",
    message:
      "The chat template has not one generation block for each turn of the model, and the row leaves some turns out",
    hint: "Export without weights, or give a template that has one block a turn.",
  });
}

function notPrefixPreserving(index: number): InputError {
  return new InputError({
    code: "template-not-prefix-preserving",
    message: `The chat template writes message ${index + 1} in another way when more messages follow`,
    hint: 'Give the template that you train with, with "{% generation %}" blocks, by --template.',
  });
}
