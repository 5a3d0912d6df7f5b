import { z } from "zod";
import { parseValue } from "../base/json.ts";
import { environmentLockSchema } from "../environment.ts";
import { type Row, rowMismatch, type RowShape, type StartState } from "../row.ts";
import type { Body, Definition, Syntax } from "../syntax.ts";
import { nameDefinition } from "../tasks/checks/find-definition.ts";
import { answerSchema, callsOracleSchema, type Oracle, testsOracleSchema } from "../tasks/func-gen/answer.ts";
import { STUB } from "../tasks/func-gen/draft.ts";
import type { Tree } from "../tree.ts";
import { overlayTree } from "../trees/overlay.ts";
import { readRowFile, type RowFile } from "./locate.ts";
import { commonFields, hasField, parseRow } from "./parse-row.ts";

const ORACLES = ["eval_script", "recorded_calls", "own_tests"] as const;

/** A field that is null is absent in rows: for an environment that says that no project is known by name. */
const environmentSchema = environmentLockSchema.extend({
  project: environmentLockSchema.shape.project.default(null),
});

const rowSchema = z
  .object({
    ...commonFields,
    file_path: z.string().min(1),
    func_name: z.string().min(1),
    eval_script: z.string().min(1),
    /** Ours: what the original made of inputs, where there is no script. */
    recorded_calls: callsOracleSchema.extend({ environment: environmentSchema.exactOptional() }),
    /** Ours: tests of the repository, where there are no such calls. */
    own_tests: testsOracleSchema.extend({ environment: environmentSchema }),
    implementation_instruction: z.string().optional(),
  })
  .partial({ eval_script: true, recorded_calls: true, own_tests: true })
  .refine((row) => ORACLES.some((field) => row[field] !== undefined), {
    error: "neither eval_script nor recorded_calls nor own_tests is there",
  });
type FuncGenRow = z.infer<typeof rowSchema>;

/** Rows of func-gen: a function whose body was taken out, and a script that compares what is written with the original, or recorded calls. */
export function funcGenRows(syntaxOf: (path: string) => Syntax | undefined): RowShape {
  return {
    name: "func_gen",
    task: "func-gen",
    recognises: (row) => hasField(row, "func_name") && ORACLES.some((field) => hasField(row, field)),
    async read(row, source) {
      const fields = parseRow(row, rowSchema);
      const file = await readRowFile(source, fields.file_path, syntaxOf, fields.language);
      const definition = locateFunction(file, fields.func_name);
      const body = file.syntax.bodyOf?.(file.source, definition);
      if (body === undefined)
        throw rowMismatch(`${file.path}: ${fields.func_name} has no body that can be taken out`);
      const oracle = oracleOf(fields);
      return {
        language: file.syntax.language,
        instruction: fields.implementation_instruction ?? "",
        answer: { target: nameDefinition(file.path, definition), oracle },
        starts:
          oracle.kind === "script"
            ? startsOf(source, file, definition, body)
            : [{ tree: stubbed(source, file, body, STUB).tree }],
      };
    },
    write: async ({ instance, secret }) => {
      const { target, oracle } = parseValue(secret.answer, answerSchema, `secret ${instance.id}`);
      const { name, commit } = instance.repository;
      return {
        instance_id: instance.id,
        repo: name,
        base_commit: commit,
        language: instance.language,
        file_path: target.path,
        func_name: target.qualified_name,
        implementation_instruction: instance.instruction,
        ...fieldOf(oracle),
      };
    },
  };
}

function oracleOf({ recorded_calls, own_tests, eval_script, func_name }: FuncGenRow): Oracle {
  const script = { kind: "script", script: eval_script ?? "", name: func_name } as const;
  return recorded_calls ?? own_tests ?? script;
}

function fieldOf(oracle: Oracle): Row {
  if (oracle.kind === "script") return { eval_script: oracle.script };
  return oracle.kind === "calls" ? { recorded_calls: oracle } : { own_tests: oracle };
}

/** The first of its name, as those who published the rows take it. */
function locateFunction({ path, outline }: RowFile, name: string): Definition {
  const functions = outline.definitions.filter((one) => one.kind !== "class");
  const found =
    functions.find((one) => one.qualifiedName === name) ??
    functions.find((one) => one.qualifiedName.endsWith(`.${name}`));
  if (found === undefined) throw rowMismatch(`${path} does not define a function ${name}`);
  return found;
}

/**
 * The body as those who published the rows take it out (whole lines, and a `pass` with a comment that is indented as the line after the docstring, which may be
 * a blank one), and the same by syntax; the file as it is where its body is a stub already.
 */
function startsOf(source: Tree, file: RowFile, definition: Definition, body: Body): StartState[] {
  if (definition.isStub) return [{ tree: source }];
  const { text } = file.source;
  const byLines = withText(source, file, publishedStub(text, definition, body));
  const bySyntax = stubbed(source, file, body, PUBLISHED_STUB);
  if (!bySyntax.isValid)
    throw rowMismatch(`${file.path}: the body of ${definition.qualifiedName} cannot be taken out`);
  if (byLines.isValid && file.syntax.sameCode(bySyntax.decoded, byLines.decoded).same)
    return [{ tree: byLines.tree }, { tree: bySyntax.tree }];
  // The `pass` slipped out of the function: an agent may have put it right, or left it where it is.
  const { tree } = byLines;
  return [
    { tree, judgedFrom: bySyntax.tree },
    ...(byLines.isValid ? [{ tree }] : []),
    { tree: bySyntax.tree },
  ];
}

const PUBLISHED_STUB = "pass  # TODO: Implement this function";

function stubbed(source: Tree, file: RowFile, { start, end, indent }: Body, stub: string) {
  const { text } = file.source;
  return withText(source, file, `${text.slice(0, start)}\n${indent}${stub}${text.slice(end)}`);
}

/** All lines after the one that ends the header or the docstring, up to the last one of the body. */
function publishedStub(text: string, { lastLine }: Definition, body: Body): string {
  const lines = text.split("\n");
  const first = text.slice(0, body.start).split("\n").length;
  const indent = /^\s*/.exec(lines[first] ?? "")?.[0] ?? "";
  return [...lines.slice(0, first), indent + PUBLISHED_STUB, ...lines.slice(lastLine)].join("\n");
}

function withText(source: Tree, file: RowFile, text: string) {
  const { syntax, path, content } = file;
  const mode = source.entry(path)?.mode ?? "100644";
  const after = file.source.encode(text);
  const tree = overlayTree(source, [{ path, before: { mode, content }, after: { mode, content: after } }]);
  const decoded = { ...file.source, text };
  return { tree, decoded, isValid: syntax.validity(decoded).valid };
}
