import type { Dialect } from "../dialect.ts";
import type { DialectName } from "../exchange.ts";
import { chat } from "./chat/chat.ts";
import { messages } from "./messages/messages.ts";
import { responses } from "./responses/responses.ts";

export const dialects: Readonly<Record<DialectName, Dialect>> = { chat, responses, messages };

/** The dialect that is spoken at a path (with or without a query); undefined where none is. */
export function dialectOfPath(path: string): Dialect | undefined {
  const bare = path.replace(/[?#].*$/, "").replace(/\/+$/, "");
  return Object.values(dialects).find((dialect) => bare.endsWith(dialect.path));
}
