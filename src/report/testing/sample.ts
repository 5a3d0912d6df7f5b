import type { Attempt } from "../../attempt.ts";
import type { Rejection } from "../../dataset.ts";
import type { Instance, Secret } from "../../instance.ts";
import type { RunManifest } from "../../run.ts";
import type { TrajectoryEvent } from "../../trajectory.ts";
import { noVerdict, solved, unsolved } from "../../verdict.ts";
import type { Verdict } from "../../verdict.ts";
import type { ReportAttempt, ReportData } from "../data.ts";
import { MANIFEST } from "./sample-manifest.ts";

/** A made-up run with everything that a report must cope with: long and hostile text, every outcome, half a record. */
const HOSTILE = `</script><script>alert("x")</script><img src=x onerror=alert(1)> <!-- \u2028 日本語 🙂 é`;

const SUBJECTS = [
  [
    "nltk/nltk",
    "nltk/metrics/distance.py",
    171,
    "jaro_similarity",
    "Computes the Jaro similarity of two sequences.",
  ],
  ["nltk/nltk", "nltk/tree/tree.py", 402, "Tree.chomsky_normal_form", "Converts the tree to binary form."],
  ["psf/black", "src/black/linegen.py", 644, "delimiter_split", "Splits a line according to its delimiters."],
  [
    "psf/black",
    "src/black/trans.py",
    1210,
    "StringSplitter.do_transform",
    "Breaks one long string over several lines.",
  ],
  [
    "pallets/werkzeug",
    "src/werkzeug/http.py",
    588,
    "parse_range_header",
    "Parses the header that asks for a part of a document.",
  ],
  [
    "pallets/werkzeug",
    "src/werkzeug/routing/map.py",
    77,
    "Map.bind_to_environ",
    "Ties the rules to one request.",
  ],
] as const;

const DESCRIPTION = `I need the docstring of one definition in this repository to be written.

What the definition does: given two texts it says how alike they are, as a number between zero and one. It first looks for characters that occur in both within a window whose size follows from the longer text, then counts how many of them stand in another order.

Find it, and write a docstring for it. Change nothing else.`;

const SOURCE_LINES = Array.from(
  { length: 120 },
  (_, line) => `${String(line + 160).padStart(6)}\t${codeLine(line)}`,
);

function codeLine(line: number): string {
  const lines = [
    "def jaro_similarity(s1, s2):",
    "    # First, store the length of the strings",
    "    len_s1, len_s2 = len(s1), len(s2)",
    "    # The upper bound of the distance for being a matched character.",
    "    match_bound = max(len_s1, len_s2) // 2 - 1",
    "",
    "    matches = 0  # no.of matched characters in s1 and s2",
    "    transpositions = 0  # no. of transpositions between s1 and s2",
    '    flagged_1 = []  # positions in s1 which are matches — "naïve" ones too',
    "    for i in range(len_s1):  # Iterate through characters of the first string, which may be long",
  ];
  return lines[line % lines.length] ?? "";
}

const PATCH = `diff --git a/nltk/metrics/distance.py b/nltk/metrics/distance.py
index 1f2e3d4..5a6b7c8 100644
--- a/nltk/metrics/distance.py
+++ b/nltk/metrics/distance.py
@@ -169,6 +169,18 @@ def binary_distance(label1, label2):
 
 
 def jaro_similarity(s1, s2):
+    """
+    Compute the Jaro similarity of two sequences.
+
+    Characters match when they are equal and not farther apart than half the
+    length of the longer sequence; matches in another order are transpositions.
+
+    :param s1: the first sequence, e.g. "naïve 🙂"
+    :param s2: the second sequence
+    :return: a number between 0 (nothing in common) and 1 (equal) ${HOSTILE}
+    :rtype: float
+    """
+
     # First, store the length of the strings
     # because they will be re-used several times.
     len_s1, len_s2 = len(s1), len(s2)
@@ -201,7 +213,7 @@ def jaro_similarity(s1, s2):
                 break
--- a line that looks like a header but is removed
+++ and one that looks like a header but is added
-    transpositions = 0
+    transpositions = 0.0
 
     # Calculate
     flagged_2.sort()
\\ No newline at end of file
`.replace("@@ -201,7 +213,7 @@", "@@ -201,6 +213,6 @@");

const LONG_PATCH = `${PATCH}diff --git a/nltk/generated.py b/nltk/generated.py
new file mode 100644
index 0000000..5a6b7c8
--- /dev/null
+++ b/nltk/generated.py
@@ -0,0 +1,600 @@
${Array.from({ length: 600 }, (_, line) => `+VALUE_${line} = ${line * 7919}`).join("\n")}
`;

function time(seconds: number): string {
  return new Date(Date.UTC(2026, 10, 2, 9, 30) + seconds * 1000).toISOString();
}

function eventsOf(attempt: string, instance: string, steps: number, complete: boolean): TrajectoryEvent[] {
  const events: TrajectoryEvent[] = [
    {
      type: "start",
      schema_version: 1,
      at: time(0),
      attempt,
      instance,
      agent: { name: "loop", version: "1.0.0" },
      model: "qwen3-coder-480b",
      tools: [],
      isolation: "namespaces",
    },
    {
      type: "input",
      at: time(0),
      role: "system",
      content: "You are a careful software engineer.\n".repeat(8),
    },
    { type: "input", at: time(0), role: "user", content: DESCRIPTION },
  ];
  for (let step = 0; step < steps; step++) {
    const at = time(4 + step * 7);
    const usage = { inputTokens: 1800 + step * 950, outputTokens: 60 + step * 13, cachedTokens: step * 900 };
    const [name, args, content, isError] = actions(step);
    const reasoning =
      step % 3 === 0
        ? "The window follows from the longer text, so this is Jaro. I should search for that."
        : undefined;
    events.push({
      type: "turn",
      at,
      content: step === 0 ? "I'll look for functions that compare two texts." : step === 3 ? HOSTILE : "",
      ...(reasoning === undefined ? {} : { reasoning }),
      tool_calls: [{ id: `call_${step}`, name, arguments: args, malformed: "malformed" in args }],
      usage,
    });
    if (complete || step < steps - 1) {
      events.push({
        type: "result",
        at: time(5 + step * 7),
        tool_call_id: `call_${step}`,
        tool_name: name,
        content,
        is_error: isError,
        ...(step === 2 ? { truncated_characters: 48_211 } : {}),
      });
    }
  }
  if (complete) events.push({ type: "end", at: time(steps * 7 + 5), reason: "finished" });
  return events;
}

type Action = [
  name: string,
  args: Record<string, string | number | string[]>,
  content: string,
  isError: boolean,
];

function actions(step: number): Action {
  const all: Action[] = [
    [
      "bash",
      { command: 'rg -n "similar|distance" --type py -l | head -20' },
      "nltk/metrics/distance.py\nnltk/metrics/agreement.py\nnltk/cluster/util.py",
      false,
    ],
    ["bash", { command: "cat nltk/metrics/distance.py" }, SOURCE_LINES.join("\n"), false],
    ["bash", { command: "find . -name '*.py' | xargs wc -l" }, "x".repeat(26_000), false],
    [
      "edit",
      {
        path: "nltk/metrics/distance.py",
        old_text: "def jaro_similarity(s1, s2):\n    # First",
        new_text:
          'def jaro_similarity(s1, s2):\n    """\n    Compute the Jaro similarity of two sequences.\n    """\n    # First',
      },
      "Edited nltk/metrics/distance.py",
      false,
    ],
    [
      "edit",
      { malformed: '{"path": "nltk/metrics/distance.py", "old_text": "def jaro' },
      "The arguments are not a JSON object: unterminated string at character 57.",
      true,
    ],
    [
      "bash",
      { command: "python -m doctest nltk/metrics/distance.py" },
      "bash: python: command not found",
      true,
    ],
    [
      "view",
      { path: "nltk/metrics/distance.py", line_range: ["165", "195"] },
      SOURCE_LINES.slice(0, 12).join("\n"),
      false,
    ],
    ["finish", { message: "Documented." }, "", false],
  ];
  return all[step % all.length] ?? all[0] ?? ["bash", {}, "", false];
}

const VERDICTS: readonly Verdict[] = [
  solved({ docstring_words: 41, parameters_named: 2, share_copied: 0.04, other_files_changed: 0 }),
  unsolved(["code-changed", "target-not-documented"], {
    changed_files: ["nltk/metrics/distance.py", "nltk/generated.py"],
    first_difference: { path: "nltk/metrics/distance.py", line: 209 },
  }),
  solved({ docstring_words: 18, parameters_named: 0, share_copied: 0.31, other_files_changed: 0 }),
  unsolved(["target-not-documented"], { documented_elsewhere: 1 }),
  noVerdict("model-overloaded", { message: "429 after 8 tries" }),
  solved({ docstring_words: 77, parameters_named: 4, share_copied: 0, other_files_changed: 1 }),
  solved({ docstring_words: 25, parameters_named: 2, share_copied: 0.11, other_files_changed: 0 }),
  unsolved(["no-change"], {}),
  noVerdict("sandbox-failed", { message: HOSTILE }),
  solved({ docstring_words: 30, parameters_named: 1, share_copied: 0.02, other_files_changed: 0 }),
  unsolved(["target-not-documented", "step-limit"], {}),
  solved({ docstring_words: 33, parameters_named: 3, share_copied: 0.05, other_files_changed: 0 }),
];

export function sampleInstance(number: number): { instance: Instance; secret: Secret } {
  const [repository, path, line, name, docstring] = SUBJECTS[number % SUBJECTS.length] ?? SUBJECTS[0];
  const id = `func-localize-${repository.split("/")[1]}-${(0x1a2b3c + number * 7919).toString(16)}`;
  return {
    instance: {
      schema_version: 1,
      id,
      task: "func-localize",
      language: "python",
      repository: {
        name: repository,
        url: `https://github.com/${repository}`,
        commit: "3f6c1d".repeat(7).slice(0, 40),
        tree: "b".repeat(40),
      },
      start_tree: "d".repeat(40),
      instruction: DESCRIPTION,
      variant: { masked: true, detail: "brief", targets: 1 },
      facts: { distractors: 14, retrieval_rank: 3, licence: "Apache-2.0", lookups: 4 },
    },
    secret: {
      schema_version: 1,
      id,
      start: [],
      solution: [],
      answer: {
        targets: [
          {
            path,
            qualified_name: name,
            ordinal: 0,
            kind: "function",
            line,
            docstring: `${docstring}\n\n:param s1: the first\n:return: a number\n${HOSTILE}`,
          },
        ],
      },
      facts: { stem: name.split("_"), removed_characters: 812 },
    },
  };
}

export function sampleAttempt(number: number): ReportAttempt {
  const { instance } = sampleInstance(number);
  const verdict = VERDICTS[number % VERDICTS.length] ?? solved({});
  const id = `${instance.id}.1.1`;
  const complete = verdict.outcome !== "no-verdict";
  const steps = 5 + ((number * 5) % 13);
  const patch = number % 12 === 1 ? LONG_PATCH : verdict.reasons.includes("no-change") ? "" : PATCH;
  const attempt: Attempt = {
    schema_version: 2,
    id,
    target: `${instance.id}.1`,
    instance: instance.id,
    solver: "loop",
    agent: "loop",
    agent_version: "1.0.0",
    model: "qwen3-coder-480b",
    isolation: "namespaces",
    started_at: time(0),
    seconds: steps * 7.3 + number,
    end: complete ? (verdict.reasons.includes("step-limit") ? "step-limit" : "finished") : "fault",
    steps,
    usage: { inputTokens: steps * 9000, outputTokens: steps * 130 },
    patch_bytes: patch.length,
    grader_version: 3,
    verdict,
  };
  return { attempt, events: eventsOf(id, instance.id, steps, complete), patch };
}

const REJECTIONS: readonly Rejection[] = Array.from({ length: 60 }, (_, index) => ({
  repository: MANIFEST.repositories[index % 3]?.name ?? "",
  reason: Object.keys(MANIFEST.rejected)[index % 6] ?? "",
  path: `src/module_${index}/very/long/path/to/some/file_that_is_deep.py`,
  line: 10 + index * 13,
  name: `Handler${index}.on_request`,
  ...(index % 4 === 0
    ? {}
    : {
        detail: index % 4 === 1 ? HOSTILE : 'the description contains "request", a stem of the name',
        facts: { rank: index, stems: ["request", "handl"] },
      }),
}));

const RUN: RunManifest = {
  schema_version: 2,
  tool_version: "0.1.0",
  dataset: "../datasets/func-localize-12",
  dataset_sha256: "5f".repeat(32),
  config: {
    solvers: [
      {
        name: "loop",
        agent: "loop",
        model: { name: "qwen3-coder-480b", base_url: "http://127.0.0.1:8000/v1", api: "openai" },
        temperature: 0.7,
      },
    ],
    isolation: "namespaces",
    allow_unsafe: false,
    attempts: 1,
    max_steps: 50,
    deadline_seconds: 900,
  },
  config_sha256: "ab".repeat(32),
  environment: { node: "v24.0.0", platform: "linux x64" },
};

export function sampleReport(attempts = 12): ReportData {
  const numbers = Array.from({ length: attempts }, (_, number) => number);
  const entries = numbers.map(sampleAttempt);
  const count = (outcome: string) =>
    entries.filter((entry) => entry.attempt.verdict.outcome === outcome).length;
  const causes: Record<string, number> = {};
  for (const { attempt } of entries) {
    if (attempt.verdict.cause !== undefined)
      causes[attempt.verdict.cause] = (causes[attempt.verdict.cause] ?? 0) + 1;
  }
  return {
    title: "func-localize with qwen3-coder-480b",
    toolVersion: "0.1.0",
    dataset: { manifest: MANIFEST, instances: numbers.map(sampleInstance), rejections: REJECTIONS },
    run: {
      manifest: RUN,
      counts: {
        targets: attempts + 3,
        solved: count("solved"),
        unsolved: count("unsolved"),
        no_verdict: causes,
        running: 1,
        owed: 2,
      },
    },
    attempts: entries,
  };
}
