import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TOOL_PRESETS } from "../tools/presets.ts";
import { actionsOf } from "./of-call.ts";

const kinds = (command: string) => actionsOf("bash", { command }).map(({ kind }) => kind);

describe("a line of shell", () => {
  it.each([
    ["cd /testbed && grep -rn 'def ripen' src | head -5", ["arrange", "search"]],
    ["find . -name '*.py' | xargs grep ripen", ["search", "search"]],
    ["cat src/a.py", ["read"]],
    ["sed -n '1,20p' src/a.py", ["read"]],
    ["sed -i 's/a/b/' src/a.py && python -m pytest -q tests 2>&1 | tail -3", ["write", "test"]],
    ["cat > check.py <<'EOF'\nimport orchard\nEOF\npython check.py", ["write", "run"]],
    ["timeout 60 pytest tests", ["test"]],
    ["PYTHONPATH=. python3 tests/runtests.py queries", ["test"]],
    ["poetry run pytest", ["test"]],
    ["./manage.py test app", ["test"]],
    ["npm run test:unit", ["test"]],
    ["cargo test --all", ["test"]],
    ["go vet ./...", ["check"]],
    ["python -m py_compile a.py", ["check"]],
    ["python -c 'import ast; ast.parse(open(\"a.py\").read())'", ["check"]],
    ["python -c 'print(open(\"a.py\").read())'", ["read"]],
    ["python -c 'import orchard; print(orchard.__file__)'", ["inspect"]],
    ["python -c 'import orchard; print(orchard.ripen(3))'", ["run"]],
    ["python - <<EOF\nopen('a.py', 'w').write('x')\nEOF", ["write"]],
    ["pip install -e .", ["install"]],
    ["pip show numpy", ["inspect"]],
    ["orchard --help", ["inspect"]],
    ["git diff", ["review"]],
    ["git diff > patch.txt && cat patch.txt", ["review", "read"]],
    ["git diff HEAD~1", ["history"]],
    ["git log --all --oneline | head", ["history"]],
    ["git stash && git checkout -q main", ["arrange", "arrange"]],
    ["curl -s https://example.org/fix.py", ["fetch"]],
    ["rm -f a.py b.py", ["remove", "remove"]],
    ["make -j4", ["build"]],
    ["bash -lc 'ls -la && pytest'", ["list", "test"]],
    ["echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT && cat patch.txt", ["finish"]],
    ["for f in *.py; do wc -l $f; done", ["read"]],
    ["", ["arrange"]],
  ])("%s", (command, expected) => expect(kinds(command)).toEqual(expected));

  it("may be anything, and is never a failure", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (command) => {
        expect(actionsOf("bash", { command }).length).toBeGreaterThan(0);
      }),
    );
  });
});

describe("a line that is made to break what reads it", () => {
  it.each(["(", "$(", "`", "if ", "cat <<A\n", "{ ", '"', "sudo ", "bash -c '", "$((", "${a:-"])(
    "%j, ten thousand times",
    (piece) => {
      expect(actionsOf("bash", { command: piece.repeat(10_000) }).length).toBeGreaterThan(0);
    },
  );
});

describe("tools of all scaffolds are told in the same words", () => {
  it.each([
    ["execute_bash", { command: "ls" }, { kind: "list" }],
    ["terminal", { command: "ls" }, { kind: "list" }],
    ["shell", { command: ["bash", "-lc", "ls"] }, { kind: "list" }],
    ["Bash", { command: "ls" }, { kind: "list" }],
    [
      "str_replace_editor",
      { command: "view", path: "/w/a.py" },
      { kind: "read", path: "/w/a.py", whole: true },
    ],
    [
      "file_editor",
      { command: "view", path: "/w/a.py", view_range: [1, 9] },
      { kind: "read", path: "/w/a.py", whole: false },
    ],
    ["str_replace_editor", { command: "view", path: "/w/src" }, { kind: "list", path: "/w/src" }],
    ["str_replace_editor", { command: "create", path: "/w/a.py" }, { kind: "write", path: "/w/a.py" }],
    ["Read", { file_path: "/w/a.py", limit: 10 }, { kind: "read", path: "/w/a.py", whole: false }],
    ["Edit", { file_path: "/w/a.py" }, { kind: "write", path: "/w/a.py" }],
    ["Grep", { pattern: "ripen" }, { kind: "search", pattern: "ripen" }],
    ["TodoWrite", { todos: [] }, { kind: "plan" }],
    ["think", { thought: "hm" }, { kind: "think" }],
    ["finish", {}, { kind: "finish" }],
    ["submit", {}, { kind: "finish" }],
    ["apply_patch", { input: "…" }, { kind: "write" }],
    ["dance", {}, { kind: "unknown" }],
  ])("%s %j", (name, args, expected) => expect(actionsOf(name, args)).toMatchObject([expected]));

  it("those of our own sets are all known", () => {
    const names = TOOL_PRESETS.flatMap(({ tools }) => tools.map(({ definition }) => definition.name));
    const unknown = names.filter(
      (name) => actionsOf(name, { command: "view", path: "a.py" })[0]?.kind === "unknown",
    );
    expect(unknown).toEqual([]);
  });

  it("what could not be read as a call is unknown", () => {
    expect(actionsOf("bash", { malformed: "{" }, true)).toEqual([{ kind: "unknown" }]);
  });
});
