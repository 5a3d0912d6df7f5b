import type { IncomingMessage } from "node:http";
import { dialectOfPath } from "../dialects/index.ts";
import type { DialectName } from "../exchange.ts";
import { sessionInKey } from "./headers.ts";

/** Which session a request names, and what it asks for. */
export interface Route {
  /** The path's before the key's. */
  readonly session: string | undefined;
  /** With the query, without the session. */
  readonly path: string;
  readonly dialect: DialectName | undefined;
}

const SESSION_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;
/** Paths that services have begin so. */
const NOT_A_SESSION = /^(v\d.*|api|openai|anthropic|chat|responses|messages|models)$/;

export const isSessionName = (name: string): boolean => SESSION_NAME.test(name) && !NOT_A_SESSION.test(name);

/** `owner` is the session whose own socket the request came by: no other can be named there. */
export function routeOf(request: IncomingMessage, owner?: string): Route {
  const url = request.url ?? "/";
  const [, first = "", rest = ""] = /^\/([^/?]*)([^]*)$/.exec(url) ?? [];
  const isSession = owner === undefined ? isSessionName(first) : first === owner;
  const inPath = isSession ? first : undefined;
  const path = inPath === undefined ? url : rest.startsWith("/") ? rest : `/${rest}`;
  return {
    session: owner ?? inPath ?? sessionInKey(request.rawHeaders),
    path,
    dialect: request.method === "POST" ? dialectOfPath(path)?.name : undefined,
  };
}

/** Where a request goes on to: the base's version, where it has one, takes the place of the request's. */
export function targetOf(baseUrl: string, path: string): { readonly origin: string; readonly path: string } {
  const { origin, pathname } = new URL(baseUrl);
  const base = pathname.replace(/\/+$/, "");
  const hasVersion = /\/v\d+[a-z0-9]*$/.test(base);
  return { origin, path: base + (hasVersion ? path.replace(/^\/v1(?=[/?]|$)/, "") : path) };
}
