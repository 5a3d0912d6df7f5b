import { describe, expect, it } from "vitest";
import { walkOf } from "../facts/walk.ts";
import { bash, editor, sampleOf, type Told } from "../facts/testing/samples.ts";
import type { Sample, SampleGrade } from "../sample.ts";
import type { ForeignEvent } from "../trajectory.ts";
import { AUDIT_CHECKS } from "./index.ts";
import { createWhole } from "./whole.ts";

/** What is found, by check. */
function foundIn(turns: readonly (Told | string)[], more: Partial<Sample> = {}): Record<string, string> {
  const walk = walkOf(sampleOf(turns, more));
  return Object.fromEntries(
    AUDIT_CHECKS.flatMap(({ name, find }) => {
      const evidence = find(walk, { context: 1_000 });
      return evidence === undefined ? [] : [[name, evidence]];
    }),
  );
}

const graded: SampleGrade = { kind: "graded", outcome: "solved", reward: 1, reasons: [], grader_version: 1 };
const claimed: SampleGrade = { kind: "claimed", resolved: true, by: "resolved" };
const ours = { name: "acme/orchard", commit: null };
const start: ForeignEvent = {
  type: "start",
  schema_version: 2,
  attempt: "orchard.1",
  instance: "orchard",
  agent: { name: "loop", version: "1" },
  tools: [
    {
      name: "bash",
      description: "",
      parameters: { type: "object", properties: { command: { type: "string" } } },
    },
  ],
  isolation: "none",
};
const good = {
  grade: graded,
  patch: "diff --git a/a.py b/a.py\n",
  repository: ours,
} satisfies Partial<Sample>;

function withTools(turns: readonly (Told | string)[]): Partial<Sample> {
  return { ...good, events: [start, ...sampleOf(turns).events] };
}

describe("where it comes from", () => {
  it("nothing is said of a sample that is in order", () => {
    const turns = [bash("pytest", "1 passed"), "Done."];
    expect(foundIn(turns, withTools(turns))).toEqual({});
  });

  it.each([
    ["django/django", "django/django: benchmark-name"],
    ["somebody/django", "somebody/django: benchmark-basename"],
  ])("%s is of a benchmark", (name, evidence) => {
    expect(foundIn([], { ...good, repository: { name, commit: null } })["benchmark-repository"]).toContain(
      evidence,
    );
  });

  it.each([
    ["django__django-12345", "django/django"],
    ["pandas-dev__pandas.95280573.pr_53652", undefined],
    ["psf__requests-1a2b3c4d_17", "psf/requests"],
  ])("an instance called %s says of which repository it is", (instance, repository) => {
    const found = foundIn([], { ...good, repository: null, instance });
    expect(found["no-repository"]).toBeUndefined();
    if (repository !== undefined) expect(found["benchmark-repository"]).toContain(repository);
  });

  it("a claim is no verdict, and one without a change is wrong", () => {
    expect(foundIn([], { ...good, grade: { kind: "ungraded" } })).toHaveProperty("ungraded");
    expect(foundIn([bash("ls")], { ...good, grade: claimed, patch: "" })).toMatchObject({
      claimed: "resolved: true",
      "solved-without-a-change": "the diff is empty",
    });
    expect(foundIn([bash("ls")], { ...good, grade: claimed, patch: null })).toHaveProperty(
      "solved-without-a-change",
    );
    expect(
      foundIn([editor("create", "/w/a.py")], { ...good, grade: claimed, patch: null }),
    ).not.toHaveProperty("solved-without-a-change");
  });
});

describe("calls", () => {
  it.each<[string, readonly (Told | string)[], string]>([
    ["no-turn", [], "0 turns"],
    ["unanswered-call", [["bash", { command: "ls" }], "Done."], "step 1"],
    ["undeclared-tool", [["dance", {}, "…"]], "dance"],
    ["undeclared-parameter", [["bash", { command: "ls", security_risk: "LOW" }, ""]], "bash.security_risk"],
  ])("%s", (check, turns, evidence) => expect(foundIn(turns, withTools(turns))[check]).toBe(evidence));

  it("that no tool is declared for", () => {
    expect(foundIn([bash("ls")], good)).toHaveProperty("no-tools");
  });
});

describe("what a model should not learn to say", () => {
  it.each([
    ["leaked-markup", "Let me look. <|im_start|>assistant"],
    ["invented-result", "I run it.\nEXECUTION RESULT of [bash]:\nall well"],
    ["json-tail", 'I see. "path": "a.py"}}]}'],
    ["meta-talk", "As an AI language model I cannot run code."],
    ["secret", "The key is ghp_abcdefghijklmnopqrstuvwxyz0123456789."],
    ["home-path", "I read /home/alice/work/a.py."],
  ])("%s", (check, text) => expect(foundIn([text], good)).toHaveProperty(check));

  it("the same, again and again", () => {
    const text = "Let me have a look at that file again.";
    expect(foundIn([text, text, text], good)["repeated-words"]).toContain("3 times");
  });

  it("calls written as text are no leak where there are no others", () => {
    expect(foundIn(["<function=bash>\n</function>"], good)).not.toHaveProperty("leaked-markup");
    expect(foundIn([bash("ls"), "<function=bash>"], good)).toHaveProperty("leaked-markup");
  });
});

describe("what the agent did", () => {
  it.each<[string, readonly (Told | string)[]]>([
    ["probed-history", [bash("git log --all")]],
    ["loop", Array.from({ length: 9 }, () => bash("ls"))],
    ["dead-turns", ["Hm.", bash("ls")]],
    ["fake-verification", [editor("str_replace", "/w/a.py"), bash("python -m py_compile a.py")]],
    ["too-long", [bash("cat a.py", "x".repeat(4_000))]],
  ])("%s", (check, turns) => expect(foundIn(turns, good)).toHaveProperty(check));
});

it("all samples together: repeats, spread and what is trained on", () => {
  const whole = createWhole();
  const add = (id: string, name: string, text: string) =>
    whole.add(walkOf(sampleOf([text], { id, repository: { name, commit: null } })));
  expect(add("a", "acme/orchard", "Done.")).toBeUndefined();
  expect(add("b", "acme/orchard", "Done.")).toBe("a");
  expect(add("c", "acme/garden", "Ready.")).toBeUndefined();
  expect(whole.counts()).toEqual({
    samples: 3,
    instances: 1,
    repositories: 2,
    effective_repositories: 1.89,
    templates: 1,
    commonest_template: 3,
    trained_share: 0.4,
  });
});
