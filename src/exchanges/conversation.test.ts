import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { AgentEvent } from "../agent.ts";
import type { Json } from "../base/json.ts";
import type { AskedFor, Dialect } from "../dialect.ts";
import type { Exchange } from "../exchange.ts";
import type { AssistantMessage, Message, ModelResponse, ToolDefinition } from "../model.ts";
import { toConversation } from "./conversation.ts";
import type { Conversation } from "./conversation/types.ts";
import { rebuildRequests } from "./conversation/rebuild.ts";

/** Bodies that say in our terms what is asked and answered, so that what is tested is the finding of lines. */
const plain: Dialect = {
  name: "chat",
  path: "/chat/completions",
  writeRequest: () => ({}),
  readRequest: (body) => z.custom<AskedFor>((value) => value !== null).parse(body),
  readResponse: ({ text, complete }) => {
    if (!complete) throw new Error("stream-broke-off");
    return z.custom<ModelResponse>().parse(JSON.parse(text));
  },
  writeResponse: () => [],
  writeError: () => null,
};
const dialects = { chat: plain, responses: plain, messages: plain };

const tool = (name: string): ToolDefinition => ({ name, description: "", parameters: {} });
const TOOLS = [tool("bash"), tool("task")];
const system = (content: string): Message => ({ role: "system", content });
const user = (content: string): Message => ({ role: "user", content });
const result = (toolCallId: string, content: string): Message => ({
  role: "tool",
  toolCallId,
  toolName: "bash",
  content,
});
const says = (content: string, calls: Record<string, Record<string, Json>> = {}): AssistantMessage => ({
  role: "assistant",
  content,
  toolCalls: Object.entries(calls).map(([id, given]) => ({
    id,
    name: "bash",
    arguments: given,
    malformed: false,
  })),
});

/** A session as a client makes it, request by request. */
class Script {
  readonly exchanges: Exchange[] = [];

  ask(
    messages: readonly Message[],
    answer: AssistantMessage | "breaks" | "refused",
    tools = TOOLS,
  ): Exchange {
    const number = this.exchanges.length + 1;
    const asked: AskedFor = { model: "m", messages, tools, stream: false, more: {} };
    const response = { message: answer, stop: "end", usage: { inputTokens: number } };
    const exchange: Exchange = {
      schema_version: 2,
      number,
      at: new Date(number * 1000).toISOString(),
      dialect: "chat",
      request: {
        method: "POST",
        path: "/v1/chat/completions",
        headers: {},
        body: { text: JSON.stringify(asked) },
      },
      response: {
        status: answer === "refused" ? 500 : 200,
        headers: {},
        body: { text: typeof answer === "string" ? "" : JSON.stringify(response) },
        complete: answer !== "breaks",
      },
      ms: 1,
    };
    this.exchanges.push(exchange);
    return exchange;
  }

  get conversation(): Conversation {
    const conversation = toConversation(this.exchanges, dialects);
    expectWhole(this.exchanges, conversation);
    return conversation;
  }
}

/** No exchange is lost, and each request can be put together again, message by message. */
function expectWhole(exchanges: readonly Exchange[], conversation: Conversation): void {
  expect(conversation.places.map(({ exchange }) => exchange)).toEqual(exchanges.map(({ number }) => number));
  const rebuilt = rebuildRequests(conversation);
  for (const { number, request, dialect } of exchanges) {
    if (dialect === undefined || !("text" in request.body)) continue;
    const { messages } = JSON.parse(request.body.text) as AskedFor;
    expect(rebuilt.get(number)).toEqual(messages);
  }
}

const branches = ({ events }: Conversation) => events.filter((event) => event.type === "branch");
const turnsIn = ({ events }: Conversation, branch?: string) =>
  events
    .filter((event) => event.type === "turn" && event.branch === branch)
    .map((event) => (event as { exchange?: number }).exchange);

const SYSTEM = system("You are an agent. ".repeat(10));
const START = [SYSTEM, user("Fix it.")];

describe("the main line", () => {
  it("is what each request adds, once", () => {
    const script = new Script();
    const first = says("looking", { a: { command: "ls" } });
    script.ask(START, first);
    script.ask([...START, first, result("a", "file")], says("done"));
    expect(script.conversation.events.map(({ type }) => type)).toEqual([
      "input",
      "input",
      "turn",
      "result",
      "turn",
    ]);
    expect(script.conversation.events[2]).toMatchObject({
      exchange: 1,
      usage: { inputTokens: 1 },
      stop: "end",
    });
  });

  it("goes on after answers that broke off or were refused, with nothing said twice", () => {
    const script = new Script();
    script.ask(START, "breaks");
    script.ask(START, "refused");
    script.ask(START, says("hello"));
    const { events, places } = script.conversation;
    expect(events.map(({ type }) => type)).toEqual(["input", "input", "turn"]);
    expect(places.map(({ unanswered }) => unanswered)).toEqual(["stream-broke-off", "status 500", undefined]);
  });

  it("holds what the model said, and beside it what the client gives back in its place", () => {
    const script = new Script();
    script.ask(START, { ...says("hello"), reasoning: "hm" });
    script.ask([...START, says("hello "), user("go on")], says("yes"));
    const { events, restated } = script.conversation;
    expect(events[2]).toMatchObject({ message: { reasoning: "hm" } });
    expect(restated).toEqual([{ exchange: 2, index: 2, message: says("hello ") }]);
  });

  it("knows a call by its id when the client gives it back with more than was said", () => {
    const script = new Script();
    script.ask(START, says("", { a: { path: "x" } }));
    const filled = says("", { a: { path: "x", replace_all: false } });
    script.ask([...START, filled, result("a", "done")], says("yes"));
    const { events, restated } = script.conversation;
    expect(events.map(({ type }) => type)).toEqual(["input", "input", "turn", "result", "turn"]);
    expect(events[2]).toMatchObject({ message: says("", { a: { path: "x" } }) });
    expect(restated).toEqual([{ exchange: 2, index: 2, message: filled }]);
    expect(branches(script.conversation)).toEqual([]);
  });

  it("stays one where the system prompt has the hour in it", () => {
    const script = new Script();
    const start = (hour: number) => [system(`It is ${hour}.`), user("Fix it.")];
    script.ask(start(1), says("a"));
    script.ask([...start(2), says("a"), user("b")], says("c"));
    expect(script.conversation.events.map(({ type }) => type)).toEqual([
      "input",
      "input",
      "turn",
      "input",
      "turn",
    ]);
  });

  it("shows where the client cleared an old result", () => {
    const script = new Script();
    const [first, second] = [says("1", { a: {} }), says("2", { b: {} })];
    script.ask(START, first);
    script.ask([...START, first, result("a", "long")], second);
    script.ask([...START, first, result("a", "[cleared]"), second, result("b", "x")], says("3"));
    expect(branches(script.conversation)).toEqual([]);
    expect(script.conversation.events.filter(({ type }) => type === "context")).toHaveLength(1);
  });

  it("is that with tools, though a title was asked for first", () => {
    const script = new Script();
    script.ask([system("Write a title."), user("Fix it.")], says("A title"), []);
    script.ask(START, says("hello"));
    expect(branches(script.conversation)).toMatchObject([{ kind: "other", after: 0 }]);
    expect(turnsIn(script.conversation)).toEqual([2]);
  });
});

describe("branches", () => {
  it("sub-agent: what a call set off, with its own system prompt", () => {
    const script = new Script();
    const call = says("", { a: { prompt: "Find the bug." } });
    script.ask(START, call);
    const helper = [system("You are a helper."), user("Find the bug.")];
    script.ask(helper, says("searching", { h: {} }), [tool("bash")]);
    script.ask([...helper, says("searching", { h: {} }), result("h", "x")], says("found"), [tool("bash")]);
    script.ask([...START, call, result("a", "found")], says("done"));
    expect(branches(script.conversation)).toEqual([
      { type: "branch", id: "sub-agent-2", kind: "sub-agent", after: 1 },
    ]);
    expect(turnsIn(script.conversation)).toEqual([1, 4]);
    expect(turnsIn(script.conversation, "sub-agent-2")).toEqual([2, 3]);
  });

  it("compaction: the same agent goes on from a shorter history", () => {
    const script = new Script();
    const first = says("1", { a: {} });
    script.ask(START, first);
    script.ask([...START, first, result("a", "x")], says("2"));
    script.ask([SYSTEM, user("Summary: it was looked at.")], says("3"));
    expect(branches(script.conversation)).toEqual([
      { type: "branch", id: "compaction-3", kind: "compaction", after: 2 },
    ]);
  });

  it("compaction in the middle: later turns are kept", () => {
    const script = new Script();
    const history: Message[] = [...START];
    for (let turn = 0; turn < 6; turn++) {
      const said = says(`turn ${turn}`, { [`c${turn}`]: {} });
      script.ask([...history], said);
      history.push(said, result(`c${turn}`, "x"));
    }
    script.ask([...history.slice(0, 4), user("Summary."), ...history.slice(-2)], says("on"));
    expect(branches(script.conversation)).toMatchObject([{ kind: "compaction", after: 6 }]);
  });

  it("retry: the same request again takes over, what it drops is a branch", () => {
    const script = new Script();
    script.ask(START, says("1"));
    script.ask([...START, says("1"), user("go")], says("bad"));
    script.ask([...START, says("1"), user("go")], says("good"));
    script.ask([...START, says("1"), user("go"), says("good"), user("on")], says("end"));
    expect(branches(script.conversation)).toEqual([
      { type: "branch", id: "retry-2", kind: "retry", after: 1 },
    ]);
    expect(turnsIn(script.conversation)).toEqual([1, 3, 4]);
    expect(turnsIn(script.conversation, "retry-2")).toEqual([2]);
  });

  it("retry: takes along the helpers that what is dropped had called", () => {
    const script = new Script();
    const call = says("", { a: { prompt: "Find the bug." } });
    const second = [...START, says("1"), user("go")];
    script.ask(START, says("1"));
    script.ask(second, call);
    script.ask([system("You are a helper."), user("Find the bug.")], says("found"), [tool("bash")]);
    script.ask(second, says("good"));
    expect(branches(script.conversation)).toEqual([
      { type: "branch", id: "retry-2", kind: "retry", after: 1 },
      { type: "branch", id: "sub-agent-3", kind: "sub-agent", parent: "retry-2", after: 1 },
    ]);
  });

  it("other: what is asked beside, without tools; and what is no request to a model", () => {
    const script = new Script();
    script.ask(START, says("1"));
    script.ask([system("Is it safe?"), user("rm")], says("no"), []);
    const models = {
      ...script.ask([], "refused"),
      request: { method: "GET", path: "/v1/models", headers: {}, body: { text: "" } },
    };
    const { dialect: _, ...aside } = models;
    script.exchanges[2] = aside;
    expect(branches(script.conversation)).toMatchObject([
      { id: "other-2", kind: "other", after: 1 },
      { id: "other-3", kind: "other" },
    ]);
  });
});

describe("any session", () => {
  /** What a client may do next: go on, fail, repeat, go back, compact, call a helper, ask beside, edit. */
  const act = fc.tuple(
    fc.constantFrom(
      "on",
      "fail",
      "repeat",
      "back",
      "compact",
      "middle",
      "helper",
      "beside",
      "edit",
      "restate",
      "parallel",
    ),
    fc.nat(4),
    fc.constantFrom("x", "y", "", "Fix it."),
  );

  it("loses no exchange and no message, whatever its client does", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const script = new Script();
        const agents: Message[][] = [[...START]];
        const one = { at: 0 };
        const ask = (answer: AssistantMessage | "breaks" | "refused", tools = TOOLS) => {
          const history = agents[one.at] ?? [];
          script.ask([...history], answer, tools);
          if (typeof answer !== "string") history.push(answer);
        };
        for (const [kind, n, text] of acts) {
          one.at = Math.min(one.at, agents.length - 1);
          const history = agents[one.at] ?? [];
          if (kind === "fail") ask(n % 2 === 0 ? "breaks" : "refused");
          else if (kind === "repeat") script.ask([...history], says(text));
          else if (kind === "back") history.splice(n + 1, history.length);
          else if (kind === "compact") history.splice(1, history.length, user(`summary ${text}`));
          else if (kind === "middle") history.splice(n, n, user(`summary ${text}`));
          else if (kind === "helper") agents.push([system(`helper ${n}`), user(text)]);
          else if (kind === "beside") script.ask([system("title"), user(text)], says(text), []);
          else if (kind === "edit" && history.length > n) history[n] = user(text);
          else if (kind === "restate") {
            const at = history.findLastIndex(({ role }) => role === "assistant");
            const said = history[at];
            if (said?.role === "assistant") history[at] = { ...said, content: `${said.content} ` };
          } else if (kind === "parallel") one.at = n;
          else {
            const last = history.at(-1);
            if (last?.role === "assistant") {
              const open = last.toolCalls.map(({ id }) => result(id, text));
              history.push(...(open.length > 0 ? open : [user(text)]));
            }
            const made = n === 0 ? {} : { [`c${script.exchanges.length}`]: { prompt: text } };
            ask({ ...says(text, made), ...(n > 2 ? { reasoning: text } : {}) });
          }
        }
        expect(script.conversation.places).toHaveLength(script.exchanges.length);
      }),
      { numRuns: 300 },
    );
  });
});

it("events of a branch stand behind its beginning, and name one that is there", () => {
  const script = new Script();
  script.ask(START, says("1"));
  script.ask(START, says("2"));
  script.ask(START, says("3"));
  const begun = new Set<string | undefined>([undefined]);
  for (const event of script.conversation.events satisfies readonly AgentEvent[]) {
    if (event.type === "branch") begun.add(event.id);
    else expect(begun).toContain("branch" in event ? event.branch : undefined);
  }
  expect(turnsIn(script.conversation)).toEqual([3]);
});
