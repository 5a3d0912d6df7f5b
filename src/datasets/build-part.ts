import { cp, mkdir, rename, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { writeFileDurably } from "../base/files.ts";
import { canonicalJson } from "../base/json.ts";
import type { Json } from "../base/json.ts";
import type { Log } from "../base/log.ts";
import { createRandom } from "../base/random.ts";
import { datasetManifestSchema, rejectionSchema } from "../dataset.ts";
import type { Rejection } from "../dataset.ts";
import type { History } from "../history.ts";
import { instanceSchema, secretSchema } from "../instance.ts";
import type { InstancePair } from "../instance.ts";
import type { Project } from "../project.ts";
import { loadProject } from "../projects/load.ts";
import { openRepository } from "../repositories/open.ts";
import type { Repository } from "../repository.ts";
import type { Runner } from "../plan.ts";
import type { Draft, ProposeContext } from "../task.ts";
import { applyFileEdits } from "../trees/edits.ts";
import { overlayTree } from "../trees/overlay.ts";
import { sandboxRunner } from "../verdicts/sandbox-runner.ts";
import { workspaceName } from "../workspaces/name.ts";
import type { BuildOptions } from "./build-options.ts";
import { checkInstance } from "./check-instance.ts";
import { PARTS, repositoryFolder } from "./layout.ts";
import { makeInstance } from "./make-instance.ts";
import { openProjectResolvers } from "./project-resolvers.ts";
import { sourceHistory } from "./source-history.ts";

/** What one repository gave: the lines of a part file. */
export const partRowSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("instance"), instance: instanceSchema, secret: secretSchema }),
  z.strictObject({ type: z.literal("rejection"), rejection: rejectionSchema }),
  z.strictObject({
    type: z.literal("repository"),
    repository: datasetManifestSchema.shape.repositories.element,
  }),
]);
type PartRow = z.infer<typeof partRowSchema>;

export function partFile(out: string, index: number): string {
  return path.join(out, PARTS, `${String(index).padStart(6, "0")}.jsonl`);
}

type PartOptions = BuildOptions & { readonly knobs: Record<string, Json>; readonly log: Log };

/** Builds the instances of one repository and writes them, all or nothing. */
export async function buildPart(options: PartOptions, source: string, file: string): Promise<void> {
  const { log, cache, revision } = options;
  const name = options.name ?? options.rows?.get(source)?.name;
  log.progress(`${source}: reading`);
  const opening = {
    source,
    cache,
    ...(revision === undefined ? {} : { revision }),
    ...(name === undefined ? {} : { name }),
  };
  await using repository = await openRepository(opening);
  await using history = sourceHistory(opening);
  const project = await loadProject(
    repository,
    options.workers === undefined ? {} : { workers: options.workers },
  );
  await using resolvers = openProjectResolvers(project, path.resolve(cache));
  const fixes = options.rows?.get(source)?.fixes;
  const rows = await propose(options, project, {
    resolver: (language) => resolvers.of(language),
    history: () => history.open(),
    ...(fixes === undefined ? {} : { fixes }),
    ...(options.issuesOf === undefined ? {} : { issues: options.issuesOf(repository.reference.name) }),
  });
  if (needsTip(rows, repository)) await keepRepository(options.out, repository);
  const lines = rows.map((row) => canonicalJson(row));
  await writeFileDurably(file, lines.join("\n") + "\n");
}

/** Instances on earlier commits bring their repositories with them. */
function needsTip(rows: readonly PartRow[], { tree }: Repository): boolean {
  const trees = rows.flatMap((row) => (row.type === "instance" ? [row.instance.repository.tree] : []));
  return trees.length === 0 || trees.includes(tree.id);
}

type Sources = Pick<ProposeContext, "resolver" | "fixes" | "issues"> &
  Required<Pick<ProposeContext, "history">>;

async function propose(options: PartOptions, project: Project, sources: Sources): Promise<PartRow[]> {
  const { family, knobs, seed, perRepository, log } = options;
  const { repository } = project;
  const random = createRandom(seed, family.name, repository.reference.tree);
  const rows: PartRow[] = [];
  const runner = runnerFor(options, repository);
  let built = 0;
  let examined = 0;
  const context = {
    project,
    options: knobs,
    random,
    ...sources,
    runner,
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  for await (const proposal of family.propose(context)) {
    options.signal?.throwIfAborted();
    examined++;
    const outcome =
      proposal.kind === "rejected"
        ? proposal
        : proposal.draft.base === undefined
          ? await prove(options, repository, proposal.draft, runner)
          : await proveOnBase(options, proposal.draft, proposal.draft.base, await sources.history());
    if ("instance" in outcome) {
      built++;
      rows.push({ type: "instance", ...outcome });
    } else {
      const { reason, place, detail, facts } = outcome;
      const rejection: Rejection = {
        repository: repository.reference.name,
        reason,
        ...place,
        ...(detail === undefined ? {} : { detail }),
        ...(facts === undefined ? {} : { facts }),
      };
      rows.push({ type: "rejection", rejection });
    }
    log.progress(`${repository.reference.name}: ${built} of ${perRepository} built, ${examined} examined`);
    if (built >= perRepository) break;
  }
  const eligible = family.countEligible(project) ?? examined;
  log.progress(
    `${repository.reference.name}: ${built} built, ${examined} examined, ${eligible} eligible`,
    true,
  );
  rows.push({ type: "repository", repository: summary(project, { eligible, examined, instances: built }) });
  return rows;
}

type Unproven = { reason: string; place: Draft["place"]; detail?: string; facts?: Record<string, Json> };

/** A draft becomes an instance only with the evidence that it works. */
async function prove(
  options: PartOptions,
  repository: Repository,
  draft: Draft,
  runner: Runner,
): Promise<InstancePair | Unproven> {
  const start = overlayTree(repository.tree, await applyFileEdits(repository.tree, draft.start));
  const pair = makeInstance(options.family, repository.reference, draft, start.id);
  const validation = await checkInstance(options.family, pair, start, runner);
  if (validation.valid) return pair;
  const [reason = "invalid"] = validation.reasons;
  return { reason: reason.replace(/:.*/s, ""), place: draft.place, detail: validation.reasons.join(", ") };
}

/** The same on an earlier commit, whose repository is kept when it is needed. */
async function proveOnBase(
  options: PartOptions,
  draft: Draft,
  base: string,
  history: History,
): Promise<InstancePair | Unproven> {
  await using repository = await history.at(base);
  const proven = await prove(options, repository, draft, runnerFor(options, repository));
  if ("instance" in proven) await keepRepository(options.out, repository);
  return proven;
}

function runnerFor(
  { sandboxes, scratch }: BuildOptions,
  { tree, gitDirectory, reference }: Repository,
): Runner {
  const name = workspaceName(reference.name);
  return sandboxRunner({ sandboxes, base: tree, gitDirectory, name, scratch });
}

function summary(project: Project, counts: { eligible: number; examined: number; instances: number }) {
  const { reference, tree, leftOut } = project.repository;
  const unusable: Record<string, number> = {};
  for (const file of project.unusable) unusable[file.reason] = (unusable[file.reason] ?? 0) + 1;
  return {
    ...reference,
    files: tree.entries.length,
    source_files: project.files.length,
    ...counts,
    left_out: leftOut.map(({ path: file, why }) => ({ path: file, why })),
    unusable,
  };
}

/** The dataset carries its repositories, so that it can be used where the sources are not. */
async function keepRepository(out: string, repository: Repository): Promise<void> {
  const place = repositoryFolder(out, repository.tree.id);
  if (existsSync(place)) return;
  const temporary = `${place}.${process.pid}.tmp`;
  await mkdir(path.dirname(place), { recursive: true });
  await rm(temporary, { recursive: true, force: true });
  await cp(repository.gitDirectory, temporary, { recursive: true });
  await rename(temporary, place);
}
