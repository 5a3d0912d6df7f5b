import { z } from "zod";
import { exportManifestSchema, type ExportManifest } from "../exporters/manifest.ts";
import { type InstancesManifest, rowsManifestSchema } from "../exporters/instances-manifest.ts";
import { SAMPLES } from "../training-sets/layout.ts";
import { trainingSetManifestSchema, type TrainingSetManifest } from "../training-set.ts";

export const MANIFEST = "manifest.json";

/** A folder of ours that can travel, by its manifest. */
export type Shipped =
  | { readonly kind: "export"; readonly manifest: ExportManifest | InstancesManifest }
  | { readonly kind: "training-set"; readonly manifest: TrainingSetManifest };

const shippedSchema = z.union([
  exportManifestSchema.transform((manifest) => ({ kind: "export" as const, manifest })),
  rowsManifestSchema.transform((manifest) => ({ kind: "export" as const, manifest })),
  trainingSetManifestSchema.transform((manifest) => ({ kind: "training-set" as const, manifest })),
]);

/** A plain name: a manifest that came from elsewhere must not name files outside its folder. */
const FILE_NAME = /^\w[\w.-]*$/;

/** Undefined for what is no manifest of ours, or names files elsewhere. */
export function readManifest(text: string): Shipped | undefined {
  const read = shippedSchema.safeParse(parsed(text));
  if (!read.success || !filesOf(read.data).every((name) => FILE_NAME.test(name) && name !== MANIFEST))
    return undefined;
  return read.data;
}

/** Whether it was written to its end. */
export function isComplete(shipped: Shipped): boolean {
  return shipped.manifest.complete;
}

/** The files that belong to it, without the manifest. */
export function filesOf(shipped: Shipped): string[] {
  return shipped.kind === "training-set" ? [SAMPLES] : Object.keys(shipped.manifest.files).sort();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
