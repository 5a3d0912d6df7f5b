import type { Candidate } from "./candidates.ts";
import type { Wanted } from "./description.ts";

/** How a project lists parameters in its docstrings. */
export type DocstringStyle = "sphinx" | "google" | "numpy" | "plain";

/** Counts the marks of each style; `readStyle` reads what it prints. */
export const STYLE_COMMAND =
  "for mark in ':param ' 'Args:$' '-------$'; do " +
  `printf '%s %s\\n' "$mark" "$(grep -rEc --include='*.py' -- "$mark" . | awk -F: '{ sum += $NF } END { print sum + 0 }')"; done`;

export function readStyle(output: string): DocstringStyle {
  const count = (mark: RegExp) => Number(mark.exec(output)?.[1] ?? 0);
  const counts: readonly (readonly [DocstringStyle, number])[] = [
    ["sphinx", count(/:param +(\d+)/)],
    ["google", count(/Args:\$ (\d+)/)],
    ["numpy", count(/-------\$ (\d+)/)],
  ];
  const [style, most] = counts.toSorted((a, b) => b[1] - a[1])[0] ?? ["plain", 0];
  return most < 3 ? "plain" : style;
}

/** The docstring's lines, quotes included, without indentation. */
export function writeDocstring(candidate: Candidate, wanted: Wanted, style: DocstringStyle): string[] {
  const sections = candidate.kind === "class" ? [] : parameterLines(candidate, style);
  const lines = [...summaryLines(candidate, wanted), ...sections];
  if (lines.length === 1) return [`"""${lines[0]}"""`];
  return [`"""${lines[0]}`, ...lines.slice(1), '"""'];
}

const OPENINGS = {
  class: "Keeps together what belongs to",
  value: "Work out the result for",
  yields: "Produce, one by one, the items for",
  nothing: "Carry out the work for",
} as const;

function summaryLines(candidate: Candidate, wanted: Wanted): string[] {
  const opening = OPENINGS[candidate.kind === "class" ? "class" : candidate.returns];
  const single = wanted.terms.filter(({ word }) => !word.includes(" ")).map(({ word }) => word);
  const topics = single.slice(0, 6);
  const subject = humanized(candidate.name);
  if (topics.length === 0) return [`${opening} ${subject}.`];
  return [`${opening} ${subject}.`, "", ...wrapped(`It deals with ${listed(topics)}.`)];
}

function parameterLines({ parameters, returns }: Candidate, style: DocstringStyle): string[] {
  const rows: Record<DocstringStyle, () => string[]> = {
    sphinx: () => [
      ...parameters.map((name) => `:param ${name}: ${about(name)}`),
      ...(returns === "value" ? [":return: what came of it"] : []),
    ],
    google: () => [
      ...(parameters.length === 0
        ? []
        : ["Args:", ...parameters.map((name) => `    ${name}: ${about(name)}.`)]),
      ...(returns === "value"
        ? [...(parameters.length === 0 ? [] : [""]), "Returns:", "    What came of it."]
        : []),
    ],
    numpy: () =>
      parameters.length === 0
        ? []
        : [
            "Parameters",
            "----------",
            ...parameters.flatMap((name) => [name, `    ${capitalized(about(name))}.`]),
          ],
    plain: () => (parameters.length === 0 ? [] : wrapped(`It is given ${listed(parameters)}.`)),
  };
  const lines = rows[style]();
  return lines.length === 0 ? [] : ["", ...lines];
}

function about(name: string): string {
  return `the ${humanized(name)} to work with`;
}

/** `HTTPServer_v2` reads as `http server v2`. */
function humanized(name: string): string {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .replaceAll("_", " ");
  return words.trim().toLowerCase();
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? "") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function wrapped(text: string, width = 72): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
