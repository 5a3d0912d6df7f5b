import type { Body, Exchange, NewExchange } from "../exchange.ts";

export const REDACTED = "[redacted]";

/** `authorization`, `proxy-authorization`, `x-api-key`, `api-key`, `x-goog-api-key`, `cookie`, `set-cookie`, and what ends alike. */
const SECRET_HEADER = /(authorization|key|cookie2?|token|secret|password)$/i;
/** Of those, what holds one key, after the name of a scheme or without. */
const CREDENTIAL_HEADER = /(authorization|key|token|secret)$/i;
/** Names of sessions, which are in paths as well and open nothing elsewhere. */
const SESSION_KEY = /^hg-/i;
const SECRET_PARAMETER =
  /([?&](?:key|api[-_]?key|(?:access|auth|id)[-_]?token|token|secret|sig(?:nature)?|password)=)[^&#]*/gi;
/** Shorter keys, such as `none` for servers that need none, are words. */
const SHORTEST_SECRET = 8;

/**
 * The exchange without secrets: by the names of headers and parameters, and of any given text, wherever it stands. The keys that
 * its request came with are such texts as well: services say them again, in their errors at least.
 */
export function redactExchange(exchange: NewExchange, secrets: readonly string[]): NewExchange {
  const { request, response, error } = exchange;
  const hide = hider([...secrets, ...credentialsOf(request.headers)]);
  return {
    ...exchange,
    request: {
      ...request,
      path: hide(request.path.replaceAll(SECRET_PARAMETER, `$1${REDACTED}`)),
      headers: redactHeaders(request.headers, hide),
      body: redactBody(request.body, hide),
    },
    ...(response === undefined
      ? {}
      : {
          response: {
            ...response,
            headers: redactHeaders(response.headers, hide),
            body: redactBody(response.body, hide),
          },
        }),
    ...(error === undefined ? {} : { error: hide(error) }),
  };
}

function credentialsOf(headers: Exchange["request"]["headers"]): string[] {
  return Object.entries(headers)
    .filter(([name]) => CREDENTIAL_HEADER.test(name))
    .flatMap(([, value]) => value.split(", ").map((one) => one.replace(/^\S+ +/, "")))
    .filter((key) => !SESSION_KEY.test(key));
}

export type Hide = (text: string) => string;

/** A secret is looked for as it is, as JSON has it, and as a URL has it. */
export function hider(secrets: readonly string[]): Hide {
  const forms = new Set(
    secrets
      .filter((secret) => secret.length >= SHORTEST_SECRET)
      .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]),
  );
  const longestFirst = [...forms].toSorted((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((hidden, form) => hidden.replaceAll(form, REDACTED), text);
}

function redactHeaders(headers: Exchange["request"]["headers"], hide: Hide): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]): [string, string] => [
    name,
    SECRET_HEADER.test(name) ? REDACTED : hide(value),
  ]);
  return Object.fromEntries(entries);
}

/** Latin-1 gives every byte one character, so bytes that are no text are searched as text is. */
function redactBody(body: Body, hide: Hide): Body {
  if ("text" in body) return { text: hide(body.text) };
  const characters = Buffer.from(body.base64, "base64").toString("latin1");
  const hidden = hide(characters);
  return hidden === characters ? body : { base64: Buffer.from(hidden, "latin1").toString("base64") };
}
