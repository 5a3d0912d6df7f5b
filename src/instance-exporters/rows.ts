import path from "node:path";
import { z } from "zod";
import { InputError } from "../base/errors.ts";
import { parseValue } from "../base/json.ts";
import { openRowFile } from "../exporters/row-file.ts";
import type { InstanceExporter } from "../instance-exporter.ts";
import { rowShapes } from "../rows/index.ts";

const ROWS_FILE = "rows.jsonl";

/** Rows of the published shapes. An instance of a family that has none ends the export: @throws InputError `no-row-shape`. */
export const publishedRows: InstanceExporter = {
  format: "rows",
  version: 1,
  parseOptions: (options) => parseValue(options, z.strictObject({}), "options of the format rows"),
  async open({ folder, syntaxOf }) {
    const shapes = rowShapes(syntaxOf);
    const file = await openRowFile(path.join(folder, ROWS_FILE));
    return {
      async write({ pair, source }) {
        const write = shapes.find((shape) => shape.task === pair.instance.task)?.write;
        if (write === undefined) throw noRowShape(pair.instance.task);
        await file.write(await write(pair, await source()));
        return { kind: "written" };
      },
      finish: async () => ({ [ROWS_FILE]: await file.finish() }),
      discard: () => file.discard(),
    };
  },
};

function noRowShape(task: string): InputError {
  return new InputError({
    code: "no-row-shape",
    message: `Instances of ${task} have no published row shape`,
    hint: "docs/rows.md lists the families that have one.",
    fields: { task },
  });
}
