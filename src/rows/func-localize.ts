import { z } from "zod";
import { parseValue } from "../base/json.ts";
import { rowMismatch, type Row, type RowShape } from "../row.ts";
import type { Definition, Syntax } from "../syntax.ts";
import { answerSchema } from "../tasks/func-localize/answer.ts";
import { nameDefinition } from "../tasks/checks/find-definition.ts";
import type { Tree } from "../tree.ts";
import { type DocstringsAbove, locate, readRowFile } from "./locate.ts";
import { commonFields, hasField, lineSchema, optionalLineSchema, parseRow } from "./parse-row.ts";
import { type DocumentedTarget, startsOf } from "./remove-docstrings.ts";

const targetFields = {
  file_path: z.string().min(1),
  module_name: z.string().min(1),
  qualified_name: z.string().min(1).optional(),
  module_type: z.string().optional(),
  module_line_start: lineSchema,
  docstring_line_start: optionalLineSchema,
  docstring_line_end: optionalLineSchema.optional(),
  docstring: z.string().optional(),
};
const targetSchema = z.object(targetFields);
type RowTarget = z.infer<typeof targetSchema>;

const singleSchema = z.object({ ...commonFields, ...targetFields });
const severalSchema = z.object({ ...commonFields, functions: z.array(targetSchema).min(1) });

const descriptionSchema = z.object({
  brief_description: z.string().optional(),
  function_description: z.string().optional(),
});

/** Rows of func-localize: one target in the row itself, or several in `functions`. */
export function funcLocalizeRows(syntaxOf: (path: string) => Syntax | undefined): RowShape {
  return {
    name: "func_localize",
    task: "func-localize",
    recognises: (row) => severalIn(row) || hasField(row, "docstring_line_start"),
    async read(row, source) {
      const { language, targets } = targetsOf(row);
      const located: DocumentedTarget[] = [];
      for (const target of targets)
        located.push(await locateTarget(target, targets, source, syntaxOf, language));
      const starts = startsOf(source, located);
      const [first] = starts;
      return {
        language: located[0]?.file.syntax.language ?? "",
        instruction: descriptionOf(row),
        answer: {
          targets: await answerTargets(
            located,
            targets,
            first?.judgedFrom ?? first?.tree ?? source,
            syntaxOf,
          ),
        },
        starts,
      };
    },
    write: async ({ instance, secret }, source) => {
      const { targets } = parseValue(secret.answer, answerSchema, `secret ${instance.id}`);
      const rows = await Promise.all(targets.map((target) => writeTarget(target, source, syntaxOf)));
      const { name, commit } = instance.repository;
      const common = {
        instance_id: instance.id,
        repo: name,
        base_commit: commit,
        language: instance.language,
        brief_description: instance.instruction,
      };
      const [only] = rows;
      return rows.length === 1 && only !== undefined
        ? { ...common, ...only }
        : { ...common, functions: rows };
    },
  };
}

/** An empty list is none: rows with one target may carry it beside their own fields. */
function severalIn(row: Row): boolean {
  const { functions } = row;
  return Array.isArray(functions) && functions.length > 0;
}

function targetsOf(row: Row): { language: string | undefined; targets: readonly RowTarget[] } {
  if (!severalIn(row)) {
    const single = parseRow(row, singleSchema);
    return { language: single.language, targets: [single] };
  }
  const { language, functions } = parseRow(row, severalSchema);
  return { language, targets: functions };
}

async function locateTarget(
  target: RowTarget,
  all: readonly RowTarget[],
  source: Tree,
  syntaxOf: (path: string) => Syntax | undefined,
  language: string | undefined,
): Promise<DocumentedTarget> {
  const file = await readRowFile(source, target.file_path, syntaxOf, language);
  const above = docstringsAbove(target, all);
  const definition = locate(file, {
    name: target.module_name,
    qualifiedName: target.qualified_name,
    kind: target.module_type,
    line: target.module_line_start,
    above,
  });
  const start = target.docstring_line_start;
  requireLine(file.path, definition, [start, start - above.lines]);
  return { file, definition, lines: { start, end: target.docstring_line_end ?? start } };
}

/** @throws RowError for a docstring that is not where the row says, or that it does not speak of. */
function requireLine(path: string, { docstring, qualifiedName }: Definition, lines: readonly number[]): void {
  if (docstring === undefined || lines.includes(docstring.firstLine - 1)) return;
  const said = lines[0] === -1 ? "that it has none" : `that it is at ${lines[0]}`;
  throw rowMismatch(
    `${path}: the docstring of ${qualifiedName} is at line ${docstring.firstLine - 1} (from 0), and the row says ${said}`,
  );
}

/** The docstrings of targets that stand above this definition, its own too where it does: when they are gone already, it is that much higher. */
function docstringsAbove(target: RowTarget, all: readonly RowTarget[]): DocstringsAbove {
  const above = all.filter(
    ({ file_path, docstring_line_start: start }) =>
      file_path === target.file_path && start !== -1 && start < target.module_line_start,
  );
  const lines = above.reduce((sum, { docstring_line_start: start, docstring_line_end: end = start }) => {
    return sum + end - start + 1;
  }, 0);
  return { count: above.length, lines };
}

async function answerTargets(
  located: readonly DocumentedTarget[],
  targets: readonly RowTarget[],
  start: Tree,
  syntaxOf: (path: string) => Syntax | undefined,
) {
  const answers = [];
  for (const [index, { file, definition }] of located.entries()) {
    const { outline } = await readRowFile(start, file.path, syntaxOf);
    const found = outline.definitions.find(
      (one) => one.qualifiedName === definition.qualifiedName && one.ordinal === definition.ordinal,
    );
    const docstring = targets[index]?.docstring ?? definition.docstring?.text ?? "";
    answers.push({ ...nameDefinition(file.path, found ?? definition), docstring });
  }
  return answers;
}

function descriptionOf(row: Row): string {
  const { brief_description, function_description } = parseRow(row, descriptionSchema);
  return brief_description ?? function_description ?? "";
}

async function writeTarget(
  target: z.infer<typeof answerSchema>["targets"][number],
  source: Tree,
  syntaxOf: (path: string) => Syntax | undefined,
) {
  const file = await readRowFile(source, target.path, syntaxOf);
  const definition = file.outline.definitions.find(
    (one) => one.qualifiedName === target.qualified_name && one.ordinal === target.ordinal,
  );
  if (definition === undefined) throw rowMismatch(`${target.path} does not define ${target.qualified_name}`);
  const { docstring } = definition;
  return {
    file_path: target.path,
    module_name: definition.name,
    qualified_name: definition.qualifiedName,
    module_type: definition.kind === "class" ? "class" : "function",
    module_line_start: definition.line - 1,
    module_line_end: definition.lastLine - 1,
    docstring: docstring?.text ?? target.docstring,
    docstring_line_start: docstring === undefined ? -1 : docstring.firstLine - 1,
    docstring_line_end: docstring === undefined ? -1 : docstring.lastLine - 1,
  };
}
