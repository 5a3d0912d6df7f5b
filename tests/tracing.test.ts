import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
  type ReadableSpan,
} from "@opentelemetry/sdk-trace";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build, rollout } from "../src/index.ts";
import { temporaryFolder } from "../src/testing/command-line.ts";
import { startModelServer } from "../src/testing/model-server.ts";
import { writeSampleRepository } from "../src/testing/sample-repository.ts";

/** What a program sees that registers an SDK, as docs/tracing.md shows it. */
describe("spans of a rollout", () => {
  const exporter = new InMemorySpanExporter();
  let spans: readonly ReadableSpan[] = [];
  const named = (name: string) => spans.filter((span) => span.name === name);
  const parentOf = (span: ReadableSpan | undefined) =>
    spans.find((other) => other.spanContext().spanId === span?.parentSpanContext?.spanId)?.name;
  const secret = "a very secret key";

  beforeAll(async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(
      new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
    );
    await using folder = await temporaryFolder();
    await using server = await startModelServer();
    const repository = await writeSampleRepository(folder.file("orchard"));
    await build({
      repositories: [repository],
      task: "func-localize",
      perRepository: 1,
      cache: folder.file("cache"),
      out: folder.file("data"),
    });
    const usage = { input: 120, output: 7, cached: 100 };
    server.enqueue(
      { kind: "status", status: 503 },
      {
        kind: "answer",
        text: "",
        usage,
        calls: [{ id: "1", name: "bash", arguments: '{"command":"echo hello"}' }],
      },
      { kind: "answer", text: "", usage, calls: [{ id: "2", name: "my own thoughts", arguments: "{}" }] },
      { kind: "answer", text: "", usage, calls: [{ id: "3", name: "finish", arguments: "{}" }] },
    );
    process.env["OPENAI_API_KEY"] = secret;
    await rollout({
      dataset: folder.file("data"),
      run: folder.file("run"),
      agent: "loop",
      model: { name: "teacher", baseUrl: server.openaiUrl },
      isolation: "process",
      allowUnsafe: true,
    });
    spans = exporter.getFinishedSpans();
  });
  afterAll(() => {
    delete process.env["OPENAI_API_KEY"];
    trace.disable();
    context.disable();
  });

  it("are one tree for each attempt", () => {
    expect(named("attempt")).toHaveLength(1);
    expect(named("workspace")).toHaveLength(1);
    for (const name of ["sandbox start", "invoke_agent loop", "grading"])
      expect(named(name).map(parentOf), name).toEqual(["attempt"]);
    for (const name of ["chat teacher", "execute_tool bash", "execute_tool unknown"])
      expect(new Set(named(name).map(parentOf)), name).toEqual(new Set(["invoke_agent loop"]));
  });

  it("say what each call to the model took, failed ones too", () => {
    const calls = named("chat teacher");
    expect(calls.map(({ attributes }) => attributes["error.type"])).toEqual([
      "503",
      undefined,
      undefined,
      undefined,
    ]);
    expect(calls[1]?.attributes).toMatchObject({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "teacher",
      "gen_ai.usage.input_tokens": 120,
      "gen_ai.usage.output_tokens": 7,
      "gen_ai.usage.cache_read.input_tokens": 100,
    });
    expect(named("attempt")[0]?.attributes).toMatchObject({ "hybrid_gym.steps": 3 });
  });

  it("hold nothing that the model read or wrote, and no key", () => {
    const all = JSON.stringify(
      spans.map(({ name, attributes, events, status }) => [name, attributes, events, status]),
    );
    for (const text of [secret, "echo hello", "my own thoughts", "docstring", "Goal"])
      expect(all).not.toContain(text);
  });
});
