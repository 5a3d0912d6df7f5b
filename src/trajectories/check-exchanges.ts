import { canonicalJson } from "../base/json.ts";
import { messageOf } from "../base/errors.ts";
import type { Dialect } from "../dialect.ts";
import type { DialectName, Exchange } from "../exchange.ts";
import { bytesOf } from "../exchanges/body.ts";
import type { AssistantMessage } from "../model.ts";
import type { TrajectoryEvent } from "../trajectory.ts";
import type { Finding } from "./check.ts";

type Turn = Extract<TrajectoryEvent, { type: "turn" }>;

/** Whether each turn says what the exchange that it names says, read anew from its bytes. */
export function checkAgainstExchanges(
  events: readonly TrajectoryEvent[],
  exchanges: readonly Exchange[],
  dialectOf: (name: DialectName) => Dialect,
): Finding[] {
  const byNumber = new Map(exchanges.map((exchange) => [exchange.number, exchange]));
  return events.flatMap((event, index): Finding[] => {
    if (event.type !== "turn" || event.exchange === undefined) return [];
    const line = index + 1;
    const exchange = byNumber.get(event.exchange);
    if (exchange === undefined)
      return [{ line, code: "no-such-exchange", message: `there is no exchange ${event.exchange}` }];
    const said = answerOf(exchange, dialectOf);
    if (typeof said === "string")
      return [{ line, code: "exchange-unreadable", message: `exchange ${event.exchange}: ${said}` }];
    const differing = differences(event, said);
    return differing.length === 0
      ? []
      : [
          {
            line,
            code: "differs-from-exchange",
            message: `exchange ${event.exchange} has another ${differing.join(" and ")}`,
          },
        ];
  });
}

function answerOf(
  { dialect, response, request }: Exchange,
  dialectOf: (name: DialectName) => Dialect,
): AssistantMessage | string {
  if (dialect === undefined || response === undefined) return "it holds no answer of a model";
  try {
    const { messages } = dialectOf(dialect).readRequest(JSON.parse(bytesOf(request.body).toString("utf8")));
    const body = {
      contentType: response.headers["content-type"] ?? "",
      text: bytesOf(response.body).toString("utf8"),
      complete: response.complete,
    };
    return dialectOf(dialect).readResponse(body, { messages }).message;
  } catch (error) {
    return messageOf(error);
  }
}

/** Ids are left out: a service may give none, and ours are made. Text that carried calls (`text` protocols) is in the exchange only. */
function differences(turn: Turn, said: AssistantMessage): string[] {
  const calls = (list: readonly { readonly name: string; readonly arguments: unknown }[]) =>
    canonicalJson(list.map((call) => [call.name, call.arguments]));
  const byText = said.toolCalls.length === 0 && turn.tool_calls.length > 0;
  return [
    ...(said.content === turn.content || (byText && said.content.startsWith(turn.content)) ? [] : ["text"]),
    ...((said.reasoning ?? "") === (turn.reasoning ?? "") ? [] : ["reasoning"]),
    ...(byText || calls(said.toolCalls) === calls(turn.tool_calls) ? [] : ["calls"]),
  ];
}
