import { mkdtemp, rm } from "node:fs/promises";
import { execa } from "execa";
import os from "node:os";
import path from "node:path";
import { push } from "../../../src/commands/push.ts";
import { startHub, TOKEN } from "../../../src/hub/testing/hub.ts";
import { prepareEnvironment } from "../environment.ts";
import { writeCases } from "../cases.ts";

const PUSHED = ["openai-plain", "verl-long"];

/**
 * What we push to the stand-in of the hub, Python's `huggingface_hub` and `datasets` fetch from there, by the card that is beside it. So the
 * stand-in speaks as their client understands a hub. They are those of the peer `datasets`.
 */
export async function checkHub(): Promise<string[]> {
  const requirements = path.join(import.meta.dirname, "..", "datasets", "requirements.txt");
  const python = await prepareEnvironment("datasets", { requirements });
  const folder = await mkdtemp(path.join(os.tmpdir(), "peer-hub-"));
  await using hub = await startHub();
  try {
    await writeCases(folder);
    for (const name of PUSHED)
      await push({
        folder: path.join(folder, name),
        repository: `acme/${name}`,
        endpoint: hub.url,
        token: TOKEN,
      });
    const { stdout, stderr, exitCode } = await execa(
      python,
      [path.join(import.meta.dirname, "check.py"), folder, ...PUSHED],
      {
        env: {
          PATH: process.env["PATH"] ?? "/usr/bin:/bin",
          HOME: folder,
          HF_HOME: path.join(folder, "huggingface"),
          HF_ENDPOINT: hub.url,
          HF_TOKEN: TOKEN,
          HF_HUB_DISABLE_TELEMETRY: "1",
        },
        extendEnv: false,
        reject: false,
        timeout: 300_000,
      },
    );
    const lines = stdout.split("\n").filter((line) => /^(ok|FAIL) /.test(line));
    return exitCode === 0 ? lines : [...lines, `FAIL check.py: exit ${exitCode}: ${stderr.slice(-2000)}`];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
