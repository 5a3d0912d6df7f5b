import { z } from "zod";
import { parseValue } from "../../base/json.ts";
import { type Row, RowError, type RowTask } from "../../row.ts";
import { rowShapes, shapeOf } from "../../rows/index.ts";
import { readRows } from "../../rows/read.ts";
import { openRowRepositories, type RowRepositories } from "../../rows/repositories.ts";
import { loadSyntaxes } from "../../syntaxes/index.ts";
import type { Grader } from "../../task.ts";
import { noVerdict } from "../../verdict.ts";
import { gradeAll } from "./grade-all.ts";
import { patchesOf, requireNoneLeft } from "./instances.ts";
import type { Grade } from "./item.ts";

export interface RowsRequest {
  readonly rows: string;
  readonly predictions: string;
  /** The folder with the rows' repositories. */
  readonly repositories: string;
  readonly cache: string;
}

const headSchema = z.object({
  instance_id: z.string().min(1),
  repo: z.string().min(1),
  base_commit: z.string().nullish(),
});

/** Grades predictions against published rows, in the order of the rows. A row that cannot be graded gives a `no-verdict` and its cause. */
export async function* gradeRows(
  request: RowsRequest,
  graderOf: (task: string) => Grader,
): AsyncGenerator<Grade> {
  const syntaxes = await loadSyntaxes();
  const shapes = rowShapes((path) => syntaxes.for(path));
  const patches = await patchesOf(request.predictions);
  await using repositories = openRowRepositories(request.repositories, request.cache);
  let number = 0;
  for await (const row of readRows(request.rows)) {
    number++;
    const head = parseValue(row, headSchema, `${request.rows}: row ${number}`);
    const mine = patches.get(head.instance_id);
    if (mine === undefined) continue;
    patches.delete(head.instance_id);
    const task = await readTask(row, head, shapes, repositories);
    if (task instanceof RowError) {
      for (const _ of mine) yield refused(head.instance_id, task);
      continue;
    }
    yield* gradeAll(head.instance_id, { ...task, grader: graderOf(task.task) }, mine);
  }
  requireNoneLeft(patches, request.rows);
}

type Head = z.infer<typeof headSchema>;
type ReadTask = { readonly task: string; readonly question: RowTask; readonly starts: RowTask["starts"] };

async function readTask(
  row: Row,
  head: Head,
  shapes: ReturnType<typeof rowShapes>,
  repositories: RowRepositories,
): Promise<ReadTask | RowError> {
  try {
    const shape = shapeOf(shapes, row);
    const source = await repositories.tree(head.repo, head.base_commit ?? undefined);
    const question = await shape.read(row, source);
    return { task: shape.task, question, starts: question.starts };
  } catch (error) {
    if (error instanceof RowError) return error;
    throw error;
  }
}

function refused(instance: string, { code, message }: RowError): Grade {
  return { instance_id: instance, task: "", grader_version: 0, ...noVerdict(code, { detail: message }) };
}
