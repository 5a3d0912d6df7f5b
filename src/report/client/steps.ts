import type { PageCall, PageEvent, PageText } from "../page-data.ts";
import { element, fold, formatCount, formatSeconds, plural } from "./dom.ts";
import type { Child } from "./dom.ts";
import { flatten, foldedText, lengthOf, preformatted } from "./text.ts";

type Turn = Extract<PageEvent, { type: "turn" }>;
type Result = Extract<PageEvent, { type: "result" }>;

/** The trajectory: each turn with its calls, and each call with its result. */
export function stepsView(events: readonly PageEvent[], instruction: PageText | undefined): HTMLElement {
  const list = element("ol", { class: "steps" });
  let step = 0;
  for (const [position, event] of events.entries()) {
    if (event.type === "input") list.append(inputItem(event.role, event.text, instruction));
    else if (event.type === "turn") list.append(turnItem(event, ++step, resultsAfter(events, position)));
    else if (event.type === "end") list.append(endItem(event));
    else if (!isAnswered(events, position)) {
      list.append(element("li", { class: "step" }, heading("Result without a call"), resultView(event)));
    }
  }
  if (!events.some((event) => event.type === "end")) {
    list.append(
      element(
        "li",
        { class: "step end" },
        heading("Interrupted"),
        "The record stops here: no end was written.",
      ),
    );
  }
  return list;
}

function resultsAfter(events: readonly PageEvent[], position: number): Result[] {
  const results: Result[] = [];
  for (const event of events.slice(position + 1)) {
    if (event.type === "turn") break;
    if (event.type === "result") results.push(event);
  }
  return results;
}

function isAnswered(events: readonly PageEvent[], position: number): boolean {
  const result = events[position];
  const turn = events.slice(0, position).findLast((event) => event.type === "turn");
  return result?.type === "result" && turn?.calls.some((call) => call.id === result.call) === true;
}

function heading(name: string, ...notes: readonly Child[]): HTMLElement {
  return element("div", { class: "step-head" }, element("strong", {}, name), ...notes);
}

const ROLES: Readonly<Record<string, string>> = { system: "System", user: "User" };

function inputItem(role: string, text: PageText, instruction: PageText | undefined): HTMLElement {
  const name = ROLES[role] ?? role;
  const repeats = instruction !== undefined && flatten(text).trim() === flatten(instruction).trim();
  const label = repeats ? "The instruction, as above" : plural(lengthOf(text), "character");
  const body =
    repeats || role === "system"
      ? fold([label], () => [preformatted(text, "prose")])
      : foldedText(text, "prose");
  return element("li", { class: `step ${role}` }, heading(name), body);
}

function turnItem(turn: Turn, number: number, results: readonly Result[]): HTMLElement {
  const tokens = [
    turn.inputTokens === undefined ? "" : `${formatCount(turn.inputTokens)} in`,
    turn.outputTokens === undefined ? "" : `${formatCount(turn.outputTokens)} out`,
  ].filter((part) => part !== "");
  const note = [`+${formatSeconds(turn.after)}`, ...tokens].join(" · ");
  const item = element(
    "li",
    { class: "step agent", id: `step-${number}` },
    heading(`Step ${number}`, element("span", { class: "quiet small" }, note)),
  );
  const { reasoning } = turn;
  if (reasoning !== undefined && lengthOf(reasoning) > 0) {
    item.append(
      fold([`Thinking · ${plural(lengthOf(reasoning), "character")}`], () => [
        preformatted(reasoning, "prose thought"),
      ]),
    );
  }
  if (lengthOf(turn.text) > 0) item.append(foldedText(turn.text, "prose"));
  const left = [...results];
  for (const call of turn.calls) {
    const index = left.findIndex((result) => result.call === call.id);
    item.append(callView(call, index === -1 ? undefined : left.splice(index, 1)[0]));
  }
  if (turn.calls.length === 0 && lengthOf(turn.text) === 0) {
    item.append(element("p", { class: "quiet" }, "The model said nothing and called nothing."));
  }
  return item;
}

function callView(call: PageCall, result: Result | undefined): HTMLElement {
  const failed = result?.isError === true;
  const made = fold(
    [
      element("span", { class: "tool" }, call.tool),
      " ",
      call.malformed && element("span", { class: "chip danger" }, "malformed call"),
      failed && element("span", { class: "chip danger" }, "error"),
      element("span", { class: "code preview" }, preview(call)),
    ],
    () => [
      element("div", { class: "arguments" }, ...argumentViews(call)),
      result === undefined
        ? element("p", { class: "result quiet" }, "No result was recorded.")
        : resultView(result),
    ],
    { open: true, style: `call${failed ? " failed" : ""}` },
  );
  return made;
}

function preview(call: PageCall): string {
  const values = Object.values(call.arguments).map(flatten).join("  ");
  return values.replace(/\s+/g, " ").slice(0, 160);
}

function argumentViews(call: PageCall): HTMLElement[] {
  const entries = Object.entries(call.arguments);
  const single = entries.length === 1 && !call.malformed;
  return entries.map(([name, value]) => {
    const long = lengthOf(value) > 100 || flatten(value).includes("\n");
    if (!long && single) return element("pre", {}, flatten(value));
    const label = element(
      "span",
      { class: "argument-name" },
      call.malformed ? "as the model wrote it" : name,
    );
    if (!long)
      return element("div", { class: "argument" }, label, element("span", { class: "code" }, flatten(value)));
    return element("div", { class: "argument" }, label, foldedText(value));
  });
}

function resultView(result: Result): HTMLElement {
  const empty = lengthOf(result.text) === 0;
  return element(
    "div",
    { class: "result" },
    empty ? element("p", { class: "quiet small" }, "(empty result)") : foldedText(result.text),
    result.truncated !== undefined &&
      element(
        "p",
        { class: "quiet small" },
        `Shortened before the agent saw it, by ${plural(result.truncated, "character")}.`,
      ),
  );
}

function endItem(event: Extract<PageEvent, { type: "end" }>): HTMLElement {
  return element(
    "li",
    { class: "step end" },
    heading(
      `Ended: ${event.reason}`,
      element("span", { class: "quiet small" }, `+${formatSeconds(event.after)}`),
    ),
    event.detail !== undefined && preformatted(event.detail, "prose"),
  );
}
