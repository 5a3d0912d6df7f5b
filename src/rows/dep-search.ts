import { z } from "zod";
import { parseValue } from "../base/json.ts";
import type { RowShape } from "../row.ts";
import type { Syntax } from "../syntax.ts";
import { nameDefinition, type NamedDefinition } from "../tasks/checks/find-definition.ts";
import { answerSchema } from "../tasks/dep-search/answer.ts";
import type { Tree } from "../tree.ts";
import { locate, readRowFile } from "./locate.ts";
import { commonFields, hasField, lineSchema, parseRow } from "./parse-row.ts";

const rowSchema = z.object({
  ...commonFields,
  target_function_name: z.string().min(1),
  target_function_file: z.string().min(1),
  target_function_line_start: lineSchema,
  qualified_name: z.string().min(1).optional(),
  dependencies: z
    .array(
      z.object({
        name: z.string().min(1),
        file_path: z.string().min(1),
        line_start: lineSchema,
        type: z.string().optional(),
        qualified_name: z.string().min(1).optional(),
      }),
    )
    .min(1),
});

/** Rows of dep-search: a function and the definitions that it calls. */
export function depSearchRows(syntaxOf: (path: string) => Syntax | undefined): RowShape {
  return {
    name: "dep_search",
    task: "dep-search",
    recognises: (row) => hasField(row, "target_function_name") && Array.isArray(row["dependencies"]),
    async read(row, source) {
      const fields = parseRow(row, rowSchema);
      const file = await readRowFile(source, fields.target_function_file, syntaxOf, fields.language);
      const target = locate(file, {
        name: fields.target_function_name,
        qualifiedName: fields.qualified_name,
        line: fields.target_function_line_start,
      });
      const dependencies: NamedDefinition[] = [];
      for (const { name, file_path, line_start: line, type: kind, qualified_name } of fields.dependencies) {
        const place = await readRowFile(source, file_path, syntaxOf);
        const found = locate(place, { name, qualifiedName: qualified_name, line, kind });
        dependencies.push(nameDefinition(file_path, found));
      }
      return {
        language: file.syntax.language,
        instruction: "",
        answer: { target: { ...nameDefinition(file.path, target), name: target.name }, dependencies },
        starts: [{ tree: source }],
      };
    },
    write: async ({ instance, secret }, source) => {
      const { target, dependencies } = parseValue(secret.answer, answerSchema, `secret ${instance.id}`);
      const { name, commit } = instance.repository;
      const place = await linesOf(target, source, syntaxOf);
      return {
        instance_id: instance.id,
        repo: name,
        base_commit: commit,
        language: instance.language,
        target_function_name: target.name,
        qualified_name: target.qualified_name,
        target_function_file: target.path,
        target_function_line_start: place.line_start,
        target_function_line_end: place.line_end,
        dependencies: await Promise.all(
          dependencies.map(async (one) => ({
            ...(await linesOf(one, source, syntaxOf)),
            file_path: one.path,
            qualified_name: one.qualified_name,
            type: one.kind === "class" ? "class" : "function",
          })),
        ),
        num_dependencies: dependencies.length,
      };
    },
  };
}

async function linesOf(
  { path, qualified_name, line }: NamedDefinition,
  source: Tree,
  syntaxOf: (path: string) => Syntax | undefined,
) {
  const file = await readRowFile(source, path, syntaxOf);
  const found = locate(file, { name: qualified_name, qualifiedName: qualified_name, line: line - 1 });
  return {
    name: found.name,
    line_start: found.line - 1,
    line_end: found.lastLine - 1,
    decorator_line: found.firstLine - 1,
  };
}
