import { describe, expect, it } from "vitest";
import { canonicalJson, type Json } from "../base/json.ts";
import { createRandom } from "../base/random.ts";
import type { History } from "../history.ts";
import type { Instance, Secret } from "../instance.ts";
import type { Runner } from "../plan.ts";
import type { Project } from "../project.ts";
import { type Draft, type Proposal, type ProposeContext, questionOf, type TaskFamily } from "../task.ts";
import type { Tree } from "../tree.ts";
import { applyFileEdits } from "../trees/edits.ts";
import { overlayTree } from "../trees/overlay.ts";
import { NOTHING_RUNS } from "../verdicts/sandbox-runner.ts";
import { settle } from "../verdicts/settle.ts";

export interface ConformanceFixture {
  project(): Promise<Project>;
  readonly options: Record<string, Json>;
  /** Drafts that the fixture gives at least. */
  readonly atLeast: number;
  /** For families that ask where calls lead. */
  readonly resolver?: (project: Project) => NonNullable<ProposeContext["resolver"]>;
  /** For families that run code. */
  readonly runner?: (project: Project) => Runner & AsyncDisposable;
  /** For families that start from a history. */
  readonly history?: () => Promise<History>;
  /** Paths that the instruction of a draft may name; none when left out. */
  readonly named?: (draft: Draft) => readonly string[];
}

/** For families that run code, on a busy machine. */
const TIME_LIMIT = 900_000;

/** What every task family has to keep, on a fixture of its own. */
export function describeTaskConformance(family: TaskFamily, fixture: ConformanceFixture): void {
  const propose = async () => {
    const project = await fixture.project();
    await using runner = fixture.runner?.(project);
    return {
      project,
      all: await proposals(family, project, fixture.options, aroundOf(fixture, project, runner)),
    };
  };
  let first: ReturnType<typeof propose> | undefined;
  const proposed = () => (first ??= propose());
  describe(`${family.name} is a task family`, () => {
    it(
      "proposes every eligible definition once, the same for the same seed",
      async () => {
        const { project, all } = await proposed();
        const second = await propose();
        expect(canonicalJson(all)).toBe(canonicalJson(second.all));
        expect(all.length).toBeLessThanOrEqual(family.countEligible(project) ?? Infinity);
        expect(draftsOf(all).length).toBeGreaterThanOrEqual(fixture.atLeast);
      },
      TIME_LIMIT,
    );

    it("refuses an option that it does not know, and lists those it knows", () => {
      expect(() => family.parseOptions({ no_such_option: 1 })).toThrow(
        expect.objectContaining({ code: "unknown-option", hint: expect.stringContaining("options are") }),
      );
    });

    it("parses its own parsed options to the same", () => {
      const parsed = family.parseOptions(fixture.options);
      expect(family.parseOptions(parsed)).toEqual(parsed);
    });

    it(
      "judges its reference solutions as solved, and nothing and every cheat as unsolved",
      async () => {
        const { project, all } = await proposed();
        await using sandboxes = fixture.runner?.(project);
        const runner: Runner = sandboxes ?? NOTHING_RUNS;
        for (const draft of draftsOf(all)) {
          const attempt = await prepare(family, project, draft, fixture.history);
          const { secret, start } = attempt;
          const judge = async (changes: Awaited<ReturnType<typeof applyFileEdits>>) =>
            settle(
              await family.judge({ ...questionOf(attempt), start, changes }),
              overlayTree(start, changes),
              runner,
            );
          const solution = await judge(await applyFileEdits(start, secret.solution));
          expect(solution, draft.place.name).toMatchObject({ outcome: "solved", reasons: [] });
          expect((await judge([])).outcome, draft.place.name).toBe("unsolved");
          const cheats = await family.cheats({ ...attempt, random: createRandom(1) });
          expect(cheats.length).toBeGreaterThan(5);
          for (const cheat of cheats) {
            const verdict = await judge([...cheat.changes]);
            expect(verdict.outcome, `${draft.place.name}: ${cheat.name}`).toBe("unsolved");
          }
        }
      },
      TIME_LIMIT,
    );

    it(
      "solves back to the original bytes, where something was taken out, and keeps the answer out of what the agent reads",
      async () => {
        const { project, all } = await proposed();
        for (const draft of draftsOf(all)) {
          const { start, secret } = await prepare(family, project, draft, fixture.history);
          const solution = await applyFileEdits(start, secret.solution);
          if (draft.start.length > 0)
            expect(overlayTree(start, solution).id).toBe(project.repository.tree.id);
          const named = fixture.named?.(draft) ?? [];
          for (const { path } of solution)
            if (!named.includes(path)) expect(draft.instruction).not.toContain(path);
        }
      },
      TIME_LIMIT,
    );

    it(
      "puts its question to a model's memory without a hint of the answer, and takes nonsense for no answer",
      async () => {
        const { project, all } = await proposed();
        for (const draft of draftsOf(all)) {
          const prepared = await prepare(family, project, draft, fixture.history);
          const { question, read } = await family.recall(prepared, prepared.start);
          const named = fixture.named?.(draft) ?? [];
          for (const { path } of prepared.secret.solution)
            if (!named.includes(path)) expect(question).not.toContain(path);
          for (const answer of ["", "{}", '{"places": []}', "```python\npass\n```"])
            expect(read(answer)).toMatchObject({ right: false });
        }
      },
      TIME_LIMIT,
    );
  });
}

type Around = Pick<ProposeContext, "resolver" | "runner" | "history" | "environment">;

function aroundOf({ resolver, history }: ConformanceFixture, project: Project, runner?: Runner): Around {
  return {
    ...(resolver && { resolver: resolver(project) }),
    ...(history && { history }),
    ...(runner && { runner }),
  };
}

export async function proposals(
  family: TaskFamily,
  project: Project,
  options: Record<string, Json>,
  around: Around = {},
): Promise<Proposal[]> {
  const parsed = family.parseOptions(options);
  const context = {
    project,
    options: parsed,
    random: createRandom(1),
    ...around,
  };
  return Array.fromAsync(family.propose(context));
}

export function draftsOf(all: readonly Proposal[]): Draft[] {
  return all.flatMap((proposal) => (proposal.kind === "draft" ? [proposal.draft] : []));
}

/** A draft as the instance that the build would make of it. */
export async function prepare(
  family: TaskFamily,
  project: Project,
  draft: Draft,
  history?: ProposeContext["history"],
): Promise<{ readonly instance: Instance; readonly secret: Secret; readonly start: Tree }> {
  const { reference } = project.repository;
  const tree =
    draft.base === undefined ? project.repository.tree : await (await history?.())?.tree(draft.base);
  if (tree === undefined) throw new RangeError("a draft with a base needs the fixture's history");
  const start = overlayTree(tree, await applyFileEdits(tree, draft.start));
  return {
    start,
    instance: {
      schema_version: 1,
      id: "fixture",
      task: family.name,
      language: draft.language,
      repository: reference,
      start_tree: start.id,
      instruction: draft.instruction,
      variant: draft.variant,
      facts: draft.facts,
    },
    secret: {
      schema_version: 1,
      id: "fixture",
      start: [...draft.start],
      solution: [...draft.solution],
      answer: draft.answer,
      facts: draft.secretFacts,
    },
  };
}
