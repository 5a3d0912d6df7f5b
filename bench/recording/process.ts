import { spawn } from "node:child_process";
import type { Server } from "node:http";
import path from "node:path";

/** Listens on a free port and says where, for `startProcess`. */
export function announce(server: Server): void {
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    if (typeof address === "object" && address !== null) console.log(`http://127.0.0.1:${address.port}`);
  });
}

/** One server of the bench, in a process of its own; ends with its disposal. */
export async function startProcess(
  name: string,
  args: readonly string[] = [],
): Promise<{ url: string } & Disposable> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, name), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once("exit", (code) => reject(new Error(`${name} ended with ${code}`)));
  });
  return { url, [Symbol.dispose]: () => void child.kill() };
}
