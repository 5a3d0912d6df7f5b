import { appendFile, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Exchange, NewExchange } from "../exchange.ts";
import { temporaryFolder } from "../testing/command-line.ts";
import { bytesOf, toBody } from "./body.ts";
import { openExchangeLog, readExchanges } from "./store.ts";

const AT = "2026-11-25T00:00:00.000Z";

function exchangeOf(body: string | Buffer, more: Partial<NewExchange> = {}): NewExchange {
  return {
    at: AT,
    dialect: "chat",
    request: {
      method: "POST",
      path: "/v1/chat/completions",
      headers: { "content-type": "application/json" },
      body: typeof body === "string" ? { text: body } : toBody(body),
    },
    response: { status: 200, headers: {}, body: { text: "{}" }, complete: true },
    ms: 1,
    ...more,
  };
}

async function write(file: string, exchanges: readonly NewExchange[], secrets: readonly string[] = []) {
  await using log = await openExchangeLog(file, { secrets });
  const numbers = await Promise.all(exchanges.map((exchange) => log.append(exchange)));
  return { numbers, cutBytes: log.cutBytes };
}

const read = (file: string): Promise<Exchange[]> => Array.fromAsync(readExchanges(file));
const bodies = (exchanges: readonly Exchange[]) => exchanges.map(({ request }) => bytesOf(request.body));

describe("a file of exchanges", () => {
  it("gives back what was written, numbered from 1", async () => {
    await using folder = await temporaryFolder();
    const file = folder.file("exchanges.jsonl.gz");
    const written = [exchangeOf("a"), exchangeOf("b", { ms: 2, error: "client-gone" })];
    expect((await write(file, written)).numbers).toEqual([1, 2]);
    expect(await read(file)).toEqual(
      written.map((exchange, index) => ({ schema_version: 2, number: index + 1, ...exchange })),
    );
  });

  it("is read by every gzip reader, a line for each exchange", async () => {
    await using folder = await temporaryFolder();
    const file = folder.file("exchanges.jsonl.gz");
    await write(file, [exchangeOf("a"), exchangeOf("b")]);
    const lines = gunzipSync(await readFile(file))
      .toString("utf8")
      .trimEnd()
      .split("\n");
    expect(lines.map((line) => (JSON.parse(line) as Exchange).number)).toEqual([1, 2]);
  });

  it("keeps any bytes exactly, whatever requests have in common, over any number of openings", async () => {
    const piece = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.constantFrom("😀".repeat(200), "ab".repeat(400), "\uFEFF", "\r\n\u2028", "x".repeat(5000)),
    );
    const text = fc.array(piece, { maxLength: 6 }).map((pieces) => Buffer.from(pieces.join(""), "utf8"));
    const bytes = fc.uint8Array({ maxLength: 600 }).map((array) => Buffer.from(array));
    await using folder = await temporaryFolder();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.oneof(text, bytes), { maxLength: 25 }), { maxLength: 3 }),
        async (rounds) => {
          const file = folder.file(`${++run}.gz`);
          await write(file, []);
          for (const round of rounds)
            await write(
              file,
              round.map((body) => exchangeOf(body)),
            );
          expect(bodies(await read(file))).toEqual(rounds.flat());
        },
      ),
      { numRuns: 40 },
    );
  });

  it("keeps long bodies exactly, wherever they differ", async () => {
    await using folder = await temporaryFolder();
    const file = folder.file("exchanges.jsonl.gz");
    const long = "0123456789abcdef".repeat(20_000);
    const places = [0, 1, 65_535, 65_536, 65_537, 131_072, 200_001, long.length - 65_536, long.length - 1];
    const written = [
      long,
      ...places.map((at) => `${long.slice(0, at)}é${long.slice(at + 1)}`),
      long.slice(1),
      long,
    ];
    await write(
      file,
      written.map((body) => exchangeOf(body)),
    );
    const read = bodies(await Array.fromAsync(readExchanges(file))).map(String);
    expect(read.map((body, index) => body === written[index])).toEqual(written.map(() => true));
    const lines = gunzipSync(await readFile(file))
      .toString("utf8")
      .trimEnd()
      .split("\n");
    // No more than what stands between the place that differs and that of the body before.
    const longest = Math.max(...lines.slice(1, places.length + 1).map(({ length }) => length));
    expect(longest).toBeLessThan(70_000);
  });

  it("keeps bodies that are no text as base64", async () => {
    await using folder = await temporaryFolder();
    const file = folder.file("exchanges.jsonl.gz");
    await write(file, [exchangeOf(Buffer.from([0xff, 0, 0x80]))]);
    expect((await read(file))[0]?.request.body).toEqual({ base64: "/wCA" });
  });

  it("grows with the conversation, not with its square, for loops that send their history again", async () => {
    await using folder = await temporaryFolder();
    const turns = 400;
    const noise = () => Array.from({ length: 100 }, () => Math.random().toString(36)).join(" ");
    const tools = Array.from({ length: 20 }, noise);
    const main: string[] = [];
    const helper: string[] = [];
    const requests = Array.from({ length: turns }, (_, turn) => {
      const messages = turn % 3 === 2 ? helper : main;
      messages.push(noise());
      // The tools stand behind the messages, as the official client writes them.
      return JSON.stringify({ model: "m", messages, tools });
    });
    const half = folder.file("half.gz");
    const whole = folder.file("whole.gz");
    await write(
      half,
      requests.slice(0, turns / 2).map((body) => exchangeOf(body)),
    );
    await write(
      whole,
      requests.map((body) => exchangeOf(body)),
    );
    expect(bodies(await read(whole)).map(String)).toEqual(requests);
    const [a, b] = [(await stat(half)).size, (await stat(whole)).size];
    expect(b / a).toBeLessThan(2.1);
    expect(b).toBeLessThan(gzipSync([...main, ...helper, ...tools].join("\n")).length * 2);
  });
});

describe("a killed writer", () => {
  it("loses at most its last exchange, wherever it was cut, and says what is cut off", async () => {
    await using folder = await temporaryFolder();
    const file = folder.file("exchanges.jsonl.gz");
    const long = "history ".repeat(100);
    await write(file, [exchangeOf(`${long}1`)]);
    const first = (await stat(file)).size;
    await write(file, [exchangeOf(`${long}2`)]);
    const bytes = await readFile(file);
    for (let length = first + 1; length < bytes.length; length += 7) {
      await writeFile(file, bytes.subarray(0, length));
      expect(bodies(await read(file)).map(String)).toEqual([`${long}1`]);
      const { numbers, cutBytes } = await write(file, [exchangeOf(`${long}3`)]);
      expect({ numbers, cutBytes }).toEqual({ numbers: [2], cutBytes: length - first });
      expect(bodies(await read(file)).map(String)).toEqual([`${long}1`, `${long}3`]);
    }
  });

  it("may leave zeros after a power cut", async () => {
    await using folder = await temporaryFolder();
    const file = folder.file("exchanges.jsonl.gz");
    await write(file, [exchangeOf("a")]);
    await truncate(file, (await stat(file)).size + 100);
    expect((await write(file, [exchangeOf("b")])).cutBytes).toBe(100);
    expect(bodies(await read(file)).map(String)).toEqual(["a", "b"]);
  });

  it("is not taken for damage: a byte changed in the middle is an error, and nothing is cut off", async () => {
    await using folder = await temporaryFolder();
    const file = folder.file("exchanges.jsonl.gz");
    await write(file, [exchangeOf("a"), exchangeOf("b")]);
    const bytes = await readFile(file);
    bytes[20] = (bytes[20] ?? 0) ^ 0xff;
    await writeFile(file, bytes);
    await expect(read(file)).rejects.toMatchObject({ code: "exchanges-damaged" });
    await expect(openExchangeLog(file)).rejects.toMatchObject({ code: "exchanges-damaged" });
    expect(await readFile(file)).toEqual(bytes);
  });
});

describe("secrets", () => {
  const KEY = 'sk-"quoted"-key';

  it("are written nowhere: not in headers, not in paths, not in bodies, not in errors", async () => {
    await using folder = await temporaryFolder();
    const file = folder.file("exchanges.jsonl.gz");
    const names = [
      "authorization",
      "proxy-authorization",
      "x-api-key",
      "api-key",
      "x-goog-api-key",
      "cookie",
      "set-cookie",
    ];
    const headers = Object.fromEntries(names.map((name) => [name, "hidden-value"]));
    const exchange: NewExchange = {
      ...exchangeOf(JSON.stringify({ said: `the key is ${KEY}.` })),
      request: {
        method: "GET",
        path: `/v1/models?key=hidden-value&page=2&access_token=hidden-value&at=${encodeURIComponent(KEY)}`,
        headers: { ...headers, "x-note": KEY, "x-ratelimit-remaining-tokens": "5" },
        body: toBody(Buffer.concat([Buffer.from([0xff]), Buffer.from(KEY)])),
      },
      response: { status: 401, headers, body: { text: JSON.stringify({ error: KEY }) }, complete: true },
      error: `refused ${KEY}`,
    };
    await write(file, [exchange], [KEY, "none"]);
    const text = gunzipSync(await readFile(file)).toString("utf8");
    expect(text).not.toContain("hidden-value");
    expect(text).not.toContain("quoted");
    const [kept] = await read(file);
    expect(kept?.request.path).toBe("/v1/models?key=[redacted]&page=2&access_token=[redacted]&at=[redacted]");
    expect(kept?.request.headers["x-ratelimit-remaining-tokens"]).toBe("5");
    expect(bytesOf(kept?.request.body ?? { text: "" })).toEqual(
      Buffer.concat([Buffer.from([0xff]), Buffer.from("[redacted]")]),
    );
  });

  it("are not written where a service says again what it was asked with, but names of sessions are", async () => {
    await using folder = await temporaryFolder();
    const file = folder.file("exchanges.jsonl.gz");
    const own = {
      authorization: "Bearer own-key-1",
      "x-api-key": "own-key-2",
      "x-goog-api-key": "hg-session-1",
    };
    const exchange = exchangeOf("own-key-1");
    const echo = "no such key: own-key-1, own-key-2, hg-session-1";
    await write(file, [
      {
        ...exchange,
        request: { ...exchange.request, headers: own },
        response: { status: 401, headers: { "x-echo": "own-key-1" }, body: { text: echo }, complete: true },
      },
    ]);
    const [kept] = await read(file);
    expect(kept?.request.body).toEqual({ text: "[redacted]" });
    expect(kept?.response).toMatchObject({
      headers: { "x-echo": "[redacted]" },
      body: { text: "no such key: [redacted], [redacted], hg-session-1" },
    });
  });

  it.each([
    "x-subscription-key",
    "ocp-apim-subscriptionkey",
    "x-amz-security-token",
    "x-authtoken",
    "clientsecret",
  ])("are known by the name of their header: %s", async (name) => {
    await using folder = await temporaryFolder();
    const file = folder.file("exchanges.jsonl.gz");
    const exchange = exchangeOf("a");
    const headers = { [name]: "hidden-value", "x-monkeys": "stay" };
    await write(file, [{ ...exchange, request: { ...exchange.request, headers } }]);
    expect((await read(file))[0]?.request.headers).toEqual({ [name]: "[redacted]", "x-monkeys": "stay" });
  });

  it("that are words stay", async () => {
    await using folder = await temporaryFolder();
    const file = folder.file("exchanges.jsonl.gz");
    await write(file, [exchangeOf("none of it")], ["none"]);
    expect(bodies(await read(file)).map(String)).toEqual(["none of it"]);
  });
});

describe("versions", () => {
  it("reads the first format, and goes on in it", async () => {
    await using folder = await temporaryFolder();
    const file = folder.file("exchanges.jsonl.gz");
    const long = "history ".repeat(100);
    const row = { schema_version: 1, number: 1, ...exchangeOf(`${long}1`) };
    await writeFile(file, gzipSync(`${JSON.stringify(row)}\n`));
    await write(file, [exchangeOf(`${long}2`)]);
    expect(bodies(await read(file)).map(String)).toEqual([`${long}1`, `${long}2`]);
  });

  it("refuses a newer one", async () => {
    await using folder = await temporaryFolder();
    const file = folder.file("exchanges.jsonl.gz");
    await appendFile(file, gzipSync(`${JSON.stringify({ schema_version: 99, number: 1 })}\n`));
    await expect(read(file)).rejects.toMatchObject({ code: "newer-format" });
  });
});
