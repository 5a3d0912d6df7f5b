import {
  all,
  append,
  change,
  type Edit,
  type Files,
  fileOf,
  insertAfter,
  insertBefore,
  prepend,
  remove,
  rename,
  replace,
  setMode,
  write,
} from "./files.ts";

const STORAGE = "orchard/storage.py";
const WEATHER = "orchard/weather.py";
const SALES = "orchard/sales.py";
const LEGACY = "orchard/legacy.py";
const LATIN = "orchard/latin.py";
const TABS = "orchard/tabs.py";
const WINDOWS = "orchard/windows.py";

/** An edit that must spoil any answer, and the code that it is refused with. */
export type Sneaky = readonly [edit: Edit, reasons: readonly string[] | string];

const code = "code-changed";
const invalid = "invalid-after";
const directive = "directive-changed";
const added = "directive-added";

/** Code that hides as a comment, a docstring, or white space. */
export const DISGUISED: Readonly<Record<string, Sneaky>> = {
  "code behind a docstring": [replace(STORAGE, '"""One shelf."""', '"""One shelf."""; import os'), code],
  "a call behind a docstring": [replace(STORAGE, '"""One shelf."""', '"""One shelf."""; print(1)'), code],
  "code between two docstrings": [
    replace(STORAGE, '"""Cold stores."""', '"""Cold""" """stores."""; """."""'),
    invalid,
  ],
  "two lines swapped": [
    replace(
      STORAGE,
      "self.rooms = rooms\n        self.capacity = capacity",
      "self.capacity = capacity\n        self.rooms = rooms",
    ),
    code,
  ],
  "a comment's look-alike in a text": [replace(STORAGE, "# setup", "# teardown"), code],
  "a line of it more": [replace(STORAGE, "# setup\n", "# setup\n# more\n"), code],
  "a string like a comment": [replace(STORAGE, '"# not a comment"', '"# a comment"'), code],
  "a hash in an f-string": [replace(STORAGE, "  # {crate}", "  # {crate}!"), code],
  "a comment made code": [replace(WEATHER, "    # old = margin * 2", "    old = margin * 2"), code],
  "code made a comment": [replace(WEATHER, "    total = 0\n", "    # total = 0\n"), code],
  "a branch made a comment": [
    replace(WEATHER, "            total += 1\n", "            # total += 1\n            pass\n"),
    code,
  ],
  "a comment that swallows code": [
    replace(STORAGE, "len(self.crates) / value", "len(self.crates)  # / value"),
    code,
  ],
  "a comment that swallows an argument": [
    replace(STORAGE, "sorted(store.crates, key=key)", "sorted(store.crates)  # , key=key)"),
    code,
  ],
  "a comment that swallows a bracket": [
    replace(STORAGE, "sorted(store.crates, key=key)", "sorted(store.crates, key=key  # )"),
    invalid,
  ],
  "a comment behind a backslash": [replace(WEATHER, "first = \\\n", "first = \\ # note\n"), invalid],
  "a comment below a backslash": [replace(WEATHER, "first = \\\n", "first = \\\n        # note\n"), invalid],
  "a backslash that ends a comment": [
    replace(WEATHER, "    # old = margin * 2\n", "    # old = \\\n    margin = 2\n"),
    code,
  ],
  "a docstring that swallows code": [replace(STORAGE, '"""One shelf."""\n', '"""One shelf.\n'), invalid],
  "code put into a docstring": [
    replace(
      STORAGE,
      '"""Switch the lights of a big store."""\n        state = on\n',
      '"""Switch the lights of a big store.\n        state = on\n        """\n',
    ),
    code,
  ],
  "code let out of a docstring": [
    replace(STORAGE, '"""One shelf."""', '"""One shelf."""\n\n        count = 1\n        """More."""'),
    code,
  ],
  "a line moved into the loop": [
    replace(WEATHER, "    first = \\\n        total\n", "        first = \\\n        total\n"),
    code,
  ],
  "a line moved out of the branch": [
    replace(WEATHER, "            total += 1\n", "        total += 1\n"),
    invalid,
  ],
  "a return moved into the loop": [
    replace(SALES, "    return bill.total", "        return bill.total"),
    invalid,
  ],
  "a method moved out of its class": [
    replace(
      STORAGE,
      "        def place(self, crate):\n            return crate",
      "    def place(self, crate):\n        return crate",
    ),
    code,
  ],
  "a tab for blanks": [
    replace(STORAGE, "        self.capacity = capacity", "\tself.capacity = capacity"),
    invalid,
  ],
  "blanks for a tab": [replace(TABS, "\tjuice = len", "        juice = len"), invalid],
  "a form feed that ends a block": [
    replace(STORAGE, "        self.capacity = capacity", "        \f    self.capacity = capacity"),
    invalid,
  ],
  "a lone CR that ends a comment": [
    insertBefore(STORAGE, "        self.crates = []", "        # note\r        self.rooms = 1\n"),
    code,
  ],
  "a lone CR behind a comment": [
    replace(STORAGE, "# the ripest come first", "# the\r        count = 0 #"),
    code,
  ],
  "a CR in a CRLF file": [
    replace(WINDOWS, "    joint = ", "    # note\r    branch = 1\r\n    joint = "),
    code,
  ],
  "a vertical tab in code": [replace(STORAGE, "self.rooms = rooms", "self.rooms =\vrooms"), invalid],
  "a no-break space in code": [replace(STORAGE, "self.rooms = rooms", "self.rooms =\u00a0rooms"), invalid],
  "a zero-width space in code": [replace(STORAGE, "self.rooms = rooms", "self.rooms = ro\u200boms"), invalid],
  "a Cyrillic look-alike": [replace(STORAGE, "count = 0\n", "cоunt = 0\n"), code],
  "a compatible look-alike": [replace(WEATHER, "return first", "return ﬁrst"), code],
  "a look-alike digit": [replace(WEATHER, "    total = 0\n", "    total = ０\n"), invalid],
  "a NUL in a comment": [replace(STORAGE, "# the ripest", "# the \0ripest"), "diff-unsupported"],
  "a byte order mark": [prepend(STORAGE, "\ufeff"), code],
  "a byte order mark before a shebang": [prepend(WEATHER, "\ufeff"), code],
  "a byte that is no UTF-8": [change(STORAGE, (text) => text.replace("# the ripest", "# the \xff")), invalid],
  "a latin-1 file made UTF-8": [change(LATIN, (text) => Buffer.from(text, "utf8").toString("latin1")), code],
  "a file emptied": [write(TABS, ""), code],
  "a file doubled": [(files) => append(SALES, files.get(SALES)?.content.toString() ?? "")(files), code],
};

/** Comments that are more than comments. */
export const DIRECTIVES: Readonly<Record<string, Sneaky>> = {
  "a cookie added": [prepend(STORAGE, "# -*- coding: utf-8 -*-\n"), code],
  "a cookie of another encoding added": [prepend(STORAGE, "# coding: latin-1\n"), code],
  "a cookie of no encoding added": [prepend(STORAGE, "# coding: klingon\n"), invalid],
  "a cookie changed": [replace(WEATHER, "coding: utf-8", "coding: latin-1"), code],
  "a cookie removed": [replace(WEATHER, "# -*- coding: utf-8 -*-\n", ""), code],
  "a cookie pushed to the third line": [
    replace(WEATHER, "# -*- coding", "# the weather\n# -*- coding"),
    code,
  ],
  "a latin-1 cookie changed": [replace(LATIN, "latin-1", "cp1252"), code],
  "a cookie in a Python 2 file": [prepend(LEGACY, "# coding: latin-1\n"), code],
  "a shebang added": [prepend(SALES, "#!/usr/bin/env python\n"), added],
  "a shebang changed": [replace(WEATHER, "env python3", "env pypy"), directive],
  "a shebang removed": [replace("orchard/script.py", "#!/usr/bin/env python\n", ""), directive],
  "a shebang pushed down": [prepend("orchard/script.py", "# note\n"), directive],
  "a shebang after a blank line": [prepend("orchard/script.py", "\n"), directive],
  "noqa removed": [replace(WEATHER, "  # noqa: SIM102", ""), directive],
  "noqa changed": [replace(WEATHER, "# noqa: SIM102", "# noqa"), directive],
  "noqa made a note": [replace(WEATHER, "# noqa: SIM102", "# cold"), directive],
  "noqa moved": [
    all(
      replace(WEATHER, "  # noqa: SIM102", ""),
      replace(WEATHER, "    total = 0\n", "    total = 0  # noqa: SIM102\n"),
    ),
    directive,
  ],
  "noqa on a line of its own": [
    replace(WEATHER, "threshold:  # noqa: SIM102\n", "threshold:\n            # noqa: SIM102\n"),
    directive,
  ],
  "pragma removed": [replace(WEATHER, "  # pragma: no cover", ""), directive],
  "a type comment removed": [replace(WEATHER, "  # type: float", ""), directive],
  "a type comment changed": [replace(WEATHER, "# type: float", "# type: int"), directive],
  "fmt: off removed": [replace(WEATHER, "# fmt: off\n", ""), directive],
  "fmt: on moved": [all(replace(WEATHER, "# fmt: on\n", ""), append(WEATHER, "# fmt: on\n")), directive],
  "noqa added": [replace(STORAGE, "self.rooms = rooms", "self.rooms = rooms  # noqa"), added],
  "noqa behind a note": [
    replace(STORAGE, "self.rooms = rooms", "self.rooms = rooms  # rooms # noqa: E501"),
    added,
  ],
  "NOQA added": [replace(STORAGE, "self.rooms = rooms", "self.rooms = rooms  # NOQA"), added],
  "noqa without a blank": [replace(STORAGE, "self.rooms = rooms", "self.rooms = rooms  #noqa"), added],
  "type: ignore added": [replace(STORAGE, "self.rooms = rooms", "self.rooms = rooms  # type: ignore"), added],
  "type:ignore without a blank": [
    replace(STORAGE, "self.rooms = rooms", "self.rooms = rooms  #type:ignore[attr]"),
    added,
  ],
  "a type comment added": [replace(STORAGE, "self.rooms = rooms", "self.rooms = rooms  # type: list"), added],
  "pragma added": [replace(STORAGE, "self.rooms = rooms", "self.rooms = rooms  # pragma: no cover"), added],
  "fmt: skip added": [replace(STORAGE, "self.rooms = rooms", "self.rooms = rooms  # fmt: skip"), added],
  "fmt: off added": [insertBefore(STORAGE, "class ColdStore", "# fmt: off\n"), added],
  "pylint added": [insertBefore(STORAGE, "class ColdStore", "# pylint: disable=all\n"), added],
  "mypy added": [prepend(SALES, "# mypy: ignore-errors\n"), added],
  "pyright added": [prepend(SALES, "# pyright: basic\n"), added],
  "ruff added": [prepend(SALES, "# ruff: noqa\n"), added],
  "flake8 added": [prepend(SALES, "# flake8: noqa\n"), added],
  "isort added": [prepend(SALES, "# isort: skip_file\n"), added],
  "yapf added": [insertBefore(STORAGE, "class ColdStore", "# yapf: disable\n"), added],
  "nosec added": [replace(STORAGE, "self.rooms = rooms", "self.rooms = rooms  # nosec B101"), added],
  "cython added": [prepend(SALES, "# cython: boundscheck=False\n"), added],
  "a script's requirements": [prepend(SALES, '# /// script\n# dependencies = ["requests"]\n# ///\n'), added],
  "noqa in a Python 2 file": [prepend(LEGACY, "# flake8: noqa\n"), added],
};

/** Plain changes of code, all of them small. */
export const MUTANTS: Readonly<Record<string, Sneaky>> = {
  "an operator": [replace(WEATHER, "humidity) + 17.6", "humidity) - 17.6"), code],
  "a comparison": [replace(WEATHER, "reading < threshold", "reading <= threshold"), code],
  "a constant": [replace(WEATHER, "wind * 0.1", "wind * 0.10001"), code],
  "a constant written otherwise": [replace(WEATHER, "wind=0.0", "wind=0"), code],
  "a default": [replace(WEATHER, "threshold=7.2", "threshold=7.3"), code],
  "a text": [replace(STORAGE, '"north"', '"south"'), code],
  "a prefix of a text": [replace(STORAGE, '"north"', 'b"north"'), code],
  "a blank in a text": [replace(STORAGE, '"north"', '"north "'), code],
  "a name": [
    replace(STORAGE, "            await room.fan(minutes)", "            await room.fan(self)"),
    code,
  ],
  "a keyword argument": [replace(STORAGE, 'by="room"', 'by="crate"'), code],
  "an annotation": [replace(STORAGE, "crate: int) -> int", "crate: int) -> str"), code],
  "an annotation added": [
    replace(SALES, "def sell(customer, crates)", "def sell(customer: str, crates)"),
    code,
  ],
  "a decorator removed": [replace(STORAGE, "    @staticmethod\n", ""), code],
  "a decorator made a comment": [replace(STORAGE, "    @staticmethod\n", "    # @staticmethod\n"), code],
  "a decorator added": [insertBefore(SALES, "def sell(", "@cached\n"), code],
  "decorators in another order": [
    replace(STORAGE, "@cached\n@functools.wraps(restock)\n", "@functools.wraps(restock)\n@cached\n"),
    code,
  ],
  "async removed": [replace(STORAGE, "async def ventilate", "def ventilate"), [invalid]],
  "a star removed": [replace(STORAGE, "    store,\n    *,\n", "    store,\n"), code],
  "an import added": [insertBefore(STORAGE, "import functools", "import os\n"), code],
  "an import removed": [replace(WEATHER, "import os, sys  # noqa: E401", "import os  # noqa: E401"), code],
  "imports in another order": [replace(WEATHER, "import os, sys", "import sys, os"), code],
  "an exception": [replace(WEATHER, "except ImportError:", "except Exception:"), code],
  "continue became break": [replace(STORAGE, "            continue", "            break"), code],
  "a statement repeated": [insertBefore(WEATHER, "    total = 0\n", "    total = 0\n"), code],
  "a statement removed": [replace(STORAGE, "        self.crates = []\n", ""), code],
  "a pass added": [replace(WEATHER, "    total = 0\n", "    pass\n    total = 0\n"), code],
  parentheses: [replace(WEATHER, "return first", "return (first)"), code],
  "a trailing comma": [replace(WEATHER, "return first", "return first,"), code],
  "a return without its value": [replace(WEATHER, "return first", "return"), code],
  "a not": [replace(STORAGE, "if count < 1:", "if not count < 1:"), code],
  "an f-string made plain": [replace(STORAGE, 'f"{crate!r}  # {crate}"', '"{crate!r}  # {crate}"'), code],
  "a function added at the end": [append(SALES, "\n\ndef more():\n    return 1\n"), code],
  "a statement at the end": [append(SALES, "\nprint(total(1))\n"), code],
  "a statement without its newline": [append("orchard/tail.py", "; print(1)"), code],
  "a function removed": [replace(SALES, "\n\ndef total(net):\n    return net\n", ""), code],
  "code in a Python 2 file": [replace(LEGACY, 'print "short"', 'print "shorter"'), code],
  "a number in a Python 2 file": [replace(LEGACY, "0777", "0755"), code],
  "backticks in a Python 2 file": [replace(LEGACY, "`row`", "row"), code],
  "a Python 2 file made one of Python 3": [replace(LEGACY, 'print "short"', 'print("short")'), code],
  "code in a latin-1 file": [replace(LATIN, "tree + NAME", "NAME + tree"), code],
  "code in a CRLF file": [replace(WINDOWS, "tree[:-1]", "tree[:1]"), code],
  "code in an empty file": [append("orchard/__init__.py", "from .storage import *\n"), code],
  "a stub file": [append("orchard/storage.pyi", "def more(): ...\n"), code],
  "a test": [replace("tests/test_storage.py", "is None", "is not None"), code],
};

/** Changes of the tree around the code. */
export const TREE_CHANGES: Readonly<Record<string, Sneaky>> = {
  "a new module": [write("orchard/extra.py", "EXTRA = 1\n"), "file-added"],
  "a new module of comments": [write("orchard/extra.py", "# nothing\n"), "file-added"],
  "a new empty file": [write("orchard/py.typed", ""), "file-added"],
  "conftest.py": [write("conftest.py", "import os\n"), "file-added"],
  "conftest.py in a folder": [write("tests/conftest.py", "# nothing\n"), "file-added"],
  "sitecustomize.py": [write("sitecustomize.py", "import os\n"), "file-added"],
  "a .pth file": [write("orchard.pth", "import os\n"), "file-added"],
  "a lock file": [write("uv.lock", "version = 1\n"), "file-added"],
  "a new workflow": [write(".github/workflows/ci.yml", "on: push\n"), "file-added"],
  ".gitattributes": [write(".gitattributes", "* text=auto\n"), "file-added"],
  ".gitmodules": [write(".gitmodules", "[submodule]\n"), "file-added"],
  ".gitignore": [write(".gitignore", "*.py\n"), "file-added"],
  "a name in another case": [write("Orchard/storage.py", "import os\n"), "file-added"],
  "a name with a blank at its end": [write("orchard/storage.py ", "import os\n"), "file-added"],
  "a new program": [write("bin/more", "#!/bin/sh\n", "100755"), "file-added"],
  "a new binary file": [write("data/more.png", Buffer.from([0, 1, 2])), "diff-unsupported"],
  "a link within the tree": [write("docs/other.md", "link.md", "120000"), "file-added"],
  "a link out of the tree": [write("docs/passwd", "/etc/passwd", "120000"), "symlink-out-of-tree"],
  "a link above the tree": [write("docs/up", "../../up", "120000"), "symlink-out-of-tree"],
  "a link into .git": [write("docs/config", "../.git/config", "120000"), "diff-touches-git"],
  "another target of a link": [write("docs/link.md", "../setup.cfg", "120000"), "non-source-changed"],
  "a link led out of the tree": [write("docs/link.md", "../../README.md", "120000"), "symlink-out-of-tree"],
  "a file made a link": [write("orchard/tail.py", "sales.py", "120000"), "mode-changed"],
  "a link made a file": [write("docs/link.md", "# Orchard\n", "100644"), "mode-changed"],
  "a submodule": [write("lib", "1".repeat(40), "160000"), "diff-unsupported"],
  "a file made executable": [setMode(SALES, "100755"), "mode-changed"],
  "a program made plain": [setMode("bin/run", "100644"), "mode-changed"],
  "a mode with a comment": [all(setMode(SALES, "100755"), append(SALES, "# note\n")), "mode-changed"],
  "the README": [append("README.md", "More.\n"), "non-source-changed"],
  data: [write("data/prices.json", "{}\n"), "non-source-changed"],
  "a blank line of data": [append("data/prices.json", "\n"), "non-source-changed"],
  settings: [append("setup.cfg", "# note\n"), "non-source-changed"],
  "a lock file's line": [append("conf/poetry.lock", "# note\n"), "non-source-changed"],
  "a script": [append("bin/run", "# note\n"), "non-source-changed"],
  "a picture": [write("data/apple.png", Buffer.from([0, 1, 2])), "diff-unsupported"],
  "a file deleted": [remove("README.md"), "file-deleted"],
  "a test deleted": [remove("tests/test_storage.py"), "file-deleted"],
  "an empty file deleted": [remove("orchard/__init__.py"), "file-deleted"],
  "a link deleted": [remove("docs/link.md"), "file-deleted"],
  "a file renamed": [rename(SALES, "orchard/shop.py"), ["file-added", "file-deleted"]],
  "a file renamed and commented": [
    all(rename(SALES, "orchard/shop.py"), append("orchard/shop.py", "# note\n")),
    ["file-added", "file-deleted"],
  ],
  "a file copied": [copy(SALES, "orchard/shop.py"), "file-added"],
  "two files swapped": [swap(SALES, TABS), code],
};

function copy(from: string, to: string): Edit {
  return (files: Files) => new Map([...files, [to, files.get(from) ?? fileOf("")]]);
}

function swap(one: string, other: string): Edit {
  return (files: Files) =>
    new Map([...files, [one, files.get(other) ?? fileOf("")], [other, files.get(one) ?? fileOf("")]]);
}

/** Docstrings: free in func-localize, not asked for elsewhere. */
export const DOCSTRINGS: Readonly<Record<string, Edit>> = {
  "a docstring added": insertAfter(STORAGE, "    def ripest(self, count=1):\n", '        """Ripe."""\n'),
  "a docstring changed": replace(STORAGE, '"""One shelf."""', '"""A shelf."""'),
  "a docstring quoted otherwise": replace(STORAGE, '"""One shelf."""', "'One shelf.'"),
  "a docstring removed": replace(STORAGE, '        """One shelf."""\n\n', ""),
  "a module's docstring changed": replace(STORAGE, '"""Cold stores."""', '"""Stores."""'),
  "a module's docstring added": prepend(SALES, '"""Sales."""\n'),
};
