import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { build, exportInstances } from "../../../src/index.ts";
import { FIXTURE_FILES as DEP_SEARCH } from "../../../src/tasks/dep-search/fixture.ts";
import { FIXTURE_FILES as FUNC_GEN } from "../../../src/tasks/func-gen/fixture.ts";
import { ORCHARD_OPTIONS, writeOrchard } from "../../../src/tasks/issue-localize/testing/orchard.ts";
import { createGitHistory } from "../../../src/testing/git-history.ts";
import { writeSampleRepository } from "../../../src/testing/sample-repository.ts";

/** Tasks of every family that Harbor can hold, and instances of the one that it cannot, in `FOLDER/harbor`. */
export async function writeHarborTasks(folder: string): Promise<void> {
  const at = (name: string) => path.join(folder, "harbor", name);
  await mkdir(at("repositories"), { recursive: true });
  await writeSampleRepository(at("repositories/sample"));
  writeOrchard(createGitHistory(at("repositories/orchard")));
  await writeFiles(at("repositories/ledger"), DEP_SEARCH);
  await writeFiles(at("repositories/crates"), FUNC_GEN);
  await build({
    repositories: ["sample", "orchard", "ledger", "crates"].map((name) => at(`repositories/${name}`)),
    task: ["func-localize", "dep-search", "issue-localize", "func-gen"],
    options: {
      ...prefixed("issue-localize", ORCHARD_OPTIONS),
      "dep-search.min_statements": 2,
    },
    perRepository: 2,
    out: at("data"),
    cache: at("cache"),
  });
  const { counts } = await exportInstances({ dataset: at("data"), format: "harbor", out: at("export") });
  if (Object.keys(counts.refused).join() !== "judged-by-running")
    throw new Error(`func-gen alone was to be left out: ${JSON.stringify(counts)}`);
}

function prefixed(task: string, options: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [`${task}.${name}`, value]));
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
}
