import type { Subjects } from "./contents.ts";
import { type CardManifest, frontMatter, rowsOf, titleOf } from "./front-matter.ts";
import type { ExportManifest } from "./manifest.ts";

/** Where the Hugging Face hub looks for a dataset's card. */
export const CARD_FILE = "README.md";

/**
 * The dataset card of an export, out of its manifest alone: nothing stands in it that was not counted. Front matter as the hub reads it
 * (huggingface.co/docs/hub/datasets-cards).
 */
export function cardOf(manifest: CardManifest): string {
  const parts = [
    frontMatter(manifest),
    `# ${plain(titleOf(manifest))}`,
    introduction(manifest),
    "lengths" in manifest ? steps(manifest) : "",
    "lengths" in manifest ? lengths(manifest) : "",
    manifest.contents === undefined ? "" : contents(manifest.contents),
    "## How to load it",
    loading(manifest),
    "## How it was made",
    origin(manifest),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function introduction(manifest: CardManifest): string {
  const { written } = manifest.counts;
  if (!("lengths" in manifest))
    return `${written} tasks for coding agents, one in a row, with their solutions.`;
  return `${written} conversations of coding agents with their tools, one in a row${
    manifest.filters.accept_claims ? "; of some, what their source says of itself stands for a verdict" : ""
  }.`;
}

function steps({ source, filters, counts }: ExportManifest): string {
  const rows: Cells[] = [];
  if ("training_set" in source && source.counts !== undefined) {
    const name = source.operation?.name ?? "made";
    rows.push([`considered by ${name}`, source.counts.considered]);
    for (const { rule, left_out } of source.operation?.rules ?? [])
      if (left_out > 0) rows.push([`left out: ${rule}`, left_out]);
    for (const [reason, count] of Object.entries(source.counts.refused))
      rows.push([`of all left out there: ${reason}`, count]);
    rows.push(["in the training set", source.counts.written]);
  }
  rows.push(["considered for export", counts.considered]);
  for (const [reason, count] of Object.entries(counts.refused)) rows.push([`left out: ${reason}`, count]);
  rows.push(["rows", counts.written]);
  const claims = filters.accept_claims ? ", claims of sources accepted" : "";
  return `## What was taken\n\nOutcomes: ${filters.outcomes.join(", ")}${claims}.\n\n${table(["step", "count"], rows)}`;
}

function lengths({ lengths: spread }: ExportManifest): string {
  if (spread === null) return "";
  const names = ["min", "median", "p90", "p99", "max", "mean"] as const;
  const rows = Object.entries(spread).map(([what, distribution]): Cells => [
    what.replace("_", " "),
    ...names.map((name) => distribution?.[name] ?? ""),
  ]);
  const text = "Of a row; characters of content, reasoning and arguments.";
  return `## Lengths\n\n${text}\n\n${table(["", ...names], rows)}`;
}

/** Names shown of each kind; the others are summed up, and stand in the manifest. */
const SHOWN = 20;

function contents(held: NonNullable<CardManifest["contents"]>): string {
  const sections: [string, Readonly<Record<string, number>>][] = [
    ["Licence", held.licences],
    ["Task family", held.tasks],
    ["Language", held.languages],
    ["Repository", held.repositories],
  ];
  if ("agents" in held) sections.push(["Agent", held.agents], ["Model", held.models]);
  const tables = sections.map(([name, counts]) => table([name, "rows"], topOf(counts)));
  const schemas = "tool_schemas" in held ? [toolTable(held.tool_schemas)] : [];
  return ["## What is in it", spreadOf(held), ...tables, ...schemas].join("\n\n");
}

function spreadOf({ repositories, effective_repositories }: Subjects): string {
  const count = Object.keys(repositories).length;
  const spread =
    effective_repositories === null ? "" : `, as spread out as ${effective_repositories} of equal share`;
  return `${count} ${count === 1 ? "repository" : "repositories"}${spread}. Licences are those of the code that the tasks are about; a row with two counts under both.`;
}

function toolTable(schemas: Readonly<Record<string, { rows: number; tools: string[] }>>): string {
  const rows = Object.entries(schemas).map(([key, { rows: count, tools }]): Cells => [
    key.slice(0, 12),
    tools.join(", "),
    count,
  ]);
  return table(["Tool schema (SHA-256)", "tools", "rows"], rows);
}

function topOf(counts: Readonly<Record<string, number>>): Cells[] {
  const sorted = Object.entries(counts).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const rest = sorted.slice(SHOWN);
  const sum = rest.reduce((total, [, count]) => total + count, 0);
  return rest.length === 0 ? sorted : [...sorted.slice(0, SHOWN), [`${rest.length} others`, sum]];
}

function loading({ format, files }: CardManifest): string {
  const file = rowsOf(files);
  const kind = file.endsWith(".parquet") ? "parquet" : "json";
  const code = `from datasets import load_dataset\n\nrows = load_dataset("${kind}", data_files="${file}", split="train")`;
  const verl =
    "verl: `data.train_files=train.parquet data.custom_cls.path=verl_dataset.py data.custom_cls.name=HybridGymSFTDataset`";
  const factory = "LLaMA-Factory: this folder as `dataset_dir`, `dataset: hybrid_gym`.";
  const more = format === "verl" ? [verl] : format === "sharegpt" ? [factory] : [];
  return [`\`\`\`python\n${code}\n\`\`\``, ...more].join("\n\n");
}

function origin(manifest: CardManifest): string {
  const { format, tool_version, files, source } = manifest;
  const rows: Cells[] = [["made with", `hybrid-gym ${tool_version}, export --format ${format}`]];
  if ("lengths" in manifest) {
    rows.push(["version of the format", manifest.format_version]);
    for (const [name, value] of Object.entries(manifest.options))
      rows.push([`option ${name}`, typeof value === "string" ? value : JSON.stringify(value)]);
    for (const [name, value] of Object.entries(manifest.tokens ?? {}))
      rows.push([`tokens: ${name}`, String(value)]);
  }
  for (const [name, value] of Object.entries(source))
    if (typeof value === "string" || typeof value === "boolean") rows.push([name, String(value)]);
  for (const [name, { bytes, sha256 }] of Object.entries(files))
    rows.push([name, `${bytes} bytes, SHA-256 ${sha256}`]);
  return `${table(["", ""], rows)}\n\nAll counts are in \`manifest.json\`.`;
}

type Cells = readonly (string | number)[];

function table(head: Cells, rows: readonly Cells[]): string {
  const line = (cells: Cells) => `| ${cells.map((cell) => plain(String(cell))).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

/** Names are anybody's: none ends a cell, begins a tag or becomes a link. */
function plain(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*[\]<>|~]/g, (mark) => `\\${mark}`);
}
