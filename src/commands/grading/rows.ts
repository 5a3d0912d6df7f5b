import { z } from "zod";
import { parseValue } from "../../base/json.ts";
import { type Row, RowError, type RowTask } from "../../row.ts";
import { rowShapes, shapeOf } from "../../rows/index.ts";
import { parseRow } from "../../rows/parse-row.ts";
import { readRows } from "../../rows/read.ts";
import { openRowRepositories, type RowRepositories, type RowRepository } from "../../rows/repositories.ts";
import { loadSyntaxes } from "../../syntaxes/index.ts";
import type { Grader } from "../../task.ts";
import { noVerdict } from "../../verdict.ts";
import { sandboxRunner } from "../../verdicts/sandbox-runner.ts";
import { gradeAll } from "./grade-all.ts";
import type { JudgingSandboxes } from "../judging-sandboxes.ts";
import { patchesOf, requireNoneLeft } from "./instances.ts";
import type { Grade } from "./item.ts";

export interface RowsRequest {
  readonly rows: string;
  readonly predictions: string;
  /** The folder with the rows' repositories. */
  readonly repositories: string;
  readonly cache: string;
  readonly judging: JudgingSandboxes;
}

/** What a row needs for a verdict to be found at all; everything else that is missing is a cause. */
const idSchema = z.object({ instance_id: z.string().min(1) });
const placeSchema = z.object({ repo: z.string().min(1), base_commit: z.string().optional() });

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
    const { instance_id: id } = parseValue(row, idSchema, `${request.rows}: row ${number}`);
    const mine = patches.get(id);
    if (mine === undefined) continue;
    patches.delete(id);
    const task = await readTask(row, shapes, repositories);
    if (task instanceof RowError) {
      for (const _ of mine) yield refused(id, task);
      continue;
    }
    const { open: sandboxes, scratch, environments } = request.judging;
    const runner = sandboxRunner({
      sandboxes,
      scratch,
      environments,
      ...task.source,
      base: task.source.tree,
    });
    yield* gradeAll(id, { ...task, grader: graderOf(task.task), runner }, mine);
  }
  requireNoneLeft(patches, request.rows);
}

type ReadTask = {
  readonly task: string;
  readonly source: RowRepository;
  readonly question: RowTask;
  readonly starts: RowTask["starts"];
};

async function readTask(
  row: Row,
  shapes: ReturnType<typeof rowShapes>,
  repositories: RowRepositories,
): Promise<ReadTask | RowError> {
  try {
    const shape = shapeOf(shapes, row);
    const { repo, base_commit } = parseRow(row, placeSchema);
    const source = await repositories.open(repo, base_commit);
    const question = await shape.read(row, source.tree);
    return { task: shape.task, source, question, starts: question.starts };
  } catch (error) {
    if (error instanceof RowError) return error;
    throw error;
  }
}

function refused(instance: string, { code, message }: RowError): Grade {
  return { instance_id: instance, task: "", grader_version: 0, ...noVerdict(code, { detail: message }) };
}
