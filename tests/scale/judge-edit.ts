import { createHash } from "node:crypto";
import { applyDiff } from "../../src/diffs/apply.ts";
import type { CodeComparison, DecodedSource } from "../../src/syntax.ts";
import { python } from "../../src/syntaxes/python/index.ts";
import { memoryTree } from "../../src/trees/make-tree.ts";
import { isNewerSyntax } from "./newer-syntax.ts";
import type { Edit } from "./python.ts";

export interface Before {
  readonly name: string;
  readonly content: Uint8Array;
  readonly source: DecodedSource;
}

/** `agreed`: as CPython says. `named`: a class that docs/grading-at-scale.md justifies. `wrong`: to be read. */
export interface Settled {
  readonly kind: "agreed" | "named" | "wrong";
  /** What was graded, or the class's name, or what is wrong. */
  readonly label: string;
}

/** Grades one edit through the public doors (diff, decoding, comparison), and holds it against the oracle's answer. */
export async function judgeEdit(before: Before, edit: Edit, pythonVersion: string): Promise<Settled> {
  const tree = memoryTree({ [before.name]: before.content });
  const applied = await applyDiff(tree, Buffer.from(edit.diff, "base64"));
  if (!applied.applied) return wrong(`the diff was refused: ${applied.detail}`);
  const [change, ...others] = applied.changes;
  const content = change?.after?.content;
  if (content === undefined || others.length > 0) return wrong("the diff changed something else");
  if (createHash("sha256").update(content).digest("hex") !== edit.sha256) {
    return wrong("the diff led to other bytes");
  }
  const after = python.decode(content);
  const oracle = edit.oracle.split(":")[0] ?? "";
  if ("problem" in after) {
    return oracle === "invalid" ? agreed("not decodable") : wrong(`not decoded: ${after.detail}`);
  }
  if (edit.group === "refused before" && python.validity(before.source).valid) {
    return isNewerSyntax(before.source.text, pythonVersion) ? named("newer syntax") : wrong("valid before");
  }
  const comparison = python.sameCode(before.source, after);
  if (comparison.same) return judgeSame(comparison, edit, oracle);
  return judgeDifferent(comparison, edit, oracle, after.text, pythonVersion);
}

type Same = Extract<CodeComparison, { same: true }>;
type Different = Extract<CodeComparison, { same: false }>;

function judgeSame(comparison: Same, edit: Edit, oracle: string): Settled {
  if (oracle !== "same") return wrong(`graded the same, CPython: ${edit.oracle}`);
  const problem = docstringProblem(comparison, edit) ?? commentProblem(comparison, edit);
  return problem === undefined ? agreed("same") : wrong(problem);
}

function docstringProblem(comparison: Same, edit: Edit): string | undefined {
  const reported = comparison.docstrings
    .map(({ change, qualifiedName, ordinal }) => `${change} ${qualifiedName}#${ordinal}`)
    .sort();
  const expected = edit.docstrings ?? reported;
  if (reported.join("\n") === expected.join("\n")) return undefined;
  return `docstrings reported: ${reported.join(", ")}; CPython: ${expected.join(", ")}`;
}

/** Groups in which no comment that steers a tool is touched. */
const HARMLESS = new Set(["comments", "docstrings", "layout"]);

function commentProblem({ comments }: Same, { group, comments: expected }: Edit): string | undefined {
  const directives = comments.filter(({ directive }) => directive);
  if (HARMLESS.has(group) && directives.length > 0) return `a directive: ${directives[0]?.text ?? ""}`;
  if (group === "directives" && directives.length === 0) return "no directive";
  if (expected === undefined) return undefined;
  const balance = count(comments, "added") - count(comments, "removed");
  if (balance !== expected.added.length - expected.removed.length) return "the number of comments";
  const reported = comments.map(({ text }) => text);
  const missing = expected.added.find((text) => !reported.includes(text));
  return missing === undefined ? undefined : `not reported: ${missing}`;
}

function count(comments: Same["comments"], change: string): number {
  return comments.filter((comment) => comment.change === change).length;
}

function judgeDifferent(
  { reason, detail }: Different,
  edit: Edit,
  oracle: string,
  after: string,
  pythonVersion: string,
): Settled {
  if (oracle === "different")
    return reason === "code-changed" ? agreed(reason) : wrong(`${reason}: ${detail}`);
  if (oracle === "invalid") {
    if (reason === "now-invalid") return agreed(reason);
    return isNewerSyntax(after, pythonVersion)
      ? named("newer syntax")
      : wrong(`valid, CPython: ${edit.oracle}`);
  }
  if (reason === "now-invalid") return wrong(`now-invalid: ${detail}`);
  if (edit.group === "refused before") return named("refused file that does not read as tokens");
  if (edit.same_tokens === false) return named("same tree, other tokens");
  if (edit.name === "body_on_its_own_line") return named("same tree, a body on a line of its own");
  if (detail.includes("encoding cookie")) return named("encoding cookie");
  return wrong(`${reason}: ${detail}`);
}

function agreed(label: string): Settled {
  return { kind: "agreed", label };
}

function named(label: string): Settled {
  return { kind: "named", label };
}

function wrong(label: string): Settled {
  return { kind: "wrong", label };
}
