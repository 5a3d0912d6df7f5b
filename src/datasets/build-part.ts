import { cp, mkdir, rename, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import { writeFileDurably } from "../base/files.ts";
import { canonicalJson } from "../base/json.ts";
import type { Json } from "../base/json.ts";
import { RepositoryError } from "../base/errors.ts";
import { createRandom } from "../base/random.ts";
import { loadFunctionIndex, matchFunctions } from "../contamination/functions.ts";
import { matchName } from "../contamination/names.ts";
import { environmentOfProject, type ProjectEnvironment } from "../environments/of-project.ts";
import { matchRoots } from "../contamination/roots.ts";
import { findRoots } from "../histories/roots.ts";
import type { InstancePair } from "../instance.ts";
import type { Runner } from "../plan.ts";
import type { Project } from "../project.ts";
import { loadProject } from "../projects/load.ts";
import { isRemoteUrl } from "../repositories/names.ts";
import { openRepository } from "../repositories/open.ts";
import type { Repository } from "../repository.ts";
import { loadSyntaxes } from "../syntaxes/index.ts";
import type { Draft, Place, ProposeContext } from "../task.ts";
import { fingerprintsOf } from "../tasks/checks/fingerprints.ts";
import { applyFileEdits } from "../trees/edits.ts";
import { overlayTree } from "../trees/overlay.ts";
import { sandboxRunner } from "../verdicts/sandbox-runner.ts";
import { workspaceName } from "../workspaces/name.ts";
import type { BuildTask, PartOptions, PartRequest } from "./build-options.ts";
import { checkInstance } from "./check-instance.ts";
import { sketchOf } from "./clusters.ts";
import { repositoryFolder } from "./layout.ts";
import { makeInstance } from "./make-instance.ts";
import type { PartRow } from "./part.ts";
import { openProjectResolvers } from "./project-resolvers.ts";
import { sourceHistory } from "./source-history.ts";

/** Builds the instances of one repository, of all families, and writes them, all or nothing. */
export async function buildPart(options: PartOptions, { source, file }: PartRequest): Promise<void> {
  const { log, cache, revision, rows } = options;
  const name = options.name ?? rows?.get(source)?.name;
  log.progress(`${source}: reading`);
  const opening = {
    source,
    cache,
    ...(revision === undefined ? {} : { revision }),
    ...(name === undefined ? {} : { name }),
  };
  await using repository = await openRepository(opening);
  await using history = sourceHistory(opening);
  const refusal = await refusalOf(options, repository, source);
  if (refusal !== undefined) return writePart(file, refusal);
  const fixes = rows?.get(source)?.fixes;
  await writePart(
    file,
    await rowsOf(options, repository, {
      history: () => history.open(),
      historyAtHand: !isRemoteUrl(source),
      ...(fixes === undefined ? {} : { fixes }),
      ...(options.issuesOf === undefined ? {} : { issues: options.issuesOf(repository.reference.name) }),
    }),
  );
}

export async function writePart(file: string, rows: readonly PartRow[]): Promise<void> {
  await writeFileDurably(file, rows.map((row) => `${canonicalJson(row)}\n`).join(""));
}

/** What came before, and where fixes come from. */
type Past = Pick<ProposeContext, "fixes" | "issues" | "historyAtHand"> &
  Required<Pick<ProposeContext, "history">>;

/** What is a benchmark's by its name or its beginning, before any of its files is looked at. */
async function refusalOf(
  { allowContaminated, cache }: PartOptions,
  repository: Repository,
  source: string,
): Promise<PartRow[] | undefined> {
  if (allowContaminated) return undefined;
  const { reference } = repository;
  const named = matchName(reference);
  if (named !== undefined)
    return refused(repository, named.reason, `${named.repository} is in ${named.benchmark}`);
  const origin = matchRoots(await findRoots({ source, cache }, reference.commit));
  if (origin === undefined) return undefined;
  return refused(repository, "benchmark-root", `its first commit is that of ${origin}`);
}

function refused({ reference }: Repository, reason: string, detail: string): PartRow[] {
  return [{ type: "refused", repository: reference.name, reason, detail }];
}

async function rowsOf(options: PartOptions, repository: Repository, past: Past): Promise<PartRow[]> {
  const project = await loadProject(
    repository,
    options.workers === undefined ? {} : { workers: options.workers },
  );
  const fingerprints = await fingerprintsOf(project, await loadSyntaxes());
  const index = options.allowContaminated ? undefined : await loadFunctionIndex();
  const fork = index === undefined ? undefined : matchFunctions(fingerprints, index);
  if (fork !== undefined) {
    const share = Math.round(fork.share * 100);
    const detail = `${share} % of its functions are those of ${fork.repository}`;
    return refused(repository, "benchmark-functions", detail);
  }
  await using resolvers = openProjectResolvers(project, path.resolve(options.cache));
  const functions = new Map(fingerprints.map((one) => [`${one.path}\0${one.qualifiedName}`, one.value]));
  const runner = runnerFor(options, repository);
  let environment: Promise<ProjectEnvironment> | undefined;
  const source: Source = {
    project,
    past,
    runner,
    environment: async () => (await (environment ??= findEnvironment(options, repository, runner))).lock,
    resolver: (language) => resolvers.of(language),
    functionAt: ({ path: file, name }) => functions.get(`${file}\0${name}`),
    benchmarkOf: (value) => (value === undefined ? undefined : index?.repositoryOf(value)),
  };
  const rows: PartRow[] = [];
  const tasks: Summaries = {};
  for (const task of options.tasks) {
    const { found, counts } = await proposeIfPossible(options, task, source);
    rows.push(...found);
    tasks[task.family.name] = counts;
  }
  if (needsTip(rows, repository)) await keepRepository(options.out, repository);
  const own = fingerprints.filter(({ vendored }) => !vendored).map(({ value }) => value);
  rows.push({
    type: "repository",
    repository: {
      ...summary(project, tasks),
      functions: new Set(own).size,
      ...environmentSummary(await environment),
    },
    sketch: sketchOf(own),
  });
  return rows;
}

/** Instances on earlier commits bring their repositories with them. */
function needsTip(rows: readonly PartRow[], { tree }: Repository): boolean {
  const trees = rows.flatMap((row) => (row.type === "instance" ? [row.instance.repository.tree] : []));
  return trees.length === 0 || trees.includes(tree.id);
}

/** What all families need of a source. */
interface Source {
  readonly project: Project;
  readonly past: Past;
  readonly runner: Runner;
  readonly environment: NonNullable<ProposeContext["environment"]>;
  readonly resolver: NonNullable<ProposeContext["resolver"]>;
  /** The fingerprint of the function at a place. */
  functionAt(place: Place): number | undefined;
  /** The benchmark's repository that has such a function. */
  benchmarkOf(value: number | undefined): string | undefined;
}

type Counts = { eligible: number; examined: number; instances: number; abandoned: boolean };
type Summaries = Record<string, Counts>;

/** A repository that one of several families can make nothing of, such as a folder without a history, is no loss to the others. */
async function proposeIfPossible(
  options: PartOptions,
  task: BuildTask,
  source: Source,
): ReturnType<typeof propose> {
  try {
    return await propose(options, task, source);
  } catch (error) {
    if (!(error instanceof RepositoryError) || options.tasks.length === 1) throw error;
    const { name } = source.project.repository.reference;
    const detail = `${task.family.name}: ${error.message}`;
    return {
      found: [{ type: "refused", repository: name, reason: error.code, detail }],
      counts: { eligible: 0, examined: 0, instances: 0, abandoned: false },
    };
  }
}

async function propose(
  options: PartOptions,
  task: BuildTask,
  source: Source,
): Promise<{ found: PartRow[]; counts: Counts }> {
  const { seed, log, signal } = options;
  const { family, perRepository, abandonAfter } = task;
  const { repository } = source.project;
  const { name, tree } = repository.reference;
  const found: PartRow[] = [];
  const eligible = family.countEligible(source.project);
  const counts: Counts = {
    eligible: eligible ?? 0,
    examined: 0,
    instances: 0,
    abandoned: false,
  };
  let inVain = 0;
  const context: ProposeContext = {
    project: source.project,
    options: task.options,
    random: createRandom(seed, family.name, tree),
    resolver: source.resolver,
    runner: source.runner,
    environment: source.environment,
    ...source.past,
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(signal === undefined ? {} : { signal }),
  };
  for await (const proposal of family.propose(context)) {
    signal?.throwIfAborted();
    counts.examined++;
    const outcome =
      proposal.kind === "draft" ? await proveOnBase(options, task, source, proposal.draft) : proposal;
    if ("instance" in outcome) {
      counts.instances++;
      inVain = 0;
      found.push({ type: "instance", ...outcome });
    } else {
      if (!("cheap" in outcome)) inVain++;
      const { reason, place, detail, facts } = outcome;
      const rejection = {
        repository: name,
        task: family.name,
        reason,
        ...place,
        ...(detail === undefined ? {} : { detail }),
        ...(facts === undefined ? {} : { facts }),
      };
      found.push({ type: "rejection", rejection });
    }
    log.progress(
      `${name}, ${family.name}: ${counts.instances} of ${perRepository} built, ${counts.examined} examined`,
    );
    counts.abandoned = inVain >= abandonAfter;
    if (counts.instances >= perRepository || counts.abandoned) break;
  }
  counts.eligible = eligible ?? counts.examined;
  log.progress(
    `${name}, ${family.name}: ${counts.instances} built, ${counts.examined} examined, ${counts.eligible} eligible${counts.abandoned ? "; given up" : ""}`,
    true,
  );
  return { found, counts };
}

type Unproven = { reason: string; place: Place; detail?: string; facts?: Record<string, Json> };

/** On the commit that a draft is about. The repository of an earlier one is kept when it is needed. */
async function proveOnBase(
  options: PartOptions,
  task: BuildTask,
  source: Source,
  draft: Draft,
): Promise<Proven> {
  if (draft.base === undefined) return prove(task, source, source.project.repository, draft);
  const history = await source.past.history();
  await using repository = await history.at(draft.base);
  const proven = await prove(task, { ...source, runner: runnerFor(options, repository) }, repository, draft);
  if ("instance" in proven) await keepRepository(options.out, repository);
  return proven;
}

type Proven = (InstancePair & { function?: number }) | Unproven;

/** A draft becomes an instance only with the evidence that it works. */
async function prove(
  { family }: BuildTask,
  { runner, functionAt, benchmarkOf }: Source,
  repository: Repository,
  draft: Draft,
): Promise<Proven> {
  const { place } = draft;
  // What is about an earlier commit is told by its text: several fixes may be of one function.
  const value = draft.base === undefined ? functionAt(place) : undefined;
  const benchmark = benchmarkOf(value);
  if (benchmark !== undefined)
    return { reason: "benchmark-function", place, detail: `the same function is in ${benchmark}` };
  const start = overlayTree(repository.tree, await applyFileEdits(repository.tree, draft.start));
  const pair = makeInstance(family, repository.reference, draft, start.id);
  const validation = await checkInstance(family, pair, start, runner);
  if (validation.valid) return { ...pair, ...(value === undefined ? {} : { function: value }) };
  const [reason = "invalid"] = validation.reasons;
  return { reason: reason.replace(/:.*/s, ""), place, detail: validation.reasons.join(", ") };
}

function runnerFor(
  { sandboxes, scratch, environments }: PartOptions,
  { tree, gitDirectory, reference }: Repository,
): Runner {
  const name = workspaceName(reference.name);
  return sandboxRunner({ sandboxes, base: tree, gitDirectory, name, scratch, environments });
}

/** A repository whose packages cannot be had is built with what bare Python can run of it. */
async function findEnvironment(
  { environmentMaker: maker, environments, log }: PartOptions,
  { tree, reference }: Repository,
  runner: Runner,
): Promise<ProjectEnvironment> {
  if (maker === undefined) return {};
  log.progress(`${reference.name}: looking for the packages that it needs`);
  const found = await environmentOfProject({ maker, runner, tree, environments });
  if (found.problem !== undefined) log.warn(`${reference.name}: ${found.problem}`);
  return found;
}

function environmentSummary({ lock, problem }: ProjectEnvironment = {}) {
  if (lock === undefined && problem === undefined) return {};
  return { environment: { packages: lock?.packages.length ?? 0, problem: problem ?? null } };
}

function summary(project: Project, tasks: Summaries) {
  const { reference, tree, leftOut } = project.repository;
  const unusable: Record<string, number> = {};
  for (const file of project.unusable) unusable[file.reason] = (unusable[file.reason] ?? 0) + 1;
  const sum = (count: (one: Counts) => number) =>
    Object.values(tasks).reduce((total, one) => total + count(one), 0);
  return {
    ...reference,
    files: tree.entries.length,
    source_files: project.files.length,
    eligible: sum((one) => one.eligible),
    examined: sum((one) => one.examined),
    instances: sum((one) => one.instances),
    tasks,
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
  await rename(temporary, place).catch(async (error: unknown) => {
    // Another process kept the same tree meanwhile: a copy of the repository, or what a killed build left at work.
    await rm(temporary, { recursive: true, force: true });
    if (!existsSync(place)) throw error;
  });
}
