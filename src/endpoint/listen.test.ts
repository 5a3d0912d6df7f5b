import { readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { expect, it } from "vitest";
import { temporaryFolder } from "../testing/command-line.ts";
import { openEndpoint } from "./server.ts";

const upstream = { kind: "service", api: "openai", baseUrl: "http://localhost:1" } as const;

it("a file in the socket's place is no socket of a killed process, and stays", async () => {
  await using folder = await temporaryFolder();
  const socket = folder.file("notes.txt");
  await writeFile(socket, "dear");
  await expect(openEndpoint({ upstream, listen: { socket } })).rejects.toMatchObject({
    code: "cannot-listen",
    message: expect.stringContaining("no socket") as string,
  });
  expect(await readFile(socket, "utf8")).toBe("dear");
});

it("the socket of a living process stays", async () => {
  await using folder = await temporaryFolder();
  const socket = folder.file("living.sock");
  const living = createServer();
  await new Promise<void>((resolve) => living.listen(socket, resolve));
  await expect(openEndpoint({ upstream, listen: { socket } })).rejects.toMatchObject({
    code: "cannot-listen",
  });
  expect((await stat(socket)).isSocket()).toBe(true);
  living.close();
});
