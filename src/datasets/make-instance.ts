import { sha256 } from "../base/hash.ts";
import { canonicalJson } from "../base/json.ts";
import { INSTANCE_FORMAT } from "../instance.ts";
import type { InstancePair, RepositoryReference } from "../instance.ts";
import type { Draft, TaskFamily } from "../task.ts";

/** Gives a draft its id, which is derived from all that makes the instance what it is. */
export function makeInstance(
  family: TaskFamily,
  repository: RepositoryReference,
  draft: Draft,
  startTree: string,
): InstancePair {
  const content = {
    task: family.name,
    tree: repository.tree,
    start_tree: startTree,
    instruction: draft.instruction,
    variant: draft.variant,
    solution: draft.solution,
    answer: draft.answer,
  };
  const id = `${family.name}-${slug(repository.name)}-${sha256(canonicalJson(content)).slice(0, 12)}`;
  return {
    instance: {
      schema_version: INSTANCE_FORMAT,
      id,
      task: family.name,
      language: draft.language,
      repository,
      start_tree: startTree,
      instruction: draft.instruction,
      variant: draft.variant,
      facts: draft.facts,
    },
    secret: {
      schema_version: INSTANCE_FORMAT,
      id,
      start: [...draft.start],
      solution: [...draft.solution],
      answer: draft.answer,
      facts: draft.secretFacts,
    },
  };
}

function slug(name: string): string {
  const base = name.slice(name.lastIndexOf("/") + 1).toLowerCase();
  const plain = base
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 40);
  return plain === "" ? "repository" : plain;
}
