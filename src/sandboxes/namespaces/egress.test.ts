import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { EGRESS_SOCKET } from "../../sandbox.ts";
import { makeTestWorkspace } from "../../workspaces/testing/workspace.ts";
import { namespaceSandboxes } from "./namespaces.ts";

const ASK = `
import socket
s = socket.socket(socket.AF_UNIX)
s.connect("${EGRESS_SOCKET}")
s.sendall(b"who?")
s.shutdown(socket.SHUT_WR)
print(s.recv(100).decode())
`;

test("the one socket that it is given is the only way out of a sandbox", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "egress-"));
  const socket = path.join(folder, "out.sock");
  const server = createServer((connection) => {
    connection.once("data", (data) => connection.end(`heard ${data.toString()}`));
  });
  server.listen(socket);
  await once(server, "listening");
  await chmod(folder, 0o755);
  await chmod(socket, 0o666);
  try {
    await using workspace = await makeTestWorkspace({ "a.txt": "a\n" });
    const provider = namespaceSandboxes({ folder: path.join(folder, "leases") });
    {
      await using sandbox = await provider.start({ id: `${folder}.1`, workspace, egress: { socket } });
      const answer = await sandbox.exec(["python3", "-c", ASK]);
      expect(Buffer.from(answer.stdout).toString(), Buffer.from(answer.stderr).toString()).toBe(
        "heard who?\n",
      );
    }
    await using closed = await provider.start({ id: `${folder}.2`, workspace });
    expect((await closed.exec(["python3", "-c", ASK])).exitCode).not.toBe(0);
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
});
