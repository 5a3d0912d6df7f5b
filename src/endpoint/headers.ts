/** Names and values in turn, as they came: `IncomingMessage.rawHeaders` and undici's are of this form. */
export type RawHeaders = readonly string[];

/** Of one connection and not of the message (RFC 9110, 7.6.1); `host` and `expect` are for whom we talk to as well. */
const OF_THE_CONNECTION = new Set([
  "connection",
  "expect",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
const CREDENTIALS = new Set(["authorization", "x-api-key", "api-key"]);

/** What goes on: all but the headers of the connection, as they are and in their order. */
export function forwardedHeaders(raw: RawHeaders): string[] {
  const named = new Set(
    valuesOf(raw, "connection").flatMap((value) => value.split(",").map((name) => name.trim().toLowerCase())),
  );
  return without(raw, (name) => OF_THE_CONNECTION.has(name) || named.has(name));
}

/** The service's key in place of what came; without one, a session's key is taken out, for it is nobody else's business. */
export function withCredentials(
  raw: RawHeaders,
  service: { readonly api: "openai" | "anthropic"; readonly apiKey?: string },
): string[] {
  if (service.apiKey === undefined)
    return without(raw, (name, value) => CREDENTIALS.has(name) && isSessionKey(value));
  const credential =
    service.api === "anthropic"
      ? ["x-api-key", service.apiKey]
      : ["authorization", `Bearer ${service.apiKey}`];
  return [...without(raw, (name) => CREDENTIALS.has(name)), ...credential];
}

/** The session that the key names: `hg-<session>`. */
export function sessionInKey(raw: RawHeaders): string | undefined {
  for (const name of CREDENTIALS) {
    const value = valuesOf(raw, name).find(isSessionKey);
    if (value !== undefined) return value.replace(SESSION_KEY, "");
  }
  return undefined;
}

const SESSION_KEY = /^(bearer +)?hg-/i;
const isSessionKey = (value: string): boolean => SESSION_KEY.test(value);

/** For the record: lower-case names, what came more than once joined. */
export function recordedHeaders(raw: RawHeaders): Record<string, string> {
  const result = new Map<string, string>();
  for (const [name, value] of pairs(raw)) {
    const earlier = result.get(name);
    result.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return Object.fromEntries(result);
}

export function valuesOf(raw: RawHeaders, wanted: string): string[] {
  return [...pairs(raw)].filter(([name]) => name === wanted).map(([, value]) => value);
}

export function without(raw: RawHeaders, unwanted: (name: string, value: string) => boolean): string[] {
  const result: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const [name = "", value = ""] = raw.slice(index, index + 2);
    if (!unwanted(name.toLowerCase(), value)) result.push(name, value);
  }
  return result;
}

function* pairs(raw: RawHeaders): Generator<[string, string]> {
  for (let index = 0; index + 1 < raw.length; index += 2)
    yield [raw[index]?.toLowerCase() ?? "", raw[index + 1] ?? ""];
}
