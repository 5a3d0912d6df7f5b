/**
 * What a docstring documents, read from the four conventions in use: numpydoc, Google, Sphinx fields
 * (`:param x:`) and epytext (`@param x:`). Prose is what is left when sections, fields, code and doctests are taken out.
 */
export interface DocstringParts {
  /** The first paragraph, on one line. */
  readonly summary: string;
  /** All prose, the summary included; paragraphs are joined by a blank line. */
  readonly prose: string;
  /** What the parameter, return and raise sections say, names and types left out. */
  readonly sections: string;
  /** Names documented as parameters, without stars. */
  readonly parameters: readonly string[];
  /** What the return (or yield) section says; undefined when there is none. */
  readonly returns: string | undefined;
  /** The bare names of the exceptions documented. */
  readonly raises: readonly string[];
}

type SectionKind = "parameters" | "returns" | "raises" | "other";

interface Section {
  readonly kind: SectionKind;
  readonly style: "numpy" | "google";
  readonly lines: string[];
}

const SECTION_KINDS: Readonly<Record<string, SectionKind>> = {
  parameters: "parameters",
  "other parameters": "parameters",
  "keyword arguments": "parameters",
  "keyword args": "parameters",
  arguments: "parameters",
  args: "parameters",
  returns: "returns",
  return: "returns",
  yields: "returns",
  yield: "returns",
  raises: "raises",
  attributes: "other",
  example: "other",
  examples: "other",
  methods: "other",
  note: "other",
  notes: "other",
  references: "other",
  "see also": "other",
  todo: "other",
  usage: "other",
  warning: "other",
  warnings: "other",
  warns: "other",
};

const FIELD = /^\s*[:@]([a-z]+)(?:\s+([^:]*?))?\s*:(?:\s|$)(.*)$/;

export function docstringParts(docstring: string): DocstringParts {
  const { prose, sections, fields } = split(docstring.split(/\r?\n/));
  const paragraphs = proseParagraphs(prose);
  const parameters = new Set<string>();
  const raises = new Set<string>();
  const returns: string[] = [];
  for (const section of sections) {
    if (section.kind === "parameters") entryNames(section).forEach((name) => parameters.add(name));
    if (section.kind === "raises") entryNames(section).forEach((name) => raises.add(lastPart(name)));
    if (section.kind === "returns") returns.push(section.lines.join(" ").trim());
  }
  for (const field of fields) {
    if (["param", "parameter", "arg", "argument", "keyword", "kwarg"].includes(field.name)) {
      const name = field.argument.split(/\s+/).at(-1) ?? "";
      if (/^\**\w+$/.test(name)) parameters.add(name.replace(/^\*+/, ""));
    }
    if (["raise", "raises", "except", "exception"].includes(field.name)) raises.add(lastPart(field.argument));
    if (["return", "returns", "rtype"].includes(field.name)) returns.push(field.text);
  }
  raises.delete("");
  return {
    summary: paragraphs[0] ?? "",
    prose: paragraphs.join("\n\n"),
    sections: [...sections.flatMap(sectionProse), ...fields.map((field) => field.text)].join(". "),
    parameters: [...parameters],
    returns: returns.length === 0 ? undefined : returns.join(" "),
    raises: [...raises],
  };
}

interface Field {
  readonly name: string;
  readonly argument: string;
  text: string;
}

function split(lines: readonly string[]) {
  const prose: string[] = [];
  const sections: Section[] = [];
  const fields: Field[] = [];
  let section: Section | undefined;
  let field: Field | undefined;
  for (let place = 0; place < lines.length; place++) {
    const line = lines[place] ?? "";
    const start = sectionStart(line, lines[place + 1] ?? "");
    if (start !== undefined) {
      sections.push((section = { ...start, lines: [] }));
      field = undefined;
      if (start.style === "numpy") place++;
      continue;
    }
    const match = FIELD.exec(line);
    if (match !== null && section === undefined) {
      fields.push((field = { name: match[1] ?? "", argument: match[2] ?? "", text: match[3] ?? "" }));
      continue;
    }
    if (section?.style === "google" && line.trim() !== "" && !/^\s/.test(line)) section = undefined;
    if (section !== undefined) section.lines.push(line);
    else if (field !== undefined && /^\s+\S/.test(line)) field.text += ` ${line.trim()}`;
    else {
      if (line.trim() !== "") field = undefined;
      prose.push(line);
    }
  }
  return { prose, sections, fields };
}

function sectionStart(
  line: string,
  next: string,
): { kind: SectionKind; style: "numpy" | "google" } | undefined {
  const title = line.trim();
  if (/^\s*(-{3,}|={3,})\s*$/.test(next) && title !== "") {
    return { kind: SECTION_KINDS[title.toLowerCase().replace(/:$/, "")] ?? "other", style: "numpy" };
  }
  if (!/^\S/.test(line) || !title.endsWith(":")) return undefined;
  const kind = SECTION_KINDS[title.slice(0, -1).toLowerCase()];
  return kind === undefined ? undefined : { kind, style: "google" };
}

/** The names at the start of a section's entries: its lines of the least indentation. */
function entryNames(section: Section): string[] {
  const filled = section.lines.filter((line) => line.trim() !== "");
  const indentation = Math.min(...filled.map((line) => line.search(/\S/)));
  const names: string[] = [];
  for (const line of filled) {
    if (line.search(/\S/) !== indentation) continue;
    const head =
      section.style === "google"
        ? (/^\s*([^:(]+?)\s*(?:\(.*?\))?\s*:/.exec(line)?.[1] ?? "")
        : line.split(":")[0];
    for (const name of (head ?? "").split(",")) {
      const bare = name.trim().replace(/^[`*]+|[`*]+$/g, "");
      if (/^[\w.]+$/.test(bare)) names.push(bare);
    }
  }
  return names;
}

/** Running text of a section: in numpydoc the indented lines, in Google style what follows the colon. */
function sectionProse(section: Section): string[] {
  if (section.kind === "other") return [];
  const filled = section.lines.filter((line) => line.trim() !== "" && !/^\s*>>>/.test(line));
  const indentation = Math.min(...filled.map((line) => line.search(/\S/)));
  return filled.flatMap((line) => {
    if (line.search(/\S/) > indentation) return [line.trim()];
    const told = section.style === "google" ? /:\s+(.*)$/.exec(line)?.[1] : undefined;
    return told === undefined ? [] : [told];
  });
}

function lastPart(name: string): string {
  return /([A-Za-z_]\w*)[^\w]*$/.exec(name)?.[1] ?? "";
}

const FENCE = /^(?:```|~~~)/;

/** Paragraphs of running text: no doctests with what they print, literal blocks, directives, tables or lists of names. */
function proseParagraphs(lines: readonly string[]): string[] {
  const result: string[] = [];
  let paragraph: string[] = [];
  /** What is left out, and so how it ends: at the next fence, at an empty line, at the next line that is not indented. */
  let inside: "fence" | "doctest" | "block" | undefined;
  const flush = () => {
    const text = paragraph.join(" ").replace(/\s+/g, " ").trim();
    if (/\p{L}/u.test(text)) result.push(text);
    paragraph = [];
  };
  for (const line of lines) {
    const text = line.trim();
    if (inside === "fence") {
      if (FENCE.test(text)) inside = undefined;
      continue;
    }
    if (text === "") {
      flush();
      if (inside === "doctest") inside = undefined;
      continue;
    }
    if (inside === "doctest" || (inside === "block" && /^\s/.test(line))) continue;
    inside = leftOut(text);
    if (inside === undefined || opensBlock(text)) paragraph.push(text.replace(/::$/, ":"));
    if (inside !== undefined) flush();
  }
  flush();
  return result;
}

function leftOut(text: string): "fence" | "doctest" | "block" | undefined {
  if (FENCE.test(text)) return "fence";
  if (text.startsWith(">>>")) return "doctest";
  return DIRECTIVE.test(text) || opensBlock(text) ? "block" : undefined;
}

const DIRECTIVE = /^(?:\.\.\. |\.\. |\+[-=+]+$|[-=~^*]{3,}$)/;

/** The sentence before a literal block, which is prose itself. */
function opensBlock(text: string): boolean {
  return text.endsWith("::") && !DIRECTIVE.test(text);
}
