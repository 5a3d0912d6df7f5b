import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import {
  AgentError,
  BudgetError,
  DialectError,
  EnvironmentError,
  HubError,
  HybridGymError,
  ImportError,
  InputError,
  ModelError,
  RepositoryError,
  ResolverError,
  SandboxError,
  StoreError,
  TaskError,
} from "../../src/base/errors.ts";
import { MEASURES } from "../../src/runs/gates/measures.ts";
import { RowError } from "../../src/row.ts";
import { RunStopped } from "../../src/runs/stopped.ts";
import { SandboxFileError, SandboxLimitError } from "../../src/sandbox.ts";

const CLASSES = [
  AgentError,
  BudgetError,
  DialectError,
  EnvironmentError,
  HubError,
  HybridGymError,
  ImportError,
  InputError,
  ModelError,
  RepositoryError,
  ResolverError,
  RowError,
  SandboxError,
  SandboxFileError,
  SandboxLimitError,
  StoreError,
  TaskError,
];
const EXITS = new Map<string, number>([
  ...CLASSES.map((kind) => [kind.name, new kind({ code: "x", message: "" }).exitCode] as const),
  ["RunStopped", new RunStopped({ code: "x", message: "" }).exitCode],
]);

/**
 * Codes that are put together elsewhere than where the error is made; the reader of the source sees `code` only.
 * A file that does so and is not named here fails, so that no code stays unseen.
 */
const INDIRECT: Readonly<Record<string, readonly string[]>> = {
  "agents/hosted.ts": [],
  "attempts/exchange-failure.ts": [
    "model-not-found",
    "model-overloaded",
    "model-redirected",
    "model-server-error",
    "model-timeout",
    "model-unauthorized",
    "model-unreachable",
  ],
  // Whatever another process says, under the code that it has elsewhere.
  "commands/build-process.ts": [],
  "governors/wire.ts": [],
  "models/failure.ts": [
    "model-aborted",
    "model-bad-response",
    "model-broke-off",
    "model-context-exceeded",
    "model-not-found",
    "model-overloaded",
    "model-redirected",
    "model-rejected-request",
    "model-server-error",
    "model-timeout",
    "model-unauthorized",
    "model-unreachable",
  ],
  "models/replay.ts": ["model-replay-exhausted", "model-replay-no-match"],
  // Whatever a rule of runs/retry-rules.ts stops a run for, under the code that it has elsewhere.
  "runs/engine.ts": [],
  "sandboxes/shared/file-access.ts": [
    "file-not-found",
    "is-a-folder",
    "not-a-file",
    "not-permitted",
    "read-failed",
    "write-failed",
  ],
};

/** Every code that the code may raise, with the exit codes of the classes that carry it. */
export function findErrorsInSource(folder: string): Map<string, Set<number>> {
  const found = new Map<string, Set<number>>([["internal", new Set([1])]]);
  const note = (code: string, exit: number) => found.set(code, new Set([...(found.get(code) ?? []), exit]));
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts") || /\.test\.ts$|(^|\/)testing|conformance/.test(name)) continue;
    const text = readFileSync(path.join(folder, name), "utf8");
    if (!/Error\(|RunStopped\(|super\(/.test(text)) continue;
    for (const { kind, codes } of errorsMadeIn(name, text)) {
      const exit = EXITS.get(kind) ?? 1;
      for (const code of codes ?? indirectCodes(name, text)) note(code, exit);
    }
  }
  for (const code of ["model-not-found", "model-redirected", "model-unauthorized", "model-unreachable"])
    note(code, 3);
  for (const { code } of MEASURES) note(code, 3);
  return found;
}

function indirectCodes(name: string, text: string): readonly string[] {
  const codes = INDIRECT[name.replaceAll(path.sep, "/")];
  if (codes === undefined)
    throw new Error(`src/${name} makes an error whose code is not written beside it; add it to INDIRECT`);
  const gone = codes.filter((code) => !new RegExp(String.raw`["':]${code}"`).test(text));
  if (gone.length > 0) throw new Error(`src/${name} has no ${gone.join(", ")} any more`);
  return codes;
}

/** `new SomeError({ code: … })`: the class, and the codes where they are written there. */
function errorsMadeIn(name: string, text: string): { kind: string; codes: string[] | undefined }[] {
  const result: { kind: string; codes: string[] | undefined }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && EXITS.has(node.expression.getText())) {
      result.push({ kind: node.expression.getText(), codes: codesOf(node.arguments?.[0]) });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword) {
      if (codeProperty(node.arguments[0]) !== undefined)
        result.push({ kind: "", codes: codesOf(node.arguments[0]) });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true));
  return result;
}

function codeProperty(details: ts.Node | undefined): ts.PropertyAssignment | undefined {
  if (details === undefined || !ts.isObjectLiteralExpression(details)) return undefined;
  return details.properties
    .filter((property) => ts.isPropertyAssignment(property))
    .find((property) => property.name.getText() === "code");
}

/** The strings that `code` may be; undefined where it is no literal nor a choice of literals. */
function codesOf(details: ts.Node | undefined): string[] | undefined {
  const value = codeProperty(details)?.initializer;
  if (value === undefined) return undefined;
  if (ts.isStringLiteral(value)) return [value.text];
  if (ts.isConditionalExpression(value)) {
    const branches = [value.whenTrue, value.whenFalse].filter((branch) => ts.isStringLiteral(branch));
    if (branches.length === 2) return branches.map((branch) => branch.text);
  }
  return undefined;
}

/** The rows of the page: code to the exit codes that it names. */
export function documentedErrors(markdown: string): Map<string, number[]> {
  const rows = [...markdown.matchAll(/^\| `([a-z-]+)` \| ([\d, ]+) \|/gm)];
  return new Map(rows.map(([, code = "", exits = ""]) => [code, exits.split(", ").map(Number)]));
}
