import { writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { temporaryFolder } from "../testing/command-line.ts";
import { hostedAgent } from "./hosted.ts";
import { openSharedHosts } from "./shared-hosts.ts";
import { openStage } from "./testing/stage.ts";

/** A model that has one command run and is done after it. */
async function openAgents(command: string) {
  const folder = await temporaryFolder();
  const baseUrl = folder.file("answers.jsonl");
  const call = (name: string, args: object) => ({ tool_calls: [{ name, arguments: args }] });
  const answers = [call("bash", { command }), call("finish", { message: "Done" })];
  await writeFile(baseUrl, answers.map((answer) => `${JSON.stringify(answer)}\n`).join(""));
  const model = { api: "replay", name: "m", baseUrl } as const;
  const hosts = openSharedHosts(model);
  return {
    agent: () => hostedAgent({ name: "loop", model }, hosts),
    async [Symbol.asyncDispose]() {
      await hosts[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

it("lets more attempts run at once than one process takes, each with its own history", async () => {
  await using agents = await openAgents("cat name.txt");
  const seen = await Promise.all(
    Array.from({ length: 20 }, async (_, number) => {
      await using stage = await openStage({ "name.txt": `attempt ${number}\n` });
      expect(await agents.agent().run(stage.context("Look."))).toEqual({ reason: "finished" });
      return stage.events.flatMap((event) => (event.type === "result" ? [event.result.content] : []))[0];
    }),
  );
  expect(seen).toEqual(
    Array.from({ length: 20 }, (_, number) => expect.stringContaining(`attempt ${number}`)),
  );
});

it("ends attempts at their deadline or when they are given up, and the one beside them goes on", async () => {
  await using agents = await openAgents("true");
  await using stage = await openStage({});
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  const beside = agents.agent().run(stage.context("Look.", { record: () => held }));
  const late = stage.context("Look.", { remainingMs: () => 1 });
  expect(await agents.agent().run(late)).toEqual({ reason: "deadline" });
  const given = stage.context("Look.", { signal: AbortSignal.abort() });
  expect((await agents.agent().run(given)).reason).toBe("deadline");
  letGo();
  expect(await beside).toEqual({ reason: "finished" });
});

it("passes a failure of one attempt on to that one", async () => {
  await using agents = await openAgents("true");
  await using stage = await openStage({});
  const full = new Error("no space left");
  const context = stage.context("Look.", { record: () => Promise.reject(full) });
  await expect(agents.agent().run(context)).rejects.toBe(full);
  expect(await agents.agent().run(stage.context("Look."))).toEqual({ reason: "finished" });
});

it("says that its processes ended to whoever is still at work", async () => {
  const agents = await openAgents("true");
  await using stage = await openStage({});
  const { promise: recording, resolve } = Promise.withResolvers<void>();
  const { promise: gone, resolve: end } = Promise.withResolvers<void>();
  const record = () => {
    resolve();
    return gone;
  };
  const run = agents.agent().run(stage.context("Look.", { record }));
  await recording;
  await agents[Symbol.asyncDispose]();
  end();
  await expect(run).rejects.toMatchObject({ code: "agent-crashed" });
});
