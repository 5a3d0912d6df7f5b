import { stringify } from "smol-toml";
import { VERSION } from "../../base/version.ts";
import type { Instance } from "../../instance.ts";
import { type HarborOptions, imageOf } from "./options.ts";

/** Where the repository lies in the container. */
export const WORKSPACE = "/app";

/** `task.toml`, in Harbor's schema 1.4. Nothing in it tells where the answer is. */
export function taskConfig(
  instance: Instance,
  about: { readonly graderVersion: number; readonly datasetSha256: string },
  options: HarborOptions,
): string {
  const { id, task, language, repository } = instance;
  const { url } = repository;
  return stringify({
    schema_version: "1.4",
    task: {
      name: taskName(options, id),
      description: `${task} in ${repository.name}`,
      keywords: [task, language],
    },
    metadata: {
      generator: `hybrid-gym ${VERSION}`,
      dataset_sha256: about.datasetSha256,
      instance: id,
      family: task,
      grader_version: about.graderVersion,
      language,
      repository: repository.name,
      ...(url === undefined ? {} : { repository_url: url }),
      commit: repository.commit,
      tree: repository.tree,
      start_tree: instance.start_tree,
    },
    agent: { timeout_sec: options.agent_timeout_sec },
    verifier: { timeout_sec: options.verifier_timeout_sec },
    environment: {
      build_timeout_sec: 600,
      ...(options.docker_image === null ? {} : { docker_image: imageOf(options.docker_image, id) }),
      cpus: options.cpus,
      memory_mb: options.memory_mb,
      storage_mb: options.storage_mb,
      network_mode: options.network,
      workdir: WORKSPACE,
    },
  });
}

export function taskName({ organization }: HarborOptions, id: string): string {
  return `${organization}/${id}`;
}
