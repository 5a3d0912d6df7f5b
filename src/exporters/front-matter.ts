import type { ExportManifest } from "./manifest.ts";
import type { InstancesManifest } from "./instances-manifest.ts";

export type CardManifest = ExportManifest | InstancesManifest;

/** Licences as the hub calls them (huggingface.co/docs/hub/repositories-licenses); any other is `other` there. */
const HUB_LICENCES: Readonly<Record<string, string>> = {
  "AGPL-3.0-only": "agpl-3.0",
  "AGPL-3.0-or-later": "agpl-3.0",
  "Apache-2.0": "apache-2.0",
  "BSD-2-Clause": "bsd-2-clause",
  "BSD-3-Clause": "bsd-3-clause",
  "BSL-1.0": "bsl-1.0",
  "CC0-1.0": "cc0-1.0",
  "EPL-2.0": "epl-2.0",
  "GPL-2.0-only": "gpl-2.0",
  "GPL-2.0-or-later": "gpl-2.0",
  "GPL-3.0-only": "gpl-3.0",
  "GPL-3.0-or-later": "gpl-3.0",
  ISC: "isc",
  "LGPL-2.1-only": "lgpl-2.1",
  "LGPL-2.1-or-later": "lgpl-2.1",
  "LGPL-3.0-only": "lgpl-3.0",
  "LGPL-3.0-or-later": "lgpl-3.0",
  MIT: "mit",
  "MPL-2.0": "mpl-2.0",
  Unlicense: "unlicense",
  Zlib: "zlib",
  unknown: "unknown",
};

const SIZES: readonly (readonly [number, string])[] = [
  [1e3, "n<1K"],
  [1e4, "1K<n<10K"],
  [1e5, "10K<n<100K"],
  [1e6, "100K<n<1M"],
  [1e7, "1M<n<10M"],
];

/** What the hub reads of a card: YAML, of which JSON's strings are a part. */
export function frontMatter(manifest: CardManifest): string {
  const { contents, counts, files } = manifest;
  const licences = Object.keys(contents?.licences ?? {}).map((id) => HUB_LICENCES[id] ?? "other");
  const families = Object.keys(contents?.tasks ?? {});
  const size = SIZES.find(([limit]) => counts.written < limit)?.[1] ?? "10M<n<100M";
  const languages = Object.keys(contents?.languages ?? {}).filter((name) => name !== "unknown");
  const lines = [
    ...list("license", [...new Set(licences)].sort()),
    // The texts of our own families are English; of others nobody knows.
    ...list("language", families.length > 0 && !families.includes("unknown") ? ["en"] : []),
    `pretty_name: ${JSON.stringify(titleOf(manifest))}`,
    ...list("task_categories", ["text-generation"]),
    ...list("size_categories", [size]),
    ...list("tags", ["agent", "code", "hybrid-gym", ...languages]),
    "configs:",
    '  - config_name: "default"',
    "    data_files:",
    '      - split: "train"',
    `        path: ${JSON.stringify(rowsOf(files))}`,
  ];
  return `---\n${lines.join("\n")}\n---`;
}

export function titleOf(manifest: CardManifest): string {
  if (!("lengths" in manifest)) return "Tasks for coding agents";
  const { source } = manifest;
  return "training_set" in source ? source.name : `Attempts of ${source.agent}`;
}

/** The file that holds the rows. */
export function rowsOf(files: CardManifest["files"]): string {
  return Object.keys(files).find((name) => /^(?:train|rows)\./.test(name)) ?? "";
}

function list(name: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [`${name}:`, ...values.map((value) => `  - ${JSON.stringify(value)}`)];
}
