import { defined } from "../../base/defined.ts";
import type { ForeignEvent, TrajectoryMessage } from "../../trajectory.ts";
import { readArguments, type SourceCall } from "./call.ts";
import { type OpenCall, type PairedResult, pairResults, type SourceResult } from "./pairing.ts";
import { readTime } from "./time.ts";

type Turn = Extract<ForeignEvent, { type: "turn" }>;

/** When, as the source writes it, and the source's name for the event. */
interface Stamp {
  readonly at?: string | number | undefined;
  readonly key?: string | undefined;
}

export interface SourceTurn extends Stamp {
  readonly content: string;
  readonly reasoning?: string | undefined;
  readonly calls: readonly SourceCall[];
  readonly usage?: Turn["usage"] | undefined;
  readonly served_model?: string | undefined;
  readonly stop?: Turn["stop"];
  readonly tokens?: Turn["tokens"];
}

/**
 * Puts a conversation together out of what a source has, in its order. Where the source breaks the rule that a turn is
 * followed by exactly the results of its calls, it is mended by a named rule, or said differently; nothing is left out.
 */
export class Conversation {
  readonly repaired = new Set<string>();
  readonly #events: ForeignEvent[] = [];
  /** What the model is given now, and under which of the source's names. */
  #history: { readonly key: string | undefined; readonly message: TrajectoryMessage }[] = [];
  #turn:
    | (Omit<SourceTurn, "calls"> & { readonly calls: OpenCall[]; readonly results: SourceResult[] })
    | undefined;
  readonly #ids = new Set<string>();
  #made = 0;

  /** Calls of the last turn that no result has come for yet. */
  get open(): number {
    return this.#turn === undefined ? 0 : this.#turn.calls.length - this.#turn.results.length;
  }

  input(role: "system" | "user", content: string, stamp: Stamp = {}): void {
    this.#settle(true);
    this.#push({ type: "input", ...this.#at(stamp.at), role, content }, stamp.key, { role, content });
  }

  turn(turn: SourceTurn): void {
    this.#settle(true);
    if (turn.content === "" && !turn.reasoning && turn.calls.length === 0) this.repaired.add("empty-turn");
    const made = { ...turn, calls: [], results: [] };
    this.#turn = made;
    this.addCalls(turn.calls);
  }

  /** More calls of the last turn, where the source has each in an event of its own. @returns their ids. */
  addCalls(calls: readonly SourceCall[]): string[] {
    return calls.map((call) => {
      const id = this.#idFor(call);
      const { rule, ...read } = readArguments(call.arguments);
      if (rule !== undefined) this.repaired.add(rule);
      if (call.inText === true) this.repaired.add("calls-in-text");
      this.#turn?.calls.push({ call: { id, name: call.name, ...read }, sourceId: call.id });
      return id;
    });
  }

  result(result: SourceResult): void {
    if (this.#turn === undefined) this.#unpaired(result);
    else this.#turn.results.push(result);
  }

  /** The source's names of the events that the model is given now. */
  keys(): string[] {
    return this.#history.flatMap(({ key }) => (key === undefined ? [] : [key]));
  }

  /** The source gave the model another history: without these events, with a summary in their place. */
  condense(
    forgotten: ReadonlySet<string>,
    summary: { text: string; place: number } | undefined,
    at: Stamp["at"],
  ): void {
    this.#settle(false);
    const kept = this.#history.filter(({ key }) => key === undefined || !forgotten.has(key));
    if (summary !== undefined)
      kept.splice(summary.place, 0, { key: undefined, message: { role: "user", content: summary.text } });
    this.#history = kept;
    const messages = kept.map(({ message }) => message);
    this.#events.push({ type: "context", ...this.#at(at), reason: "condensed", messages });
  }

  /** All events so far. The last turn's calls may be open: an attempt ends with a call, or is cut off in one. */
  finish(): ForeignEvent[] {
    this.#settle(false);
    return this.#events;
  }

  #settle(goesOn: boolean): void {
    const turn = this.#turn;
    if (turn === undefined) return;
    this.#turn = undefined;
    const { content, reasoning, usage = {}, served_model, stop, tokens, calls, at, key } = turn;
    const said = defined({ content, reasoning, tool_calls: calls.map(({ call }) => call) });
    const more = defined({ served_model, stop, tokens });
    this.#push({ type: "turn", ...this.#at(at), ...said, usage, ...more }, key, {
      role: "assistant",
      ...said,
    });
    const paired = pairResults(calls, turn.results);
    for (const rule of paired.rules) this.repaired.add(rule);
    for (const result of paired.results) this.#result(result);
    for (const result of paired.unpaired) this.#unpaired(result);
    if (!goesOn) return;
    for (const { call } of paired.unanswered) {
      this.repaired.add("result-missing");
      this.#result({ call, content: "" });
    }
  }

  #result({ call, content, isError = false, key, at }: PairedResult): void {
    const paired = { tool_call_id: call.id, tool_name: call.name, content };
    this.#push({ type: "result", ...this.#at(at), ...paired, is_error: isError }, key, {
      role: "tool",
      ...paired,
    });
  }

  #unpaired({ content, key, at }: SourceResult): void {
    this.repaired.add("result-without-call");
    this.#push({ type: "input", ...this.#at(at), role: "user", content }, key, { role: "user", content });
  }

  #push(event: ForeignEvent, key: string | undefined, message: TrajectoryMessage): void {
    this.#events.push(event);
    this.#history.push({ key, message });
  }

  #at(time: Stamp["at"]): { at?: string } {
    const read = readTime(time);
    if (read?.withoutZone === true) this.repaired.add("time-without-zone");
    return read === undefined ? {} : { at: read.at };
  }

  #idFor({ id, inText = false }: SourceCall): string {
    const isRepeated = id !== undefined && this.#turn?.calls.some(({ call }) => call.id === id) === true;
    if (isRepeated) this.repaired.add("repeated-call-id");
    else if (id !== undefined && id !== "") {
      this.#ids.add(id);
      return id;
    } else if (!inText) this.repaired.add("missing-call-id");
    let made: string;
    do made = `call_${++this.#made}`;
    while (this.#ids.has(made));
    this.#ids.add(made);
    return made;
  }
}
