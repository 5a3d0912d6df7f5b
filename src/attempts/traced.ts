import type { Agent, AgentEnd, AgentEvent, ToolBox } from "../agent.ts";
import { activeSpan, codeOf, inSpan, markFailed, pastSpan, type Parent } from "../base/tracing.ts";
import type { NewExchange } from "../exchange.ts";
import type { Recorder } from "./recorder.ts";

/** Attribute names are those of the OpenTelemetry semantic conventions for generative AI (docs/tracing.md). */
const OPERATION = "gen_ai.operation.name";

/** A span for all that an agent does. */
export function inAgentSpan(
  { name, version }: Agent,
  work: () => Promise<AgentEnd | Error>,
): Promise<AgentEnd | Error> {
  const attributes = {
    [OPERATION]: "invoke_agent",
    "gen_ai.agent.name": name,
    "gen_ai.agent.version": version,
  };
  return inSpan(`invoke_agent ${name}`, attributes, async (span) => {
    const end = await work();
    if (end instanceof Error) markFailed(span, codeOf(end));
    return end;
  });
}

/** A span for each tool call. */
export function tracedTools(tools: ToolBox): ToolBox {
  const known = new Set(tools.definitions.map(({ name }) => name));
  return {
    definitions: tools.definitions,
    call(name, args) {
      // A name that is no tool's is the model's own words.
      const said = known.has(name) ? name : "unknown";
      const attributes = {
        [OPERATION]: "execute_tool",
        "gen_ai.tool.name": said,
        "gen_ai.tool.type": "function",
      };
      return inSpan(`execute_tool ${said}`, attributes, async (span) => {
        const result = await tools.call(name, args);
        if (result.isError === true) markFailed(span, "tool_error");
        return result;
      });
    },
  };
}

/** A span for each call to the model, from what is recorded of it: agents call their models in processes of their own. */
export function tracedRecorder(recorder: Recorder, attempt: string, model: string | undefined): Recorder {
  const times = new Map<number, ExchangeTime>();
  // Requests of programs come by a socket, where no span is active.
  const home = activeSpan();
  return {
    async record(event, at) {
      await recorder.record(event, at);
      if (event.type === "turn") traceTurn(event, { attempt, model }, timeOf(event, times));
    },
    async recordExchange(exchange) {
      const number = await recorder.recordExchange(exchange);
      const time = timeOfExchange(exchange);
      if (exchange.response?.status === 200) times.set(number, time);
      else if (exchange.dialect !== undefined) traceFailure(exchange, { attempt, model }, time, home);
      return number;
    },
    end: (reason, detail) => recorder.end(reason, detail),
    get steps() {
      return recorder.steps;
    },
    get usage() {
      return recorder.usage;
    },
    [Symbol.asyncDispose]: () => recorder[Symbol.asyncDispose](),
  };
}

interface Asked {
  readonly attempt: string;
  readonly model: string | undefined;
}

interface ExchangeTime {
  readonly from: Date;
  readonly to: Date;
  readonly provider?: string;
}

/** Whose protocol is spoken, which is all that is known of a service that speaks another's. */
const PROVIDERS = { chat: "openai", responses: "openai", messages: "anthropic" } as const;

function timeOfExchange({ at, ms, dialect }: NewExchange): ExchangeTime {
  const from = new Date(at);
  return {
    from,
    to: new Date(from.getTime() + ms),
    ...(dialect === undefined ? {} : { provider: PROVIDERS[dialect] }),
  };
}

function timeOf({ exchange }: Turn, times: Map<number, ExchangeTime>): ExchangeTime {
  const known = exchange === undefined ? undefined : times.get(exchange);
  if (exchange !== undefined) times.delete(exchange);
  return known ?? { from: new Date(), to: new Date() };
}

type Turn = Extract<AgentEvent, { type: "turn" }>;

function traceTurn(turn: Turn, asked: Asked, time: ExchangeTime): void {
  const { usage, servedModel, stop } = turn;
  const attributes = {
    ...askedOf(asked, time),
    ...(servedModel === undefined ? {} : { "gen_ai.response.model": servedModel }),
    ...(stop === undefined ? {} : { "gen_ai.response.finish_reasons": [stop] }),
    ...(usage.inputTokens === undefined ? {} : { "gen_ai.usage.input_tokens": usage.inputTokens }),
    ...(usage.outputTokens === undefined ? {} : { "gen_ai.usage.output_tokens": usage.outputTokens }),
    ...(usage.cachedTokens === undefined
      ? {}
      : { "gen_ai.usage.cache_read.input_tokens": usage.cachedTokens }),
  };
  pastSpan(spanName(asked), attributes, time);
}

function traceFailure(
  { response, error }: NewExchange,
  asked: Asked,
  time: ExchangeTime,
  home: Parent,
): void {
  const code =
    response === undefined ? (error?.replace(/[^\w-].*$/s, "") ?? "unknown") : String(response.status);
  pastSpan(spanName(asked), askedOf(asked, time), time, { failure: code, home });
}

function askedOf({ attempt, model }: Asked, { provider }: ExchangeTime) {
  return {
    [OPERATION]: "chat",
    "gen_ai.conversation.id": attempt,
    ...(provider === undefined ? {} : { "gen_ai.provider.name": provider }),
    ...(model === undefined ? {} : { "gen_ai.request.model": model }),
  };
}

function spanName({ model }: Asked): string {
  return model === undefined ? "chat" : `chat ${model}`;
}
