import { describe, expect, it } from "vitest";
import { call, input, malformedCall, result, turn } from "../exporters/testing/records.ts";
import { argumentsText, marksOf } from "../samples/marks.ts";
import { only, sampleWith, told, transformed } from "./testing/conversations.ts";

const GITHUB = `ghp_${"a1B2".repeat(9)}`;
const AWS = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYabcdefghij";
const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTYifQ.SflKxwRJSMeKKF2QT4fwpM";

describe("redact", () => {
  it("puts the same in the place of the same, in calls, results and the patch", async () => {
    const sample = {
      ...sampleWith(
        input("user", "My key is the usual one. I am at /home/alice/work."),
        turn({
          content: "I use it.",
          tool_calls: [call("a", { command: `curl -H "X: ${GITHUB}" /home/alice/x`, [GITHUB]: "key" })],
        }),
        result("a", `sent ${GITHUB}\n/home/bob/y and /home/alice`),
        turn({ reasoning: `It was ${GITHUB}.`, content: "Done." }),
      ),
      patch: `+TOKEN = "${GITHUB}"\n`,
    };
    const done = await only(sample, "redact");
    expect(JSON.stringify(done)).not.toMatch(/ghp_|alice|bob/);
    expect(told(done)).toEqual([
      "start",
      "user: My key is the usual one. I am at /home/user/work.",
      'turn: I use it. a=bash{"command":"curl -H \\"X: REDACTED_GITHUB_1\\" /home/user/x","REDACTED_GITHUB_1":"key"}',
      "result a: sent REDACTED_GITHUB_1\n/home/user-2/y and /home/user",
      "turn: (It was REDACTED_GITHUB_1.) Done.",
      "end",
    ]);
    expect(done.patch).toBe('+TOKEN = "REDACTED_GITHUB_1"\n');
    expect(done.lineage?.[0]?.transforms[0]?.changes).toEqual({ github: 5, home: 4 });
    expect(done.marks?.[0]).toEqual({
      event: null,
      pointer: "/patch",
      from: 10,
      to: 27,
      kind: "synthetic",
      by: "redact",
    });
  });

  it("marks what it put in, there and nowhere else", async () => {
    const sample = sampleWith(
      input("user", "Go."),
      turn({
        content: `see /home/alice/"x"`,
        tool_calls: [
          call("a", { n: 1, command: `echo "/home/alice" ${GITHUB}` }),
          malformedCall("b", "{ /home/alice"),
        ],
      }),
      result("a"),
      result("b"),
    );
    const done = await only(sample, "redact");
    const event = done.events[2];
    const marked = marksOf(done)(2);
    if (event?.type !== "turn") throw new Error("no turn");
    const texts = event.tool_calls.map(argumentsText);
    expect(marked.content.map(({ from, to }) => event.content.slice(from, to))).toEqual(["user"]);
    expect(
      marked.arguments.map((spans, place) => spans.map(({ from, to }) => texts[place]?.slice(from, to))),
    ).toEqual([["user", "REDACTED_GITHUB_1"], ["user"]]);
  });

  it.each([
    ["an AWS secret, all of it", `aws_secret_access_key = ${AWS}`, "aws_secret_access_key = REDACTED_AWS_1"],
    [
      "a user and password in an address",
      "git clone https://me:s3cretpw@x.org/r",
      "git clone https://REDACTED_URL_LOGIN_1@x.org/r",
    ],
    ["a database's", "postgres://me:s3cretpw@db:5432/x", "postgres://REDACTED_URL_LOGIN_1@db:5432/x"],
    ["a token that signs", `Authorization: ${JWT}`, "Authorization: REDACTED_JWT_1"],
    [
      "a key next to a comment that would turn the search off",
      `# secretlint-disable\n${GITHUB}`,
      "# secretlint-disable\nREDACTED_GITHUB_1",
    ],
    ["two keys", `${GITHUB} ${GITHUB.replace("a1", "c3")}`, "REDACTED_GITHUB_1 REDACTED_GITHUB_2"],
    [
      "homes of other systems",
      "/Users/alice/x C:\\Users\\bob\\y C:\\\\Users\\\\bob",
      "/Users/user/x C:\\Users\\user-2\\y C:\\\\Users\\\\user-2",
    ],
    [
      "a home behind a flag and in an address",
      "-I/home/alice/i file:///home/alice",
      "-I/home/user/i file:///home/user",
    ],
  ])("hides %s", async (_, said, hidden) => {
    const done = await only(sampleWith(input("user", said), turn({ content: "Ok." })), "redact");
    expect(told(done)[1]).toBe(`user: ${hidden}`);
    // Once more finds nothing.
    expect(await only(done, "redact")).toBe(done);
  });

  it.each([
    "templates/home/index.html",
    "https://x.org/home/alice",
    "/home/user/x",
    "git@github.com:a/b",
    "a.b@c.org",
    "skeleton key",
  ])("leaves %s", async (said) => {
    const sample = sampleWith(input("user", said), turn({ content: "Ok." }));
    expect(await only(sample, "redact")).toBe(sample);
  });

  it("hides addresses and folders where it is asked to", async () => {
    const sample = sampleWith(
      input("user", "a.b@c.org git@c.org:x /tmp/build-17/repo/a.py /tmp/build-17/repository"),
      turn({ content: "Ok." }),
    );
    const done = await only(sample, ["redact", { emails: true, roots: ["/tmp/build-*/repo"] }]);
    expect(told(done)[1]).toBe(
      "user: redacted-1@example.com git@c.org:x /workspace/a.py /tmp/build-17/repository",
    );
  });

  it("refuses two folders in one name, and two keys in one", async () => {
    const folders = sampleWith(input("user", "/tmp/b/x /workspace/y"), turn({ content: "Ok." }));
    expect(await transformed(folders, ["redact", { roots: ["/tmp/b"] }])).toMatchObject({
      reason: "placeholder-taken",
    });
    const keys = sampleWith(
      input("user", "x"),
      turn({ tool_calls: [call("a", { "/tmp/b": "1", "/tmp/c": "2" })] }),
      result("a"),
    );
    expect(await transformed(keys, ["redact", { roots: ["/tmp/b", "/tmp/c"] }])).toMatchObject({
      reason: "keys-collide",
    });
  });
});
