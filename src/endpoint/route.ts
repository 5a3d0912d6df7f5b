import type { IncomingMessage } from "node:http";
import { dialectOfPath } from "../dialects/index.ts";
import type { DialectName } from "../exchange.ts";
import { ExchangeFailure } from "./failure.ts";
import { sessionInKey } from "./headers.ts";

/** Which session a request names, and what it asks for. */
export interface Route {
  /** The path's before the key's. */
  readonly session: string | undefined;
  /** With the query, without the session. */
  readonly path: string;
  readonly dialect: DialectName | undefined;
  /** Why the request can go nowhere, if so. */
  readonly unusable?: ExchangeFailure;
}

const SESSION_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;
/** Paths that services have begin so. */
const NOT_A_SESSION = /^(v\d.*|api|openai|anthropic|chat|responses|messages|models)$/;

export const isSessionName = (name: string): boolean => SESSION_NAME.test(name) && !NOT_A_SESSION.test(name);

/** `owner` is the session whose own socket the request came by: no other can be named there, and it must be named. */
export function routeOf(request: IncomingMessage, owner?: string): Route {
  const url = request.url ?? "";
  const [, first = "", rest = ""] = /^\/([^/?]*)([^]*)$/.exec(url) ?? [];
  const isSession = owner === undefined ? isSessionName(first) : first === owner;
  const inPath = isSession ? first : undefined;
  const path = inPath === undefined ? url : rest.startsWith("/") ? rest : `/${rest}`;
  const named = inPath ?? sessionInKey(request.rawHeaders);
  const plain = isPath(url) && isPath(path) ? plainPath(path) : undefined;
  return {
    session: owner === undefined || named === owner ? named : undefined,
    path,
    dialect: request.method === "POST" && plain !== undefined ? dialectOfPath(plain)?.name : undefined,
    ...(plain === undefined ? { unusable: unusablePath(url) } : {}),
  };
}

/** What goes on is put behind a base URL: a whole URL or `//host` in its place would lead elsewhere. */
const isPath = (target: string): boolean => /^\/(?!\/)/.test(target);

/** As services read it, so that no other spelling of a dialect's path passes for something else; undefined where it cannot be read. */
function plainPath(path: string): string | undefined {
  try {
    return decodeURIComponent(new URL(`http://service${path}`).pathname).replaceAll(/\/+/g, "/");
  } catch {
    return undefined;
  }
}

export function unusablePath(target: string): ExchangeFailure {
  const message = `requests are made to a path that begins with one slash, not to "${target.slice(0, 200)}"`;
  return new ExchangeFailure("path-unusable", 400, message);
}

const ASKED =
  /^(\/v1)?\/(chat\/completions|responses|messages|messages\/count_tokens|responses\/input_tokens)$/;
const LISTED = /^(\/v1)?\/models(\/(?!\.+$)[\w.:@-]+)?\/?$/;

/** What agents need that are not to be trusted. A key opens more than that: files, batches, fine-tuning, other people's answers. */
export function isForAgents({ method }: IncomingMessage, { path }: Route): boolean {
  const [bare = ""] = path.split("?", 1);
  return (method === "POST" && ASKED.test(bare)) || (method === "GET" && LISTED.test(bare));
}

/** Where a request goes on to: the base's version, where it has one, takes the place of the request's. */
export function targetOf(baseUrl: string, path: string): { readonly origin: string; readonly path: string } {
  const { origin, pathname } = new URL(baseUrl);
  const base = pathname.replace(/\/+$/, "");
  const hasVersion = /\/v\d+[a-z0-9]*$/.test(base);
  return { origin, path: base + (hasVersion ? path.replace(/^\/v1(?=[/?]|$)/, "") : path) };
}
