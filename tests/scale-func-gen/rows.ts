import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Row } from "../../src/row.ts";
import { funcGenRows } from "../../src/rows/func-gen.ts";
import { loadSyntaxes } from "../../src/syntaxes/index.ts";
import { memoryTree } from "../../src/trees/make-tree.ts";

/** What RepoST publishes of each function, as far as it is used here. */
const publishedSchema = z.array(
  z.object({
    func_name: z.string(),
    func_path: z.string(),
    orig_context: z.string(),
    eval_script: z.string(),
  }),
);

/** A row, the file of its repository, and answers to it with whether they should be solved. */
export interface Case {
  readonly row: Row & { readonly instance_id: string; readonly repo: string };
  readonly path: string;
  readonly text: string;
  readonly answers: readonly { readonly name: string; readonly right: boolean; readonly patch: string }[];
}

/** Bodies that are no answer, whatever the function. */
const WRONG = {
  "return-none": "return None",
  "return-constant": "return 0",
  "return-empty": 'return ""',
  raise: "raise NotImplementedError",
};

export async function readCases(file: string): Promise<Case[]> {
  const syntaxes = await loadSyntaxes();
  const syntax = syntaxes.for("a.py");
  const shape = funcGenRows((path) => syntaxes.for(path));
  const cases: Case[] = [];
  for (const [index, one] of publishedSchema.parse(JSON.parse(await readFile(file, "utf8"))).entries()) {
    const path = one.func_path.replace(/^(?:\.*\/)+/, "");
    const row = {
      instance_id: `row-${index}`,
      repo: `repost-${index}`,
      file_path: path,
      func_name: one.func_name,
      eval_script: one.eval_script,
    };
    for (const shown of [contextFile(one.orig_context, one.func_path), one.eval_script]) {
      const text = `${shown.trimEnd()}\n`;
      const tree = memoryTree({ [path]: text });
      const task = await shape.read(row, tree).catch(() => undefined);
      const start = await task?.starts[0]?.tree.read(path);
      if (syntax === undefined || start === undefined) continue;
      const masked = Buffer.from(start).toString();
      const answers = [
        { name: "original", right: true, patch: replaceFile(path, masked, text) },
        ...Object.entries(WRONG).map(([name, body]) => ({
          name,
          right: false,
          patch: replaceFile(path, masked, written(masked, body)),
        })),
      ];
      cases.push({ row, path, text, answers });
      break;
    }
  }
  return cases;
}

/** Another body in the place of the mark, indented as it should be where the mark is not. */
function written(masked: string, body: string): string {
  return masked.replace(
    /^([ \t]*)pass  # TODO: Implement this function$/m,
    (_, indent: string, at: number) => {
      const above = masked.slice(0, at).trimEnd();
      const needed = indent === "" ? (/[ \t]*(?=[^\n]*$)/.exec(above)?.[0] ?? "") : indent;
      return `${needed}${body}`;
    },
  );
}

/** The file of that path in a context, which shows several files with their paths in headings. */
function contextFile(context: string, path: string): string {
  const blocks = [...context.matchAll(/```python\n## ([^\n]+)\n([\s\S]*?)\n```/g)];
  return blocks.find(([, name]) => name?.trim() === path)?.[2] ?? "";
}

/** Both texts end with a line break. */
function replaceFile(path: string, before: string, after: string): string {
  const removed = before.split("\n").slice(0, -1);
  const added = after.split("\n").slice(0, -1);
  return [
    `--- a/${path}`,
    `+++ b/${path}`,
    `@@ -1,${removed.length} +1,${added.length} @@`,
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
    "",
  ].join("\n");
}
