import { expect, it } from "vitest";
import { siblingModule } from "../../base/sibling.ts";
import { ResolverError } from "../../base/errors.ts";
import type { Resolver } from "../../resolver.ts";
import { hostedResolver } from "./hosted.ts";

const program = siblingModule(import.meta.url, "../testing/unruly-engine");
const open = (options: { memoryBytes?: number; timeoutMs?: number } = {}) =>
  hostedResolver({ engine: "unruly 1.0", program, folder: "/nowhere", ...options });
const ask = (resolver: Resolver, deed: string) =>
  resolver.resolve({ path: "a", qualifiedName: deed, ordinal: 0 });
const codeOf = (resolver: Resolver, deed: string) =>
  ask(resolver, deed).then(
    () => "answered",
    (error: unknown) => (error instanceof ResolverError ? error.code : String(error)),
  );
const processOf = async (resolver: Resolver) => JSON.stringify(await ask(resolver, "identify"));

it("says what went wrong and answers the next question", async () => {
  await using resolver = open({ timeoutMs: 3_000 });
  expect(await codeOf(resolver, "answer")).toBe("answered");
  for (const [deed, code] of [
    ["missing", "definition-not-found"],
    ["fail", "resolver-crashed"],
    ["crash", "resolver-crashed"],
    ["hang", "resolver-timed-out"],
  ] as const) {
    expect(await codeOf(resolver, deed)).toBe(code);
    expect(await codeOf(resolver, "answer")).toBe("answered");
  }
});

it("ends a process that takes too much memory", async () => {
  await using resolver = open({ memoryBytes: 300 * 1024 ** 2 });
  expect(await codeOf(resolver, "burst")).toBe("resolver-out-of-memory");
  expect(await codeOf(resolver, "answer")).toBe("answered");
});

it("starts anew at the high-water mark, so that no answer depends on those before", async () => {
  await using resolver = open({ memoryBytes: 300 * 1024 ** 2 });
  const first = await processOf(resolver);
  for (let question = 0; question < 8; question++) expect(await codeOf(resolver, "hoard")).toBe("answered");
  expect(await processOf(resolver)).not.toBe(first);
});

it("keeps its process from one question to the next, and takes several at once", async () => {
  await using resolver = open();
  const answers = await Promise.all([
    processOf(resolver),
    processOf(resolver),
    codeOf(resolver, "crash"),
    processOf(resolver),
  ]);
  expect(answers[0]).toBe(answers[1]);
  expect(answers[2]).toBe("resolver-crashed");
  expect(answers[3]).not.toBe(answers[0]);
});

it("answers nothing once it is closed", async () => {
  const resolver = open();
  await resolver[Symbol.asyncDispose]();
  expect(await codeOf(resolver, "answer")).toBe("resolver-crashed");
});
