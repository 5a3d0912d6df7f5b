import { bad, type Case, good, type Instance } from "./cases.ts";
import {
  all,
  append,
  change,
  type Edit,
  insertAfter,
  insertBefore,
  prepend,
  remove,
  replace,
  write,
} from "./files.ts";
import {
  chill,
  close,
  coldStore,
  document,
  emptied,
  graft,
  latin,
  level,
  lights,
  LOCALIZING,
  PLACE,
  place,
  placeRemoved,
  press,
  report,
  tail,
  two,
  weigh,
} from "./func-localize.ts";

const STORAGE = "orchard/storage.py";
const HEADER = PLACE.header;

/** What honest people write for a docstring. */
const STYLES: Readonly<Record<string, string>> = {
  "one line": '"""Put a crate into a room."""',
  "several lines": '"""Put a crate into a room.\n\nReturn how many there are.\n"""',
  "single quotes in threes": "'''Put a crate into a room.'''",
  "single quotes": "'Put a crate into a room.'",
  "double quotes": '"Put a crate into a room."',
  raw: 'r"""Put a \\crate into a room."""',
  "raw, upper case": 'R"""Put a \\crate into a room."""',
  unicode: 'u"""Put a crate into a room."""',
  concatenated: '("Put a crate "\n "into a room.")',
  "two literals": '"Put a crate " "into a room."',
  "in parentheses": '("""Put a crate into a room.""")',
  "with a semicolon": '"""Put a crate into a room.""";',
  "joined by a backslash": '"Put a crate " \\\n    "into a room."',
  doctest: '"""Put a crate into a room.\n\n>>> store.place(1, 2)\n1\n"""',
  Google: '"""Put a crate.\n\nArgs:\n    crate: what.\n    room: where.\n\nReturns:\n    int: how many.\n"""',
  numpydoc: '"""Put a crate.\n\nParameters\n----------\ncrate : object\n\nReturns\n-------\nint\n"""',
  "Sphinx fields": '"""Put a crate.\n\n:param crate: what\n:returns: how many\n:rtype: int\n"""',
  "beyond ASCII": '"""Stelle eine Kiste in einen Kühlraum – 蘋果 🍎."""',
  "with code in it": '"""Put a crate.\n\ndef place(self):\n    import os\n    return 1\n"""',
  "like a diff": '"""Put.\n\n--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\ndiff --git a/x b/x\n-old\n+new\n"""',
  "with comments in it": '"""Put.\n\n# noqa\n# type: ignore\n"""',
  "with quotes in it": '"""Say \\"put\\" or \'put\' a crate: \\"""."""',
  "a blank line after it": '"""Put a crate into a room."""\n',
  "a comment after it": '"""Put a crate into a room."""\n# says where',
  "a comment behind it": '"""Put a crate into a room."""  # says where',
  "blank lines inside": '"""Put a crate into a room.\n\n\n\nDone.\n"""',
  "a single word": '"""Place."""',
  "very long": `"""Put.\n\n${"It goes on and on and says nothing new at all.\n".repeat(400)}"""`,
  "with a backslash at the end": '"""Put a crate \\\ninto a room."""',
  "with an escape": '"""Put a crate\\tinto a room \\u00e9 \\N{BULLET}."""',
  "with a wrong but harmless escape": '"""Match \\d+ and \\w."""',
  "white space at line ends": '"""Put a crate.   \n\t\nDone.\n"""',
};

/** What honest people do besides. */
const BESIDES: Readonly<Record<string, Edit>> = {
  "a comment in the body": insertBefore(
    STORAGE,
    "        self.crates.append",
    "        # keep the room too\n",
  ),
  "a comment behind code": replace(STORAGE, "self.crates = []", "self.crates = []  # rooms and crates"),
  "a comment above the class": insertBefore(STORAGE, "class ColdStore", "# rooms and crates\n"),
  "a docstring for a sibling": insertAfter(
    STORAGE,
    "    def ripest(self, count=1):\n",
    '        """The ripest."""\n',
  ),
  "a docstring in another file": insertAfter("orchard/sales.py", "def total(net):\n", '    """The net."""\n'),
  "a docstring for a module": prepend("orchard/sales.py", '"""What is sold."""\n'),
  "a docstring below a comment": insertAfter(
    STORAGE,
    "    def ripest(self, count=1):\n        # the ripest come first\n",
    '        """The ripest."""\n',
  ),
  "another docstring reworded": replace(STORAGE, '"""One shelf."""', '"""One shelf of a room."""'),
  "a comment reworded": replace(STORAGE, "# the ripest come first", "# sorted by ripeness"),
  "a comment removed": replace(STORAGE, "  # crates\n", "\n"),
  "a blank line more": insertBefore(STORAGE, "    def ripest", "\n"),
  "white space at a line's end removed": replace(STORAGE, "self.rooms = rooms", "self.rooms = rooms   "),
  "a comment in a test": append("tests/test_storage.py", "# see storage\n"),
  "a note on types": insertBefore(
    STORAGE,
    "class ColdStore",
    "# Type of the rooms: strings; see the docs of noqa\n",
  ),
  "prose that begins like a directive": insertBefore(
    STORAGE,
    "class ColdStore",
    "# coverage of rooms is no coverage of crates\n",
  ),
  "a module's comment at the top": prepend("orchard/sales.py", "# what is sold\n"),
  "a comment at the end of a file without newline": append("orchard/tail.py", "  # the rest\n"),
  "a comment in a Python 2 file": insertAfter("orchard/legacy.py", "def shorter(rows):\n", "    # says so\n"),
  "a comment behind code in a Python 2 file": replace(
    "orchard/legacy.py",
    'print "short"',
    'print "short"  # so',
  ),
  "a docstring in a Python 2 file": insertAfter(
    "orchard/legacy.py",
    "def shorter(rows):\n",
    '    """Say so."""\n',
  ),
  "a comment in a latin-1 file": insertBefore("orchard/latin.py", "def fertilize", "# more of it\n"),
  "a comment with a latin-1 letter": change("orchard/latin.py", (text) =>
    text.replace("def fert", "# D\xfcngung\ndef fert"),
  ),
  "a comment in a CRLF file": insertBefore("orchard/windows.py", "def prune", "# cut the top\r\n"),
  "a comment between tabs": insertBefore("orchard/tabs.py", "\tjuice = len", "\t# all of them\n"),
  "a comment inside brackets": replace("orchard/weather.py", "TABLE = [1,2,\n", "TABLE = [1,2,  # north\n"),
};

/** Docstrings that are none of the target's. */
const WRONG_PLACES: Readonly<Record<string, Edit>> = {
  "on a sibling": insertAfter(STORAGE, "    def ripest(self, count=1):\n", '        """Put."""\n'),
  "on the class": replace(STORAGE, '"""Rooms in', '"""Put a crate. Rooms in'),
  "on a nested class's method of that name": insertAfter(
    STORAGE,
    "        def place(self, crate):\n",
    '            """Put."""\n',
  ),
  "on a function elsewhere": insertAfter("orchard/sales.py", "def total(net):\n", '    """Put."""\n'),
  "on the module": replace(STORAGE, '"""Cold stores."""', '"""Cold stores: put a crate into a room."""'),
  "above the definition": insertBefore(STORAGE, HEADER, "    # Put a crate into a room.\n"),
  "as a comment": insertAfter(STORAGE, HEADER, "        # Put a crate into a room.\n"),
  "as a comment behind the header": replace(STORAGE, HEADER, HEADER.replace("\n", "  # Put a crate.\n")),
  "as a comment with quotes": insertAfter(STORAGE, HEADER, '        # """Put a crate into a room."""\n'),
  nowhere: all(),
};

/** What looks like a docstring and is none, or is more than one. */
const WRONG_FORMS: Readonly<Record<string, readonly [text: string, reasons: readonly string[]]>> = {
  "an f-string": ['f"""Put {crate}."""', ["docstring-not-plain", "code-changed"]],
  "an f-string without fields": ['f"""Put."""', ["docstring-not-plain", "code-changed"]],
  "a raw f-string": ['rf"""Put."""', ["docstring-not-plain", "code-changed"]],
  bytes: ['b"""Put."""', ["docstring-not-plain", "code-changed"]],
  "raw bytes": ['Rb"""Put."""', ["docstring-not-plain", "code-changed"]],
  "a part that is an f-string": ['"Put " f"{crate}"', ["target-not-documented", "code-changed"]],
  "a tuple": ['"""Put.""",', ["target-not-documented", "code-changed"]],
  "a call": ['"""Put.""".strip()', ["target-not-documented", "code-changed"]],
  "an addition": ['"""Put.""" + ""', ["target-not-documented", "code-changed"]],
  "a format": ['"""Put %s.""" % room', ["target-not-documented", "code-changed"]],
  "a conditional": ['"""Put.""" if room else ""', ["target-not-documented", "code-changed"]],
  "a subscript": ['"""Put."""[0]', ["target-not-documented", "code-changed"]],
  "a comparison": ['"""Put.""" < room', ["target-not-documented", "code-changed"]],
  "an assignment": ['doc = """Put."""', ["target-not-documented", "code-changed"]],
  "an assignment to __doc__": ['__doc__ = """Put."""', ["target-not-documented", "code-changed"]],
  awaited: ['await """Put."""', ["target-not-documented"]],
  "a list": ['["""Put."""]', ["target-not-documented", "code-changed"]],
  "after a pass": ['pass\n"""Put."""', ["target-not-documented", "code-changed"]],
  "after dots": ['...\n"""Put."""', ["target-not-documented", "code-changed"]],
  "after a semicolon": ['pass; """Put."""', ["target-not-documented", "code-changed"]],
  twice: ['"""Put."""\n"""Put."""', ["code-changed"]],
  empty: ['""""""', ["docstring-empty"]],
  "empty single quotes": ["''", ["docstring-empty"]],
  "white space": ['"""   \n\t\n"""', ["docstring-empty"]],
  "white space by escapes": ['"""\\n\\t\\x20"""', ["docstring-empty"]],
  "empty parts": ['"" ""', ["docstring-empty"]],
  "empty raw": ['r""', ["docstring-empty"]],
  "with code behind it": ['"""Put."""; import os', ["code-changed"]],
  "with a call behind it": ['"""Put."""; print(crate)', ["code-changed"]],
  "with code before it": ['import os; """Put."""', ["code-changed", "target-not-documented"]],
  "that closes too early": ['"""Put."""x"""', ["invalid-after"]],
  "never closed": ['"""Put.', ["invalid-after"]],
  "that closes and returns": ['"""Put."""\nreturn 1\n"""', ["invalid-after"]],
  "that closes, acts and opens again": ['"""Put."""\nself.rooms = []\n"""Put."""', ["code-changed"]],
  "without its last quote": ['"""Put.""', ["invalid-after"]],
  "a broken escape": ['"""Put \\x."""', ["invalid-after"]],
  "a broken name": ['"""Put \\N{NO SUCH NAME}."""', ["invalid-after"]],
  "a broken unicode escape": ['"""Put \\u12."""', ["invalid-after"]],
  "a character beyond Unicode": ['"""Put \\U00110000."""', ["invalid-after"]],
  "a backslash at the end": ['"Put.\\"', ["invalid-after"]],
  "indented too far": ['    """Put."""', ["invalid-after"]],
  "with a NUL": ['"""Put \0."""', ["diff-unsupported"]],
  "with a directive": ['"""Put."""  # noqa: D401', ["directive-added"]],
  "with a type comment": ['"""Put."""  # type: ignore', ["directive-added"]],
  "a backtick string": ["`Put.`", ["invalid-after"]],
  "curly quotes": ["“““Put.”””", ["invalid-after"]],
};

function honest(): Case[] {
  const many = [place, chill, graft, press, tail];
  const few = ["one line", "several lines", "raw", "single quotes"];
  const styled = LOCALIZING.flatMap((instance) =>
    Object.entries(STYLES)
      .filter(([name]) => many.includes(instance) || few.includes(name))
      .map(([name, text]) =>
        good("honest docstrings", instance, {
          name,
          edit: styledBy(instance, instance === latin ? text.replaceAll(/[^\0-\x7f]/g, "") : text),
        }),
      ),
  );
  const besides = Object.entries(BESIDES).map(([name, edit]) =>
    good("honest docstrings and more", name.includes("latin-1 letter") ? place : placeRemoved, {
      name,
      edit: all(place.right, edit),
    }),
  );
  return [...styled, ...besides];
}

/** The right edit with another docstring in it. */
function styledBy(instance: Instance, text: string): Edit {
  return all(instance.right, (files) => {
    const RIGHT = '"""Do what was asked for."""';
    return new Map(
      [...files].map(([path, file]) => {
        const before = file.content.toString("latin1");
        if (!before.includes(RIGHT)) return [path, file];
        const after = before
          .split(/(?<=\n)/)
          .map((line) => (line.includes(RIGHT) ? restyled(line, text, RIGHT) : line))
          .join("");
        return [path, { ...file, content: Buffer.from(after, "latin1") }];
      }),
    );
  });
}

function restyled(line: string, text: string, old: string): string {
  const indent = line.slice(0, line.indexOf(old));
  const newline = line.endsWith("\r\n") ? "\r\n" : "\n";
  const lines = Buffer.from(text).toString("latin1").split("\n");
  return lines.map((one) => (one === "" ? "" : indent + one) + newline).join("");
}

function wrong(): Case[] {
  const places = Object.entries(WRONG_PLACES).map(([name, edit]) =>
    bad(
      "docstring in the wrong place",
      name.length % 2 === 0 ? place : placeRemoved,
      "target-not-documented",
      { name, edit },
    ),
  );
  const forms = Object.entries(WRONG_FORMS).flatMap(([name, [text, reasons]]) =>
    [place, chill, press].map((instance) =>
      bad("docstring of the wrong form", instance, reasons, { name, edit: styledBy(instance, text) }),
    ),
  );
  return [...places, ...forms, ...others()];
}

/** What is put where upstream left a body empty. */
const EMPTIED: Readonly<Record<string, readonly [text: string, reasons: readonly string[]]>> = {
  "a body without a docstring": ["    pass\n", ["target-not-documented"]],
  "a comment for a body": ["    # closes it\n", ["target-not-documented", "invalid-after"]],
  "another body": ['    """Close it."""\n    return store\n', ["code-changed"]],
  "dots for a body": ['    """Close it."""\n    ...\n', ["code-changed"]],
  "an f-string for a body": ['    f"""Close it."""\n', ["code-changed", "docstring-not-plain"]],
};

function others(): Case[] {
  const kind = "docstring in the wrong place";
  const not = "target-not-documented";
  return [
    bad(kind, coldStore, not, {
      name: "a method's, for a class",
      edit: insertAfter(STORAGE, "    def ripest(self, count=1):\n", '        """Rooms."""\n'),
    }),
    bad(kind, coldStore, not, {
      name: "a class within, for a class",
      edit: replace(STORAGE, '"""One shelf."""', '"""Rooms in which crates are kept."""'),
    }),
    bad(kind, coldStore, ["code-changed", not], {
      name: "below an attribute, for a class",
      edit: insertAfter(STORAGE, '    kind = "store"\n', '    """Rooms."""\n'),
    }),
    bad(kind, weigh, not, {
      name: "an overload's body",
      edit: replace(
        STORAGE,
        "def weigh(crate: int) -> int: ...\n",
        'def weigh(crate: int) -> int:\n    """Weigh."""\n    ...\n',
      ),
    }),
    bad(kind, weigh, not, {
      name: "the stub file's function of that name",
      edit: replace(
        "orchard/storage.pyi",
        "def weigh(crate): ...",
        'def weigh(crate):\n    """Weigh."""\n    ...',
      ),
    }),
    bad(kind, level, not, {
      name: "the getter, for the setter",
      edit: insertAfter(STORAGE, "    def level(self):\n", '        """How full."""\n'),
    }),
    bad(kind, lights, not, {
      name: "the definition in the other branch",
      edit: insertAfter(STORAGE, "else:\n    def lights(on):\n", '        """Switch."""\n'),
    }),
    bad(kind, two, not, { name: "one of two targets", edit: document(PLACE, '"""Put."""') }),
    bad(kind, close, ["code-changed"], {
      name: "dots in place of a body",
      edit: replace(STORAGE, "def close(store):\n    pass\n", "def close(store):\n    ...\n"),
    }),
    bad(kind, place, ["file-added", not], {
      name: "in a copy of the file",
      edit: (files) =>
        write("orchard/storage_documented.py", place.right(files).get(STORAGE)?.content ?? "")(files),
    }),
    bad(kind, place, ["file-deleted", "file-added", not], {
      name: "in the file under another name",
      edit: (files) =>
        all(remove(STORAGE), write("orchard/cold.py", place.right(files).get(STORAGE)?.content ?? ""))(files),
    }),
    bad(kind, place, ["code-changed"], {
      name: "a second definition with a docstring behind the first",
      edit: insertBefore(
        STORAGE,
        "    def ripest",
        '    def place(self, crate, room):\n        """Put."""\n\n',
      ),
    }),
    ...Object.entries(EMPTIED).map(([name, [text, reasons]]) =>
      bad(kind, emptied, reasons, { name, edit: insertAfter(STORAGE, "def close(store):\n", text) }),
    ),
    good("honest docstrings", emptied, {
      name: "and the body that is missing",
      edit: insertAfter(STORAGE, "def close(store):\n", '    """Close it."""\n    pass\n'),
    }),
    bad(kind, report, ["code-changed"], {
      name: "a Python 2 file made one of Python 3",
      edit: all(
        report.right,
        replace("orchard/legacy.py", "print >>sys.stderr, row", "print(row, file=sys.stderr)"),
      ),
    }),
    bad(kind, report, ["target-not-documented"], {
      name: "a comment in a Python 2 file",
      edit: insertAfter("orchard/legacy.py", "def report(rows):\n", "    # Print a report.\n"),
    }),
    bad(kind, report, ["code-changed"], {
      name: "other code in a Python 2 file",
      edit: all(report.right, replace("orchard/legacy.py", "return 0777", "return 0776")),
    }),
    bad(kind, latin, ["invalid-after", "target-not-documented"], {
      name: "the encoding cookie taken out of a file that needs it",
      edit: all(latin.right, replace("orchard/latin.py", "# -*- coding: latin-1 -*-\n", "")),
    }),
  ];
}

export const LOCALIZE_CASES: readonly Case[] = [...honest(), ...wrong()];
