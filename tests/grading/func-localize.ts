import type { Json } from "../../src/base/json.ts";
import type { Instance } from "./cases.ts";
import { all, type Edit, type Files, insertAfter, lineOf, replace } from "./files.ts";
import { ORCHARD } from "./repositories/orchard.ts";

/** A definition whose docstring is taken out. */
export interface Target {
  readonly path: string;
  readonly name: string;
  readonly qualifiedName: string;
  readonly kind?: "class";
  /** The text that ends right before the docstring, and the part of it that holds `def` or `class`. */
  readonly header: string;
  readonly keyword?: string;
  readonly docstring: string;
  /** What stands there without the docstring; nothing when left out. */
  readonly without?: string;
  readonly indent: string;
  readonly newline?: string;
}

/** The docstring's lines deleted, as upstream does, but for those that may not go altogether. */
function removeDocstring({ path, header, docstring, without = "" }: Target): Edit {
  return replace(path, header + docstring, header + without);
}

/** A docstring of this text after the header; it takes the place of what was put there instead. */
export function document(target: Target, text: string): Edit {
  const { path, header, without = "", indent, newline = "\n" } = target;
  const lines = text.split("\n").map((line) => (line === "" ? "" : indent + line));
  const docstring = `${lines.join(newline)}${newline}`;
  // A body on its header's line gets one of its own.
  if (!header.endsWith("\n"))
    return replace(path, header + without, `${header.trimEnd()}${newline}${docstring}`);
  return without === ""
    ? insertAfter(path, header, docstring)
    : replace(path, header + without, header + docstring);
}

interface Options {
  readonly name: string;
  readonly targets: readonly Target[];
  /** The docstring is still in the repository. */
  readonly inRepository?: boolean;
  /** The row names language and qualified name. */
  readonly named?: boolean;
  readonly git?: boolean;
  readonly files?: Files;
  readonly row?: Readonly<Record<string, Json>>;
}

function localizing(options: Options): Instance {
  const {
    name,
    targets,
    inRepository = false,
    named = false,
    git = false,
    files = ORCHARD,
    row = {},
  } = options;
  const start = all(...targets.map(removeDocstring))(files);
  const fields = targets.map((target) => fieldsOf(files, target, named));
  const [only] = fields;
  return {
    name,
    family: "func-localize",
    row: {
      ...(named ? { language: "python" } : {}),
      brief_description: "It does what it is for.",
      ...(fields.length === 1 && only !== undefined ? only : { functions: fields }),
      ...row,
    },
    repository: inRepository ? files : start,
    git,
    start,
    right: all(...targets.map((target) => document(target, '"""Do what was asked for."""'))),
  };
}

function fieldsOf(files: Files, target: Target, named: boolean): Record<string, Json> {
  const { path, name, qualifiedName, kind, header, keyword = header, docstring } = target;
  const headerLine = lineOf(files, path, header + docstring);
  const line = headerLine + header.slice(0, header.indexOf(keyword)).split("\n").length - 1;
  const first = headerLine + header.split("\n").length - 1;
  const last = first + docstring.replace(/\r?\n$/, "").split("\n").length - 1;
  return {
    file_path: path,
    module_name: name,
    ...(named ? { qualified_name: qualifiedName } : {}),
    module_type: kind ?? "function",
    module_line_start: line,
    module_line_end: last + 3,
    docstring: docstring.trim(),
    docstring_line_start: first,
    docstring_line_end: last,
  };
}

const storage = { path: "orchard/storage.py" };
const four = "    ";
const eight = "        ";

export const PLACE: Target = {
  ...storage,
  name: "place",
  qualifiedName: "ColdStore.place",
  header: "    def place(self, crate, room):\n",
  docstring:
    '        """Put a crate into a room.\n\n        The number of crates is returned.\n        """\n',
  indent: eight,
};
const INVENTORY: Target = {
  ...storage,
  name: "inventory",
  qualifiedName: "inventory",
  header: 'def inventory(\n    store,\n    *,\n    by="room",\n):\n',
  docstring: '    """List what is there."""\n',
  indent: four,
};
const KEY: Target = {
  ...storage,
  name: "key",
  qualifiedName: "inventory.key",
  header: "    def key(crate):\n",
  docstring: '        """Say where it lies."""\n',
  indent: eight,
};
const LEVEL: Target = {
  ...storage,
  name: "level",
  qualifiedName: "ColdStore.level",
  header: "    def level(self, value):\n",
  docstring: '        """Set how full the store is."""\n',
  indent: eight,
};
const VENTILATE: Target = {
  ...storage,
  name: "ventilate",
  qualifiedName: "ColdStore.ventilate",
  header: "    async def ventilate(self, minutes):\n",
  docstring: '        """Let fresh air in."""\n',
  indent: eight,
};
const COLD_STORE: Target = {
  ...storage,
  name: "ColdStore",
  qualifiedName: "ColdStore",
  kind: "class",
  header: "class ColdStore:\n",
  docstring: '    """Rooms in which crates are kept.\n\n    They are cold.\n    """\n',
  indent: four,
};
const WEIGH: Target = {
  ...storage,
  name: "weigh",
  qualifiedName: "weigh",
  header: "def weigh(crate):\n",
  docstring: '    """Weigh a crate, whatever it is."""\n',
  indent: four,
};
const SPOILED: Target = {
  ...storage,
  name: "Spoiled",
  qualifiedName: "Spoiled",
  kind: "class",
  header: "class Spoiled(Exception):\n",
  docstring: '    """Raised for fruit that nobody wants."""\n',
  without: "    pass\n",
  indent: four,
};
const CLOSE: Target = {
  ...storage,
  name: "close",
  qualifiedName: "close",
  header: "def close(store):\n",
  docstring: '    """Close it."""\n',
  without: "    pass\n",
  indent: four,
};
const DOOR: Target = {
  ...storage,
  name: "door",
  qualifiedName: "door",
  header: "def door(): ",
  docstring: '"Open or shut."\n',
  without: "pass\n",
  indent: four,
};
const LIGHTS: Target = {
  ...storage,
  name: "lights",
  qualifiedName: "lights",
  header: "    def lights(on):\n",
  docstring: '        """Switch the lights of a big store."""\n',
  indent: eight,
};
const FROST: Target = {
  path: "orchard/weather.py",
  name: "frost_risk",
  qualifiedName: "frost_risk",
  header: "def frost_risk(temperature, humidity, wind=0.0):\n",
  docstring: '    r"""Estimate the risk of frost with a formula: \\gamma."""\n',
  indent: four,
};
const CHILL: Target = {
  path: "orchard/weather.py",
  name: "chill_hours",
  qualifiedName: "chill_hours",
  header: "def chill_hours(readings, threshold=7.2):\n",
  docstring: "    '''Sum the hours that are cold enough.'''\n",
  indent: four,
};
const PRESS: Target = {
  path: "orchard/tabs.py",
  name: "press",
  qualifiedName: "press",
  header: "def press(apples, bottles):\n",
  docstring: '\t"""Press apples to juice.\n\n\tInto bottles.\n\t"""\n',
  indent: "\t",
};
const FERMENT: Target = {
  path: "orchard/tabs.py",
  name: "ferment",
  qualifiedName: "ferment",
  header: "\f\ndef ferment(juice, days):\n",
  keyword: "def",
  docstring: "\t'''Wait for days.'''\n",
  indent: "\t",
};
const GRAFT: Target = {
  path: "orchard/windows.py",
  name: "graft",
  qualifiedName: "graft",
  header: "def graft(branch, trunk):\r\n",
  docstring: '    """Join a branch to a trunk.\r\n\r\n    It takes a season.\r\n    """\r\n',
  indent: four,
  newline: "\r\n",
};
const TAIL: Target = {
  path: "orchard/tail.py",
  name: "tail",
  qualifiedName: "tail",
  header: "def tail(rows):\n",
  docstring: '    """Give the end of rows."""\n',
  indent: four,
};
const REPORT: Target = {
  path: "orchard/legacy.py",
  name: "report",
  qualifiedName: "report",
  header: "def report(rows):\n",
  docstring: '    """Print a report of rows to the error output."""\n',
  indent: four,
};
const MAIN: Target = {
  path: "orchard/script.py",
  name: "main",
  qualifiedName: "main",
  header: "def main():\n",
  docstring: '    """Run the program."""\n',
  indent: four,
};
const FERTILIZE: Target = {
  path: "orchard/latin.py",
  name: "fertilize",
  qualifiedName: "fertilize",
  header: "def fertilize(trees):\n",
  docstring: "",
  indent: four,
};

export const place = localizing({ name: "place", targets: [PLACE], inRepository: true, git: true });
export const placeRemoved = localizing({ name: "place-removed", targets: [PLACE] });
export const coldStore = localizing({ name: "class", targets: [COLD_STORE], named: true });
export const weigh = localizing({ name: "overloads", targets: [WEIGH], inRepository: true });
export const level = localizing({ name: "setter", targets: [LEVEL], git: true });
export const lights = localizing({ name: "branches", targets: [LIGHTS], inRepository: true });
export const close = localizing({ name: "only-a-docstring", targets: [CLOSE] });
export const chill = localizing({ name: "function", targets: [CHILL], inRepository: true, named: true });
export const graft = localizing({ name: "windows", targets: [GRAFT], inRepository: true });
export const press = localizing({ name: "tabs", targets: [PRESS], inRepository: true, git: true });
export const latin = localizing({
  name: "latin-1",
  targets: [FERTILIZE],
  row: { docstring_line_start: -1, docstring_line_end: -1 },
});
export const tail = localizing({ name: "no-newline", targets: [TAIL], inRepository: true });
export const report = localizing({ name: "python-2", targets: [REPORT] });
export const two = localizing({ name: "two-files", targets: [PLACE, FROST], inRepository: true, git: true });

const SPACED = insertAfter(storage.path, PLACE.docstring, "\n")(ORCHARD);

/** A blank line follows a docstring, and went with it: further down all lines are one higher than upstream would have them. */
export const spaced: Instance = {
  ...localizing({ name: "spaced", targets: [PLACE, VENTILATE], inRepository: true, files: SPACED }),
  start: all(
    replace(storage.path, `${PLACE.docstring}\n`, ""),
    replace(storage.path, VENTILATE.docstring, ""),
  )(SPACED),
};

/** Upstream deletes the lines of a docstring that was all of a body, and leaves a file that Python does not take. */
export const emptied = localizing({
  name: "emptied-body",
  targets: [{ ...CLOSE, without: "" }],
  inRepository: true,
  git: true,
});

export const LOCALIZING: readonly Instance[] = [
  localizing({ name: "passes-above", targets: [LEVEL, SPOILED, CLOSE, LIGHTS] }),
  { ...spaced, name: "blank-lines-gone", repository: spaced.start },
  emptied,
  localizing({ name: "emptied-class", targets: [{ ...SPOILED, without: "" }], inRepository: true }),
  place,
  placeRemoved,
  coldStore,
  weigh,
  level,
  lights,
  close,
  chill,
  graft,
  press,
  latin,
  tail,
  report,
  two,
  localizing({ name: "multi-line-signature", targets: [INVENTORY], inRepository: true }),
  localizing({ name: "nested", targets: [KEY], inRepository: true, named: true }),
  localizing({ name: "async", targets: [VENTILATE] }),
  localizing({ name: "class-of-a-docstring", targets: [SPOILED], inRepository: true }),
  localizing({ name: "class-of-a-docstring-removed", targets: [SPOILED], named: true }),
  localizing({ name: "one-line-body", targets: [DOOR], inRepository: true }),
  localizing({ name: "raw", targets: [FROST], inRepository: true }),
  localizing({ name: "form-feed", targets: [FERMENT], inRepository: true }),
  localizing({ name: "executable", targets: [MAIN], git: true }),
  localizing({ name: "python-2-in-repository", targets: [REPORT], inRepository: true }),
  localizing({ name: "one-file", targets: [LEVEL, VENTILATE], inRepository: true }),
  localizing({ name: "one-file-removed", targets: [PLACE, VENTILATE, WEIGH], named: true }),
  localizing({ name: "nested-both", targets: [INVENTORY, KEY], named: true }),
];
