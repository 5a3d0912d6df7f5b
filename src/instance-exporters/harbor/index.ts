import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { stringify } from "smol-toml";
import { describeWriteFailure, REMAINS, syncFolder } from "../../base/files.ts";
import type {
  ExportedInstance,
  InstanceExportContext,
  InstanceExporter,
  InstanceWriter,
} from "../../instance-exporter.ts";
import { readTask } from "./read-task.ts";
import { describeFile, taskDigest } from "./digest.ts";
import { type HarborOptions, parseHarborOptions } from "./options.ts";
import { taskName } from "./task-config.ts";
import { writeTaskFolder } from "./task-folder.ts";
import { findVerifierArchive, verifierCopies } from "./verifier-archive.ts";

const TASKS = "tasks";
const DATASET_FILE = "dataset.toml";

/** Task folders as Harbor reads them; `tasks/` appears when it is complete. See docs/harbor.md. */
export const harborTasks: InstanceExporter = {
  format: "harbor",
  version: 1,
  parseOptions: (options) => ({ ...parseHarborOptions(options) }),
  open: (context) => openTasks(context, parseHarborOptions(context.options)),
};

async function openTasks(context: InstanceExportContext, options: HarborOptions): Promise<InstanceWriter> {
  const copyVerifier = verifierCopies(findVerifierArchive());
  const place = path.join(context.folder, TASKS);
  const unfinished = `${place}.${process.pid}.tmp`;
  await removeRemains(context.folder);
  await mkdir(unfinished).catch((error: unknown) => {
    throw describeWriteFailure(error, unfinished);
  });
  const list = await open(path.join(unfinished, DATASET_FILE), "wx");
  const name = options.dataset ?? `instances-${context.datasetSha256.slice(0, 12)}`;
  await list.write(stringify({ dataset: { name: `${options.organization}/${name}` } }));
  let finished = false;
  return {
    async write(instance: ExportedInstance) {
      const task = await readTask(instance, context, options);
      if (typeof task === "string") return { kind: "refused", reason: task };
      const { id } = instance.pair.instance;
      const folder = path.join(unfinished, id);
      try {
        await mkdir(folder);
        await writeTaskFolder(folder, task, copyVerifier);
        const entry = { name: taskName(options, id), digest: await taskDigest(folder) };
        await list.write(`\n${stringify({ tasks: [entry] })}`);
      } catch (error) {
        throw describeWriteFailure(error, folder);
      }
      return { kind: "written" };
    },
    async finish() {
      await list.sync();
      await list.close();
      await syncFolder(unfinished);
      await rm(place, { recursive: true, force: true });
      await rename(unfinished, place);
      finished = true;
      await syncFolder(context.folder);
      const file = path.join(TASKS, DATASET_FILE);
      return { [file]: await describeFile(path.join(context.folder, file)) };
    },
    async discard() {
      if (finished) return;
      await list.close().catch(() => {});
      await rm(unfinished, { recursive: true, force: true });
    },
  };
}

/** What a killed export left. */
async function removeRemains(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(`${TASKS}.`) && REMAINS.test(name))
      await rm(path.join(folder, name), { recursive: true, force: true });
  }
}
