import type { Json } from "../../src/base/json.ts";
import type { Instance } from "./cases.ts";
import { all, type Edit, insertBefore, lineOf } from "./files.ts";
import { ORCHARD } from "./repositories/orchard.ts";

/** A definition that may be marked. */
export interface Dependency {
  readonly path: string;
  readonly name: string;
  readonly qualifiedName: string;
  readonly type?: "class";
  /** The text that starts with the first decorator, or the definition, without its indentation. */
  readonly anchor: string;
  /** The text that starts with `def` or `class`, where that is not the anchor. */
  readonly keyword?: string;
  readonly indent?: string;
  readonly newline?: string;
}

export function markerOf(caller: string): string {
  return `# this function/class is called by the ${caller} function`;
}

/** Puts lines above a definition, with its indentation. */
export function putAbove(
  { path, anchor, indent = "", newline = "\n" }: Dependency,
  ...lines: string[]
): Edit {
  return insertBefore(
    path,
    indent + anchor,
    lines.map((line) => `${line === "" ? "" : indent}${line}${newline}`).join(""),
  );
}

const storage = { path: "orchard/storage.py" };
const sales = { path: "orchard/sales.py" };
const weather = { path: "orchard/weather.py" };
const of = (path: string, name: string, more: Partial<Dependency> = {}): Dependency => ({
  path,
  name,
  qualifiedName: name,
  anchor: `def ${name}(`,
  ...more,
});

export const FROST = of(weather.path, "frost_risk");
export const CHILL = of(weather.path, "chill_hours");
const DEW = of(weather.path, "dew_point");
export const CACHED = of(storage.path, "cached");
export const COLD_STORE = of(storage.path, "ColdStore", { type: "class", anchor: "class ColdStore:" });
const INVOICE = of(sales.path, "Invoice", { type: "class", anchor: "class Invoice:" });
export const TOTAL = of(sales.path, "total", {
  qualifiedName: "Invoice.total",
  anchor: "def total(self, net):\n        return net * (1",
  indent: "    ",
});
export const WEIGH = of(storage.path, "weigh", { anchor: "def weigh(crate):" });
export const INVENTORY = of(storage.path, "inventory", {
  anchor: "@cached\n@functools.wraps(restock)\n",
  keyword: "def inventory(",
});
const GRAFT = of("orchard/windows.py", "graft", { newline: "\r\n" });
const FERTILIZE = of("orchard/latin.py", "fertilize");
const PRESS = of("orchard/tabs.py", "press");
const TAIL = of("orchard/tail.py", "tail");
const REPORT = of("orchard/legacy.py", "report");
const FERMENT = of("orchard/tabs.py", "ferment");
const PLACE = of(storage.path, "place", {
  qualifiedName: "ColdStore.place",
  anchor: "def place(self, crate, room):",
  indent: "    ",
});

interface Options {
  readonly name: string;
  readonly caller: Dependency;
  readonly dependencies: readonly Dependency[];
  readonly named?: boolean;
  readonly git?: boolean;
  /** Lines of decorated definitions are those of their first decorator. */
  readonly byDecorator?: boolean;
}

function searching({
  name,
  caller,
  dependencies,
  named = false,
  git = false,
  byDecorator = false,
}: Options): Instance {
  const lines = (one: Dependency) => {
    const first = lineOf(ORCHARD, one.path, (one.indent ?? "") + one.anchor);
    return { first, keyword: one.keyword === undefined ? first : lineOf(ORCHARD, one.path, one.keyword) };
  };
  return {
    name,
    family: "dep-search",
    row: {
      ...(named ? { language: "python", qualified_name: caller.qualifiedName } : {}),
      target_function_name: caller.name,
      target_function_file: caller.path,
      target_function_line_start: lines(caller).keyword,
      target_function_line_end: lines(caller).keyword + 4,
      dependencies: dependencies.map((one): Json => {
        const { first, keyword } = lines(one);
        return {
          name: one.name,
          file_path: one.path,
          ...(named ? { qualified_name: one.qualifiedName } : {}),
          type: one.type ?? "function",
          line_start: byDecorator ? first : keyword,
          line_end: keyword + 3,
          decorator_line: first,
        };
      }),
      num_dependencies: dependencies.length,
    },
    repository: ORCHARD,
    git,
    start: ORCHARD,
    right: all(...dependencies.map((one) => putAbove(one, markerOf(caller.name)))),
  };
}

export const RESTOCK = of(storage.path, "restock");
export const SELL = of(sales.path, "sell");
const FORECAST = of(sales.path, "forecast", { anchor: "@cached\ndef forecast(", keyword: "def forecast(" });

export const restock = searching({
  name: "restock",
  caller: RESTOCK,
  dependencies: [FROST, CHILL, CACHED],
  git: true,
});
export const sell = searching({
  name: "sell",
  caller: SELL,
  dependencies: [COLD_STORE, INVOICE, TOTAL, WEIGH, INVENTORY],
});

export const SEARCHING: readonly Instance[] = [
  restock,
  sell,
  searching({
    name: "sell-named",
    caller: SELL,
    dependencies: [COLD_STORE, INVOICE, TOTAL, WEIGH, INVENTORY],
    named: true,
    byDecorator: true,
  }),
  searching({ name: "forecast", caller: FORECAST, dependencies: [CACHED, DEW], byDecorator: true }),
  searching({ name: "one-dependency", caller: DEW, dependencies: [FROST], git: true }),
  searching({ name: "a-method", caller: PLACE, dependencies: [CACHED], named: true }),
  searching({
    name: "odd-files",
    caller: of(sales.path, "total", { anchor: "def total(net)" }),
    dependencies: [GRAFT, FERTILIZE, PRESS, FERMENT, TAIL, REPORT],
  }),
];
