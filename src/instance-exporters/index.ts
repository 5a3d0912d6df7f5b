import type { InstanceExporter } from "../instance-exporter.ts";
import { harborTasks } from "./harbor/index.ts";
import { publishedRows } from "./rows.ts";

/** All forms in which instances are written; a new one is a line here. */
export const instanceExporters: readonly InstanceExporter[] = [publishedRows, harborTasks];

/** Undefined where no form of that name holds instances. */
export function findInstanceExporter(format: string): InstanceExporter | undefined {
  return instanceExporters.find((candidate) => candidate.format === format);
}
