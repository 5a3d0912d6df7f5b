import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { FACTS, factsOf } from "./index.ts";
import { bash, editor, sampleOf, type Told } from "./testing/samples.ts";
import { walkOf } from "./walk.ts";

const components = (...turns: (Told | string)[]) =>
  walkOf(sampleOf(turns)).steps.map(({ component }) => component);

describe("the component of a step", () => {
  it("is what its calls do, by the first in rank", () => {
    expect(
      components(
        ["think", { thought: "where?" }, ""],
        bash("cd /w && grep -rn ripen ."),
        editor("str_replace", "/w/src/a.py"),
        bash("sed -i 's/a/b/' src/a.py && pytest"),
        bash("pytest tests"),
        bash("pip install numpy"),
        bash("cd /w"),
        ["finish", {}, ""],
        "All is done.",
      ),
    ).toEqual([
      "reasoning",
      "exploration",
      "implementation",
      "implementation",
      "verification",
      "execution",
      "execution",
      "other",
      "other",
    ]);
  });

  it("of a file that is only there to check is verification, until it is removed", () => {
    expect(
      components(
        editor("create", "/w/reproduce.py"),
        bash("python reproduce.py"),
        editor("create", "/w/tests/test_ripen.py"),
        bash("rm /w/reproduce.py"),
      ),
    ).toEqual(["verification", "verification", "implementation", "verification"]);
  });

  it("of a build depends on whether anything was changed", () => {
    expect(components(bash("make"), editor("str_replace", "/w/a.c"), bash("make"))).toEqual([
      "execution",
      "implementation",
      "verification",
    ]);
  });
});

describe("facts of a record", () => {
  const worked = sampleOf([
    bash("grep -rn ripen ."),
    editor("view", "/w/a.py"),
    bash(
      "python try.py",
      "Traceback (most recent call last)\nTypeError\n[Command finished with exit code 1]",
    ),
    editor("str_replace", "/w/a.py"),
    editor("view", "/w/a.py", { view_range: [1, 5] }),
    bash("python try.py", "ripe"),
    "Done.",
  ]);

  it("say how it explored, edited and verified", () => {
    expect(factsOf(worked)).toMatchObject({
      id: "orchard.1",
      grade: "ungraded",
      outcome: null,
      steps: 7,
      calls: 6,
      searched_first: true,
      search_patterns: 1,
      files_read: 1,
      steps_to_first_edit: 4,
      edits: 1,
      reread_after_edit: true,
      ran_before_first_edit: true,
      ran_after_last_edit: true,
      verification: "real",
      failing_then_passing: true,
      failed_calls: 1,
      exploration_steps: 3,
      exploration_share: 0.429,
    });
  });

  it("tell real from fake verification", () => {
    const after = (...turns: Told[]) =>
      factsOf(sampleOf([editor("str_replace", "/w/a.py"), ...turns]))["verification"];
    expect(after(bash("python -m py_compile a.py"))).toBe("fake");
    expect(after(bash("git diff"))).toBe("fake");
    expect(after(bash("python a.py --help"))).toBe("fake");
    expect(after(bash("python a.py"))).toBe("real");
    expect(after(bash("cat a.py"))).toBe("none");
    expect(factsOf(sampleOf([bash("pytest")]))["verification"]).toBeNull();
  });

  it("count what went wrong", () => {
    const looping = sampleOf([
      bash("ls", "a"),
      bash("ls", "a"),
      bash("ls", "a"),
      "Hm.",
      ["bash", { command: "pwd" }],
      bash("grep -rn nothing .", "[exit code 1]"),
    ]);
    expect(factsOf(looping)).toMatchObject({
      repeated_calls: 2,
      longest_loop: 3,
      dead_turns: 1,
      unanswered_calls: 1,
      failed_calls: 0,
    });
  });

  it("see who looks for an answer", () => {
    const probing = sampleOf([
      bash("git log --all --oneline"),
      bash("curl https://example.org"),
      bash("cat /usr/lib/python3/site-packages/orchard/a.py"),
      bash("cat /tests/run_tests.sh"),
      bash("git log --oneline -3"),
    ]);
    expect(factsOf(probing)).toMatchObject({
      probed_history: 1,
      probed_network: 1,
      probed_packages: 1,
      probed_harness: 1,
    });
  });

  it("look at the diff that it left", () => {
    const patch = ["a.py", "reproduce.py"]
      .map((path) => `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1 +1,2 @@\n a\n+b\n`)
      .join("");
    expect(factsOf(sampleOf([], { patch }))).toMatchObject({
      patch_files: 2,
      patch_lines: 2,
      patch_scratch_files: 1,
    });
    expect(factsOf(sampleOf([], { patch: "no diff" }))).toMatchObject({ patch_files: null });
  });

  it("stand in docs/facts.md as they are, and nothing else does", async () => {
    const page = await readFile(new URL("../../docs/facts.md", import.meta.url), "utf8");
    const table = page.slice(page.indexOf("| fact | meaning |")).split("\n\n")[0] ?? "";
    const rows = table.split("\n").slice(2);
    expect(rows).toEqual(FACTS.map(({ name, meaning }) => `| \`${name}\` | ${meaning} |`));
  });

  it("have names of their own, and are the same twice", () => {
    const names = FACTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(JSON.stringify(factsOf(worked))).toBe(JSON.stringify(factsOf(worked)));
  });
});
