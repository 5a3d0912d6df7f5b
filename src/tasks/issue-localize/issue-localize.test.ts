import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Json } from "../../base/json.ts";
import { createRandom } from "../../base/random.ts";
import { rowFixes } from "../../fixes/rows.ts";
import { openHistory } from "../../histories/git.ts";
import { openIssueFile } from "../../issues/file.ts";
import { loadProject } from "../../projects/load.ts";
import { openRepository } from "../../repositories/open.ts";
import { loadSyntaxes } from "../../syntaxes/index.ts";
import type { Proposal, ProposeContext } from "../../task.ts";
import { createGitHistory } from "../../testing/git-history.ts";
import { describeTaskConformance, draftsOf } from "../conformance.ts";
import { answerSchema } from "./answer.ts";
import { issueLocalize } from "./index.ts";
import { TEMPLATE_IDS, WORDINGS } from "./templates.ts";
import { ISSUES, ORCHARD_OPTIONS, writeOrchard } from "./testing/orchard.ts";

const folder = mkdtempSync(path.join(tmpdir(), "issue-localize-"));
const written = createGitHistory(path.join(folder, "orchard"));
const ids = writeOrchard(written);
const cache = path.join(folder, "cache");
const source = written.folder;
const family = issueLocalize(await loadSyntaxes());
const history = await openHistory({ source, cache });
const repository = await openRepository({ source, cache });
const project = await loadProject(repository, { workers: 0 });
const issueFile = path.join(folder, "issues.jsonl");
writeFileSync(issueFile, ISSUES.map((issue) => JSON.stringify(issue)).join("\n"));
const issues = (await openIssueFile(issueFile))("");

afterAll(async () => {
  await history[Symbol.asyncDispose]();
  await repository[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describeTaskConformance(family, {
  project: async () => project,
  history: async () => history,
  options: ORCHARD_OPTIONS,
  atLeast: 1,
});

async function proposals(
  options: Record<string, Json> = {},
  more: Partial<ProposeContext> = {},
): Promise<readonly Proposal[]> {
  const parsed = family.parseOptions({ ...ORCHARD_OPTIONS, ...options });
  const context = { project, options: parsed, random: createRandom(1), history: async () => history };
  return Array.fromAsync(family.propose({ ...context, ...more }));
}

/** What became of each commit of the orchard that was proposed. */
async function outcomes(...input: Parameters<typeof proposals>): Promise<Record<string, string>> {
  const names = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
  return Object.fromEntries(
    (await proposals(...input)).map((one) => {
      const { place } = one.kind === "draft" ? one.draft : one;
      return [names.get(place.name) ?? place.name, one.kind === "draft" ? "draft" : one.reason];
    }),
  );
}

describe("mining a history", () => {
  it("proposes each commit that says it fixes something, and no other", async () => {
    expect(await outcomes()).toEqual({
      message: "draft",
      linked: "message-too-thin",
      "tests-only": "role-test",
      docstring: "same-code",
      release: "release",
      version: "version-only",
      thin: "message-too-thin",
      several: "several-issues",
      revert: "revert",
      moved: "file-removed",
    });
  });

  it("takes the text from the linked issue where there is one, and says how old it is", async () => {
    const [draft] = draftsOf(await proposals({ texts: ["linked"] }, { issues }));
    expect(draft?.instruction).toContain("No warning in a night of exactly zero degrees\n\nWe lost half");
    expect(draft).toMatchObject({
      base: ids["message"],
      variant: { text: "linked" },
      answer: { files: [{ path: "orchard/weather.py", definitions: [{ qualified_name: "frost_risk" }] }] },
      secretFacts: { fix: ids["linked"], issue: 12, text_age: expect.any(Number) },
    });
  });

  it("refuses an issue that was written after its fix", async () => {
    const late = {
      find: async () => ({
        text: "The cold night gave no warning to any of us out there.",
        source: "linked" as const,
        writtenAt: 2e9,
      }),
    };
    expect(await outcomes({}, { issues: late })).toMatchObject({ linked: "hindsight" });
  });

  it("takes whole sentences out of a message, those that give the place away and those about other things", async () => {
    const [draft] = draftsOf(await proposals({ template: "terse" }));
    expect(draft?.instruction).toContain(
      "<issue>\nFix that one crate too many goes into a room\n\nWhen a room is full up to its limit, one more crate is still taken without an error.\n</issue>",
    );
  });

  it("is not held up by a message of a megabyte", async () => {
    const { commit, git } = createGitHistory(path.join(folder, "long"));
    for (let place = 0; place < 12; place++) commit({ [`orchard/${place}.py`]: "a = 1\n" }, "Plant a row");
    writeFileSync(path.join(folder, "long/orchard/1.py"), "a = 2\n");
    const message = path.join(folder, "message");
    writeFileSync(message, `Fix it${"\n".repeat(300_000)}${" ".repeat(300_000)}the end`);
    git("commit", "--quiet", "--all", "--cleanup=verbatim", "--file", message);
    await using long = await openHistory({ source: path.join(folder, "long"), cache });
    const all = await proposals({ min_definitions: 0 }, { history: async () => long });
    expect(all).toMatchObject([{ reason: "text-too-long" }]);
  });

  it("stops after so many commits", async () => {
    expect(await outcomes({ max_commits: 2 })).toEqual({ moved: "file-removed" });
  });
});

const PATCH = `diff --git a/orchard/weather.py b/orchard/weather.py
--- a/orchard/weather.py
+++ b/orchard/weather.py
@@ -5,4 +5,4 @@
     """How likely ice is, for the harvest and the crates outside."""
-    if night < 0:
+    if night <= 0 or is_frozen_solid(humidity):
         return 1.0
     return humidity / 100
`;
const ROW = {
  instance_id: "row",
  repo: "orchard",
  base_commit: ids["message"] ?? "",
  patch: PATCH,
  problem_statement:
    "At exactly zero degrees there is no warning, although we have had ice on the crates every time.",
};
const rowOutcome = async (change: Record<string, Json>, options: Record<string, Json> = {}) => {
  const { row, ...others } = await outcomes(options, { fixes: rowFixes([{ ...ROW, ...change }]) });
  expect(others).toEqual({});
  return row;
};

describe("published rows", () => {
  it("become drafts on their base commit", async () => {
    const [draft] = draftsOf(await proposals({}, { fixes: rowFixes([ROW]) }));
    expect(draft).toMatchObject({ base: ids["message"], variant: { text: "row" }, start: [] });
    expect(answerSchema.parse(draft?.answer).files).toHaveLength(1);
  });

  it.each<readonly [string, Record<string, Json>]>([
    ["row-malformed", { problem_statement: null }],
    ["row-malformed", { base_commit: "--upload-pack=touch" }],
    ["base-missing", { base_commit: "f".repeat(40) }],
    ["patch-malformed", { patch: "not a diff" }],
    ["patch-does-not-apply", { patch: PATCH.replace("night < 0", "night < 7") }],
    ["no-source-change", { patch: "--- /dev/null\n+++ b/new.py\n@@ -0,0 +1 @@\n+x = 1\n" }],
    ["text-too-short", { problem_statement: "It is broken." }],
    ["text-too-long", { problem_statement: "The room is too cold for all of us. ".repeat(1000) }],
    [
      "text-not-english",
      {
        problem_statement:
          "Bei null Grad kommt keine Warnung, obwohl dann jedes Mal Eis auf den Kisten liegt und uns schon die halbe Ernte verdorben hat.",
      },
    ],
    ["patch-in-text", { problem_statement: `${ROW.problem_statement}\n\n${PATCH}` }],
    [
      "patch-in-text",
      {
        problem_statement: `${ROW.problem_statement} Use\n\n    if night <= 0 or is_frozen_solid(humidity):`,
      },
    ],
    [
      "hindsight",
      { problem_statement: `${ROW.problem_statement} There should be a check like is_frozen_solid.` },
    ],
    ["names-file", { problem_statement: `${ROW.problem_statement} It is somewhere in weather.py, I think.` }],
    [
      "names-file",
      { problem_statement: `${ROW.problem_statement} I call what is in orchard.weather for that.` },
    ],
    [
      "names-definition",
      { problem_statement: `${ROW.problem_statement} I think that frost_risk is not right.` },
    ],
  ])("are rejected with %s", async (reason, change) => {
    expect(await rowOutcome(change)).toBe(reason);
  });

  it("may name the place in a stack trace, or anywhere, when told so", async () => {
    const trace = `${ROW.problem_statement}\n\nTraceback (most recent call last):\n  File "orchard/weather.py", line 6, in frost_risk\n    if night < 0:\n`;
    expect(await rowOutcome({ problem_statement: trace })).toBe("names-file");
    expect(await rowOutcome({ problem_statement: trace }, { stack_traces: "kept" })).toBe("draft");
    const open = { max_named_files: null, max_named_definitions: null };
    const [draft] = draftsOf(
      await proposals(open, { fixes: rowFixes([{ ...ROW, problem_statement: trace }]) }),
    );
    expect(draft?.facts).toMatchObject({
      named_files: 1,
      named_definitions: 1,
      principles: { repository_exploration: "not-kept" },
    });
  });

  it("are rejected when their text stands in the repository, or is that of another row", async () => {
    const told = written.commit(
      { "orchard/weather.py": "", "CHANGES.md": `# Changes\n\n${ROW.problem_statement}\n` },
      "Say it in the changes",
    );
    written.git("checkout", "-q", ids["message"] ?? "", "--", "orchard/weather.py");
    const base = written.commit({}, "And bring it back");
    expect(told).not.toBe(base);
    expect(await rowOutcome({ base_commit: base })).toBe("text-elsewhere");
    const twice = rowFixes([ROW, { ...ROW, instance_id: "again" }]);
    expect(await outcomes({}, { fixes: twice })).toEqual({ row: "draft", again: "duplicate-issue" });
  });

  it("are rejected when a search leads there at once, with the thresholds for real projects", async () => {
    expect(await rowOutcome({}, { min_lookups: 100 })).toMatch(/^too-greppable$|^draft$/);
    expect(await rowOutcome({}, { min_distractors: 100 })).toBe("no-distractors");
    expect(await rowOutcome({}, { shotgun_gold_share: 0.01 })).toBe("too-few-files");
  });
});

describe("instructions", () => {
  it.each(TEMPLATE_IDS)("hold the text, and ask for comments only, in the wording %s", async (template) => {
    const [draft] = draftsOf(await proposals({ template }, { fixes: rowFixes([ROW]) }));
    expect(draft?.instruction).toContain(`<issue>\n${ROW.problem_statement}\n</issue>`);
    expect(draft?.instruction).toMatch(/comment/);
    expect(draft?.instruction).not.toMatch(/undefined|\.\.|  |\s,/);
  });

  it("are worded as held out only when that is asked for", async () => {
    const wording = async (options: Record<string, Json>) => {
      const rows = Array.from({ length: 12 }, (_, index) => ({ ...ROW, instance_id: `row-${index}` }));
      const all = await proposals(
        { ...options, duplicate_similarity: 1 },
        { fixes: rowFixes(rows.slice(0, 1)) },
      );
      return draftsOf(all).map((draft) => String(draft.variant["template"]));
    };
    expect(WORDINGS.heldOut).not.toContain((await wording({}))[0]);
    expect(WORDINGS.heldOut).toContain((await wording({ held_out_templates: true }))[0]);
  });
});
