import { existsSync } from "node:fs";
import path from "node:path";
import { opaqueLabel } from "../shared/sandbox.ts";
import { containerName } from "./box.ts";
import { type Engine, type EngineName, ENGINES, runEngine } from "./engine.ts";
import { chooseEngine } from "./trial.ts";

export const TEST_IMAGE = process.env["SANDBOX_TEST_IMAGE"] ?? "localhost/sandbox";

function wantedEngine(): EngineName | undefined {
  return ENGINES.find((name) => name === process.env["SANDBOX_TEST_ENGINE"]);
}

/** The engine with the image that the tests use; where there is none, one line says so and tests that need it are not there. */
export async function engineUnderTest(): Promise<Engine | undefined> {
  const engine = await chooseEngine(TEST_IMAGE, wantedEngine());
  if (!("stage" in engine)) return engine;
  process.stderr.write(`container: tests that start containers are left out: ${engine.reason}\n`);
  return undefined;
}

/** What is left on the machine of a sandbox. */
export async function leftovers(engine: Engine, folder: string, id: string): Promise<string[]> {
  const label = opaqueLabel(id);
  const wanted = ["ps", "--all", "--filter", `name=${containerName(label)}`, "--format", "{{.Status}}"];
  const listed = await runEngine(engine.name, wanted);
  return [
    ...listed.text
      .split("\n")
      .filter((status) => status !== "")
      .map((status) => `process of a container: ${status}`),
    ...(existsSync(path.join(folder, label)) ? [`folder of ${id}`] : []),
  ];
}
