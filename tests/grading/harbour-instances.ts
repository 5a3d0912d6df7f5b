import type { Json } from "../../src/base/json.ts";
import type { Instance } from "./cases.ts";
import { all, type Edit, insertBefore, lineOf, replace } from "./files.ts";
import { HARBOUR } from "./repositories/harbour.ts";

/** A definition, and the JSDoc comment above it. */
export interface Item {
  readonly path: string;
  readonly name: string;
  readonly qualifiedName: string;
  readonly kind?: "class";
  /** The text that starts with the first decorator, `export` or the definition; its indentation is left out. */
  readonly anchor: string;
  /** The text on the line that names it, where that is not the anchor. */
  readonly keyword?: string;
  readonly docstring?: string;
  readonly indent?: string;
  readonly newline?: string;
}

const ships = { path: "src/ships.ts" };

export const MOOR: Item = {
  ...ships,
  name: "moor",
  qualifiedName: "moor",
  anchor: "export function moor(",
  docstring: "/**\n * Put a ship to a berth.\n *\n * @returns how many there are\n */\n",
};
export const WEIGH: Item = {
  ...ships,
  name: "weigh",
  qualifiedName: "weigh",
  anchor: "export const weigh =",
  docstring: "/** Weigh a ship. */\n",
};
const LOAD: Item = {
  ...ships,
  name: "load",
  qualifiedName: "load",
  anchor: "export function load(cargo: string | number)",
  docstring: "/** Load cargo of any kind. */\n",
};
export const FLEET: Item = {
  ...ships,
  name: "Fleet",
  qualifiedName: "Fleet",
  kind: "class",
  anchor: "export class Fleet<",
  docstring: "/** All that floats. */\n",
};
export const ADD: Item = {
  ...ships,
  name: "add",
  qualifiedName: "Fleet.add",
  anchor: "@logged\n  add(",
  keyword: "  add(",
  docstring: "  /** Add a ship. */\n",
  indent: "  ",
};
const SIZE: Item = {
  ...ships,
  name: "size",
  qualifiedName: "Fleet.size",
  anchor: "set size(",
  docstring: "  /** Set the size. */\n",
  indent: "  ",
};
const FORECAST: Item = {
  path: "src/weather.js",
  name: "forecast",
  qualifiedName: "forecast",
  anchor: "exports.forecast = ",
  docstring: "/** Say how the weather will be. */\n",
};
const PANEL: Item = {
  path: "src/Panel.tsx",
  name: "Panel",
  qualifiedName: "Panel",
  anchor: "export function Panel(",
  docstring: "/** Show one ship. */\n",
};
const LIFT: Item = {
  path: "src/windows.ts",
  name: "lift",
  qualifiedName: "lift",
  anchor: "export function lift(",
  docstring: "/**\r\n * Lift the anchor.\r\n */\r\n",
  newline: "\r\n",
};
const MAIN: Item = {
  path: "bin/harbour.js",
  name: "main",
  qualifiedName: "main",
  anchor: "function main(",
  docstring: "/** Run it. */\n",
};
export const DOCK: Item = {
  path: "src/berths.ts",
  name: "dock",
  qualifiedName: "dock",
  anchor: "export function dock(",
};
const BERTH: Item = {
  path: "src/berths.ts",
  name: "Berth",
  qualifiedName: "Berth",
  kind: "class",
  anchor: "export class Berth",
};
export const LAUNCH: Item = {
  ...ships,
  name: "launch",
  qualifiedName: "launch",
  anchor: "export function launch(",
};

/** Puts lines above a definition, with its indentation. */
export function putOver({ path, anchor, indent = "", newline = "\n" }: Item, text: string): Edit {
  const lines = text.split("\n").map((line) => (line === "" ? "" : indent + line) + newline);
  return insertBefore(path, indent + anchor, lines.join(""));
}

export const jsMarker = (caller: string): string =>
  `// this function/class is called by the ${caller} function`;

function withoutDocstring({ path, anchor, docstring = "", indent = "" }: Item): Edit {
  return replace(path, docstring + indent + anchor, indent + anchor);
}

function linesOf(item: Item): { first: number; keyword: number; docstring: number; docstringEnd: number } {
  const { path, anchor, keyword, docstring = "", indent = "" } = item;
  const start = lineOf(HARBOUR, path, docstring + indent + anchor);
  const count = docstring.split("\n").length - 1;
  const line = keyword === undefined ? start + count : lineOf(HARBOUR, path, keyword);
  return { first: start + count, keyword: line, docstring: start, docstringEnd: start + count - 1 };
}

interface Options {
  readonly name: string;
  readonly targets: readonly Item[];
  readonly inRepository?: boolean;
  readonly named?: boolean;
  readonly git?: boolean;
}

function documenting({ name, targets, inRepository = false, named = false, git = false }: Options): Instance {
  const start = all(...targets.map(withoutDocstring))(HARBOUR);
  const fields = targets.map((item): Record<string, Json> => {
    const { keyword, docstring, docstringEnd } = linesOf(item);
    return {
      file_path: item.path,
      module_name: item.name,
      ...(named ? { qualified_name: item.qualifiedName } : {}),
      module_type: item.kind ?? "function",
      module_line_start: keyword,
      module_line_end: keyword + 2,
      docstring_line_start: docstring,
      docstring_line_end: docstringEnd,
    };
  });
  const [only] = fields;
  const language = targets[0]?.path.endsWith("js") === true ? "javascript" : "typescript";
  return {
    name,
    family: "func-localize",
    row: { ...(named ? { language } : {}), ...(fields.length === 1 ? only : { functions: fields }) },
    repository: inRepository ? HARBOUR : start,
    git,
    start,
    right: all(...targets.map((item) => putOver(item, "/** Do what was asked for. */"))),
  };
}

export const moor = documenting({ name: "ts-moor", targets: [MOOR], inRepository: true, git: true });
export const moorRemoved = documenting({ name: "ts-moor-removed", targets: [MOOR] });
export const load = documenting({ name: "ts-overloads", targets: [LOAD], inRepository: true });
export const fleet = documenting({ name: "ts-class", targets: [FLEET], named: true });
export const size = documenting({ name: "ts-setter", targets: [SIZE], inRepository: true });
export const lift = documenting({ name: "ts-windows", targets: [LIFT], inRepository: true });

export const DOCUMENTING: readonly Instance[] = [
  moor,
  moorRemoved,
  load,
  fleet,
  size,
  lift,
  documenting({ name: "ts-arrow", targets: [WEIGH], inRepository: true, named: true }),
  documenting({ name: "ts-decorated", targets: [ADD], inRepository: true, git: true }),
  documenting({ name: "ts-decorated-removed", targets: [ADD] }),
  documenting({ name: "ts-component", targets: [PANEL], inRepository: true }),
  documenting({ name: "js-exports", targets: [FORECAST], inRepository: true, named: true }),
  documenting({ name: "js-script", targets: [MAIN], git: true }),
  documenting({ name: "ts-three", targets: [MOOR, WEIGH, ADD], named: true }),
  documenting({ name: "ts-three-in-repository", targets: [MOOR, WEIGH, FORECAST], inRepository: true }),
  documenting({ name: "ts-three-removed", targets: [MOOR, WEIGH, FLEET] }),
];

const CALLED = [FLEET, ADD, WEIGH, MOOR, BERTH];

export const launch: Instance = {
  name: "ts-launch",
  family: "dep-search",
  row: {
    target_function_name: "launch",
    target_function_file: LAUNCH.path,
    target_function_line_start: linesOf(LAUNCH).keyword,
    dependencies: CALLED.map((item): Json => ({
      name: item.name,
      file_path: item.path,
      line_start: linesOf(item).keyword,
      decorator_line: linesOf(item).first,
      type: item.kind ?? "function",
    })),
  },
  repository: HARBOUR,
  git: true,
  start: HARBOUR,
  right: all(...CALLED.map((item) => putOver(item, jsMarker("launch")))),
};
