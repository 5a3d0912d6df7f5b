import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { canonicalJson, type Json } from "../../base/json.ts";
import { createRandom } from "../../base/random.ts";
import { openHistory } from "../../histories/git.ts";
import type { History } from "../../history.ts";
import type { Project } from "../../project.ts";
import { loadProject } from "../../projects/load.ts";
import { openRepository } from "../../repositories/open.ts";
import type { Repository } from "../../repository.ts";
import { loadSyntaxes } from "../../syntaxes/index.ts";
import type { ProposeContext, TaskFamily } from "../../task.ts";
import { createGitHistory } from "../../testing/git-history.ts";
import { draftsOf } from "../conformance.ts";
import { funcGen } from "../func-gen/index.ts";
import { memoryRunner } from "../func-gen/testing/sandboxes.ts";
import { funcLocalize } from "../func-localize/index.ts";

const STORE = `class ColdStore:
    """Rooms in which crates of picked fruit are kept at low oxygen until they are sold."""

    def __init__(self, rooms):
        self.rooms = rooms
        self.crates = []

    def ventilate(self, minutes):
        """Exchange the ethylene-rich atmosphere against fresh air with the ceiling fans."""
        for room in self.rooms:
            room.open(minutes)
            room.close()
`;

const LABELS = `def label(name, grade=1):
    """Return what is written on a crate: its name in capitals, and a star for each grade.

    >>> label("plum", 2)
    'PLUM **'
    """
    text = name.strip().upper()
    stars = "*" * grade
    return f"{text} {stars}"
`;

/** A day apart: of the fixture's commits, the first has all of it, the third changes two bodies and comments. */
const COMMITS = [
  { "orchard/__init__.py": "", "orchard/store.py": STORE, "orchard/labels.py": LABELS },
  { "README.md": "# Orchard\n" },
  {
    "orchard/store.py": STORE.replace("            room.close()", "            room.shut()"),
    "orchard/labels.py": LABELS.replace("    stars", "    # So that nobody counts.\n    stars"),
  },
  { "orchard/labels.py": LABELS.replace("text =", "name =").replace("{text}", "{name}") },
];

const syntaxes = await loadSyntaxes();
const localize = funcLocalize(syntaxes);
const generate = funcGen(syntaxes);
const LENIENT = { min_distractors: 0, min_lookups: 0, ambiguity_margin: 0, min_statements: 2 };
let folder = "";
let history: History;
let repository: Repository;
let project: Project;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "docstring-age-"));
  const written = createGitHistory(path.join(folder, "orchard"));
  for (const files of COMMITS) written.commit(files, "A day's work");
  const opening = { source: written.folder, cache: path.join(folder, "cache") };
  history = await openHistory(opening);
  repository = await openRepository(opening);
  project = await loadProject(repository, { workers: 0 });
});
afterAll(async () => {
  await history[Symbol.asyncDispose]();
  await repository[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function proposalsOf(
  family: TaskFamily,
  options: Record<string, Json>,
  around: Partial<ProposeContext> = {},
) {
  const parsed = family.parseOptions(options);
  const context = { project, options: parsed, random: createRandom(1), ...around };
  return Array.fromAsync(family.propose(context));
}

async function localized(options: Record<string, Json>, around: Partial<ProposeContext>) {
  const all = await proposalsOf(localize, { ...LENIENT, ...options }, around);
  return Object.fromEntries(
    all.map((one) =>
      one.kind === "rejected"
        ? [one.place.name, one.reason]
        : [one.draft.place.name, one.draft.secretFacts["targets"]],
    ),
  );
}

const behind = (days: number | null) => [expect.objectContaining({ docstring_days_behind: days })];
const atHand = () => ({ history: async () => history, historyAtHand: true });

test("how long a docstring is behind its code is a hidden fact, of a class without its methods", async () => {
  expect(await localized({}, atHand())).toEqual({
    ColdStore: behind(0),
    "ColdStore.ventilate": behind(2),
    label: behind(3),
  });
});

test("what is too far behind is left out where a number of days is given", async () => {
  expect(await localized({ max_docstring_days_behind: 2 }, atHand())).toEqual({
    ColdStore: behind(0),
    "ColdStore.ventilate": behind(2),
    label: "docstring-behind",
  });
});

test("nobody knows without a history, nor of one that must be fetched, unless it is asked for", async () => {
  const unknown = { ColdStore: behind(null), "ColdStore.ventilate": behind(null), label: behind(null) };
  expect(await localized({ max_docstring_days_behind: 0 }, {})).toEqual(unknown);
  let opened = 0;
  const fetched = { history: async () => (opened++, history) };
  expect(await localized({}, fetched)).toEqual(unknown);
  expect(opened).toBe(0);
  expect(await localized({ max_docstring_days_behind: 0 }, fetched)).toMatchObject({
    label: "docstring-behind",
  });
});

test("a history that cannot be read stops nothing", async () => {
  const plain = path.join(folder, "plain");
  const broken = { history: () => openHistory({ source: plain, cache: folder }), historyAtHand: true };
  expect(await localized({ max_docstring_days_behind: 0 }, broken)).toMatchObject({ label: behind(null) });
});

test("it is the same every time", async () => {
  expect(canonicalJson(await localized({}, atHand()))).toBe(canonicalJson(await localized({}, atHand())));
});

test("of a function whose body is asked for it is public", async () => {
  await using runner = memoryRunner();
  const options = { max_mutants: 8 };
  const drafts = draftsOf(await proposalsOf(generate, options, { runner, ...atHand() }));
  expect(drafts).toMatchObject([{ facts: { docstring_days_behind: 3 } }]);
  const strict = { ...options, max_docstring_days_behind: 2 };
  const rejected = await proposalsOf(generate, strict, { runner, ...atHand() });
  const behindBy = { reason: "docstring-behind", cheap: true, facts: { docstring_days_behind: 3 } };
  expect(rejected).toContainEqual(expect.objectContaining(behindBy));
});
