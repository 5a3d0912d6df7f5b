import { describe, expect, test } from "vitest";
import type { CodeComparison, DecodedSource } from "../../syntax.ts";
import { python } from "./index.ts";

function decode(content: string | Uint8Array): DecodedSource {
  const source = python.decode(typeof content === "string" ? Buffer.from(content) : content);
  if ("problem" in source) throw new Error(source.detail);
  return source;
}

function compare(before: string, after: string): CodeComparison {
  return python.sameCode(decode(before), decode(after));
}

/** `same`, or the reason, as one word. */
function outcome(comparison: CodeComparison): string {
  return comparison.same ? "same" : comparison.reason;
}

/** Each change as `change line text`, with a `!` where the comment is a directive. */
function commentsOf(comparison: CodeComparison): string[] {
  if (!comparison.same) throw new Error(comparison.detail);
  return comparison.comments.map(
    ({ change, line, text, directive }) => `${change} ${line} ${text}${directive ? " !" : ""}`,
  );
}

type Case = readonly [name: string, before: string, after: string];

const F = "def f(a):\n    return a\n";

const same: readonly Case[] = [
  ["nothing", F, F],
  ["a docstring added", F, 'def f(a):\n    """Doc."""\n    return a\n'],
  ["a docstring removed", 'def f(a):\n    """Doc."""\n    return a\n', F],
  ["a docstring changed", 'def f(a):\n    """A."""\n    return a\n', "def f(a):\n    'B'\n    return a\n"],
  [
    "a docstring of several lines",
    F,
    'def f(a):\n    """Doc.\n\n    More:\n        x\n    """\n\n    return a\n',
  ],
  ["a raw docstring", F, 'def f(a):\n    r"""\\d"""\n    return a\n'],
  ["a unicode docstring", F, 'def f(a):\n    u"""d"""\n    return a\n'],
  ["a docstring in two pieces", F, "def f(a):\n    'a' \"b\"\n    return a\n"],
  ["a docstring in parentheses", F, "def f(a):\n    ('a'\n        'b')\n    return a\n"],
  ["a docstring and code on one line", F, 'def f(a):\n    """Doc."""; return a\n'],
  ["a docstring with a semicolon", F, 'def f(a):\n    """Doc.""";\n    return a\n'],
  ["a docstring that shows code", F, 'def f(a):\n    """\n    return b\n    """\n    return a\n'],
  ["a docstring with a hash", F, 'def f(a):\n    """# not a comment"""\n    return a\n'],
  ["an empty docstring", F, 'def f(a):\n    ""\n    return a\n'],
  ["a class docstring", "class A:\n    x = 1\n", 'class A:\n    """Doc."""\n\n    x = 1\n'],
  ["a module docstring", F, `"""Doc."""\n${F}`],
  [
    "a module docstring before a future import",
    "from __future__ import annotations\n",
    '"""D."""\nfrom __future__ import annotations\n',
  ],
  [
    "a module docstring with a semicolon before a future import",
    "from __future__ import annotations\n",
    "'D.';\nfrom __future__ import annotations\n",
  ],
  ["a docstring below the shebang", `#!/bin/python\n${F}`, `#!/bin/python\n"""Doc."""\n${F}`],
  [
    "an async function's docstring",
    "async def f():\n    await x\n",
    "async def f():\n    'd'\n    await x\n",
  ],
  ["a decorated function's docstring", `@a\n${F}`, "@a\ndef f(a):\n    'd'\n    return a\n"],
  [
    "a nested function's docstring",
    "def f():\n    def g():\n        x\n    y\n",
    "def f():\n    def g():\n        'd'\n        x\n    y\n",
  ],
  [
    "a docstring for a body on the header's line",
    "def f(a): return a\n",
    'def f(a):\n    """Doc."""\n    return a\n',
  ],
  ["a docstring on the header's line", "def f(a): return a\n", "def f(a): 'd'; return a\n"],
  ["a body of two statements on the header's line", "def f(): a; b\n", "def f():\n    'd'\n    a\n    b\n"],
  ["a class on one line", "class A: pass\n", "class A:\n    'd'\n"],
  ["pass replaced by a docstring", "def f():\n    pass\n", "def f():\n    'd'\n"],
  ["a docstring replaced by pass", "def f(): 'd'\n", "def f(): pass\n"],
  ["pass below a docstring that stood alone", "def f():\n    'd'\n", "def f():\n    'd'\n    pass\n"],
  ["a lambda in the header's annotation", "def f() -> lambda: 1: 'd'\n", "def f() -> lambda: 1: pass\n"],
  ["a comment line", F, `# note\n${F}`],
  ["a comment behind code", F, "def f(a):  # note\n    return a\n"],
  ["a comment within brackets", "x = [1, 2]\n", "x = [  # one\n    1,  # two\n    # three\n    2]\n"],
  ["a comment in an empty place", "", "# note\n"],
  ["a comment at the end without newline", "x = 1", "x = 1  # end"],
  ["a comment at odd indentation", "if x:\n    y\n    z\n", "if x:\n    y\n  # odd\n# odder\n    z\n"],
  ["a comment before a dedent", "if x:\n    y\nz\n", "if x:\n    y\n    # end\nz\n"],
  ["a comment between decorators", "@a\n@b\ndef f(): pass\n", "@a\n# why\n@b\ndef f(): pass\n"],
  ["a comment below a docstring", "def f():\n    'd'\n    x\n", "def f():\n    'd'\n    # c\n    x\n"],
  ["a comment that looks like a docstring", F, 'def f(a):\n    # """Doc."""\n    return a\n'],
  ["blank lines", F, "\n\ndef f(a):\n\n    return a\n\n\n"],
  ["a form feed", `x\n${F}`, `x\n\u000C\n${F}`],
  ["the newline at the end", "x = 1\n", "x = 1"],
  ["white space at line ends", "x = 1\ny = 2\n", "x = 1  \ny  =  2\t\n"],
  ["LF to CRLF", F, F.replaceAll("\n", "\r\n")],
  ["LF to lone CR", F, F.replaceAll("\n", "\r")],
  ["CRLF within a long string", 'x = """a\nb"""\n', 'x = """a\r\nb"""\r\n'],
  ["spaces to tabs", "if x:\n    y\n", "if x:\n\ty\n"],
  ["a docstring with tabs", "def f():\n\tx\n", "def f():\n\t'''\td\n\t'''\n\tx\n"],
  ["a docstring with CRLF", "def f():\r\n    x\r\n", "def f():\r\n    '''d\r\n    e'''\r\n    x\r\n"],
  ["a line joined by a backslash", "x = 1 + 2\n", "x = 1 + \\\n    2\n"],
  ["a trailing semicolon", "x = 1\n", "x = 1;\n"],
  ["two statements on two lines", "x = 1; y = 2\n", "x = 1\ny = 2\n"],
  ["a tab in a comment", "x\n", "x\t#\ty\n"],
];

const changed: readonly Case[] = [
  ["a name", F, "def f(b):\n    return b\n"],
  ["a number", "x = 1\n", "x = 2\n"],
  ["a number written otherwise", "x = 16\n", "x = 0x10\n"],
  ["a string", "x = 'a'\n", "x = 'b'\n"],
  ["a string's quotes", "x = 'a'\n", 'x = "a"\n'],
  ["white space in a string", "x = 'a b'\n", "x = 'a  b'\n"],
  ["text in a string that looks like a comment", 'x = """\n# a\n"""\n', 'x = """\n# b\n"""\n'],
  ["a comment line within a string", 'x = """\na\n"""\n', 'x = """\n# c\na\n"""\n'],
  ["text in a string that looks like a docstring", 'x = \'"""a"""\'\n', 'x = \'"""b"""\'\n'],
  ["code behind a module docstring", '"""doc"""; import os\n', '"""doc"""\n'],
  ["code behind a docstring", "def f():\n    'd'; a()\n", "def f():\n    'd'; b()\n"],
  ["two lines swapped", "a()\nb()\n", "b()\na()\n"],
  ["code put into a comment", "a()\nb()\n", "a()\n# b()\n"],
  ["a comment made code", "a()\n# b()\n", "a()\nb()\n"],
  ["code swallowed by a comment", "x = f(a, b)\n", "x = f(a,  # b)\n)\n"],
  [
    "code put into a docstring",
    "def f():\n    a()\n    return 1\n",
    "def f():\n    '''a()'''\n    return 1\n",
  ],
  ["a docstring below a statement", "def f():\n    'd'\n    x = 1\n", "def f():\n    x = 1\n    'd'\n"],
  ["a string that becomes the docstring", "x = 1\n'd'\n", "'d'\n"],
  [
    "a string that becomes the docstring of a function",
    "def f():\n    x\n    'd'\n    y\n",
    "def f():\n    'd'\n    y\n",
  ],
  ["the first of two strings removed", "def f():\n    'a'\n    'b'\n    x\n", "def f():\n    'b'\n    x\n"],
  ["a second string added", "def f():\n    'a'\n    x\n", "def f():\n    'a'\n    'b'\n    x\n"],
  ["a string behind an attribute", "class A:\n    x = 1\n", "class A:\n    x = 1\n    'about x'\n"],
  ["an f-string as docstring", F, "def f(a):\n    f'd'\n    return a\n"],
  ["bytes as docstring", F, "def f(a):\n    b'd'\n    return a\n"],
  ["a tuple as docstring", F, "def f(a):\n    'd',\n    return a\n"],
  ["a docstring with a call", F, "def f(a):\n    'd'.strip()\n    return a\n"],
  ["a docstring in pieces, one an f-string", F, "def f(a):\n    'd' f'e'\n    return a\n"],
  ["a formatted docstring", F, "def f(a):\n    'd' % a\n    return a\n"],
  ["a string in an if", "if x:\n    y\n", "if x:\n    'd'\n    y\n"],
  ["pass became dots", "def f():\n    pass\n", "def f():\n    ...\n"],
  ["a docstring became dots", "def f():\n    'd'\n", "def f():\n    ...\n"],
  ["dots replaced by a docstring", "def f(): ...\n", "def f():\n    'd'\n"],
  ["a second pass", "def f():\n    'd'\n    pass\n", "def f():\n    'd'\n    pass\n    pass\n"],
  ["indentation that moves a statement", "if x:\n    a\nb\n", "if x:\n    a\n    b\n"],
  [
    "indentation that moves a docstring",
    "class A:\n    x\n    def f(): pass\n",
    "class A:\n    x\n'd'\ndef f(): pass\n",
  ],
  [
    "an else of another if",
    "if a:\n    if b:\n        c\nelse:\n    d\n",
    "if a:\n    if b:\n        c\n    else:\n        d\n",
  ],
  ["a decorator", F, `@a\n${F}`],
  ["async", "def f(): x\n", "async def f(): x\n"],
  ["a default", "def f(a=1): x\n", "def f(a=2): x\n"],
  ["an annotation", "def f(a): x\n", "def f(a: int): x\n"],
  ["parentheses", "x = a\n", "x = (a)\n"],
  ["a trailing comma", "x = [1]\n", "x = [1,]\n"],
  ["an operator split", "x = a ** b\n", "x = a * -b\n"],
  ["a minus", "x = a - b\n", "x = a -- b\n"],
  ["a function added", F, `${F}def g(): pass\n`],
  ["a function removed", `${F}def g(): pass\n`, F],
  ["everything removed", F, ""],
  ["everything commented out", F, "# def f(a):\n#     return a\n"],
  ["an import added", F, `import os\n${F}`],
  ["an encoding cookie added", "x = 1\n", "# -*- coding: utf-8 -*-\nx = 1\n"],
  ["an encoding cookie removed", "# coding: utf-8\nx = 1\n", "x = 1\n"],
  ["an encoding cookie pushed down", "# coding: utf-8\nx = 1\n", "# a\n# b\n# coding: utf-8\nx = 1\n"],
  ["a byte order mark", "x = 1\n", "\uFEFFx = 1\n"],
  ["a match that becomes a call", "match (x):\n    case 1: pass\n", "match (x)\n"],
];

const invalid: readonly Case[] = [
  ["a docstring above its body's level", F, "def f(a):\n  'd'\n    return a\n"],
  ["a docstring without indentation", F, "def f(a):\n'd'\n    return a\n"],
  ["a docstring never closed", F, 'def f(a):\n    """d\n    return a\n'],
  ["a comment behind a backslash", "x = \\\n1\n", "x = \\ # why\n1\n"],
  ["a comment that swallows a bracket", "x = f(a)\n", "x = f(a # )\n"],
  ["a docstring with mixed tabs and spaces", "def f():\n        x\n", "def f():\n\t'd'\n        x\n"],
  ["a body taken away", "def f():\n    'd'\n", "def f():\n"],
  ["a body made a comment", "def f():\n    pass\n", "def f():\n    # pass\n"],
  [
    "statement before a future import",
    "from __future__ import annotations\n",
    "x\nfrom __future__ import annotations\n",
  ],
  [
    "a second docstring before a future import",
    "'a'\nfrom __future__ import annotations\n",
    "'b'\n'a'\nfrom __future__ import annotations\n",
  ],
  ["a NUL character", "x = 1\n", "x = 1 # \u0000\n"],
  ["a docstring that ends too early", F, 'def f(a):\n    """d"""x"""\n    return a\n'],
  ["a wrong escape", F, "def f(a):\n    '\\x'\n    return a\n"],
];

describe("the same code", () => {
  test.each(same)("%s", (_, before, after) => {
    expect(outcome(compare(before, after))).toBe("same");
    expect(outcome(compare(after, before))).toBe("same");
  });
});

describe("other code", () => {
  test.each(changed)("%s", (_, before, after) => {
    expect(outcome(compare(before, after))).toBe("code-changed");
  });
});

describe("no longer valid", () => {
  test.each(invalid)("%s", (_, before, after) => {
    expect(outcome(compare(before, after))).toBe("now-invalid");
  });
});

describe("which docstrings changed", () => {
  test("each definition by name and ordinal, the module as an empty name", () => {
    const before =
      "def f(): x\nclass A:\n    'a'\n    def f(self): x\n    def f(self):\n        'old'\n        y\n";
    const after =
      "'m'\ndef f():\n    'f'\n    x\nclass A:\n    def f(self): x\n    def f(self):\n        'new'\n        y\n";
    expect(compare(before, after)).toMatchObject({
      docstrings: [
        { qualifiedName: "", ordinal: 0, change: "added" },
        { qualifiedName: "f", ordinal: 0, change: "added" },
        { qualifiedName: "A", ordinal: 0, change: "removed" },
        { qualifiedName: "A.f", ordinal: 1, change: "changed" },
      ],
    });
  });
});

describe("which comments changed", () => {
  test.each<readonly [string, string, string, readonly string[]]>([
    ["added among others", "# a\n# b\nx\n", "# a\n# new\n# b\nx\n", ["added 2 # new"]],
    ["removed among others", "# a\n# b\n# c\nx\n", "# a\n# c\nx\n", ["removed 2 # b"]],
    ["changed", "x  # a\n", "x  # b\n", ["changed 1 # b"]],
    ["one of several alike", "# a\nx\n# a\ny\n", "# a\nx\n# a\n# a\ny\n", ["added 4 # a"]],
    ["moved to another statement", "# a\nx\ny\n", "x\n# a\ny\n", ["removed 1 # a", "added 2 # a"]],
    ["with blanks at its end", "x  # noqa\t \n# a\ny\n", "x  # noqa\n# a  \ny\n", []],
    ["moved within its place", "x\n\n# a\ny\n", "x\n# a\n\ny\n", []],
    [
      "from a body on the header's line",
      "def f(): x  # a\n# b\ny\n",
      "def f():\n    'd'\n    x  # a\n# b\ny\n",
      [],
    ],
    ["below a docstring", "def f():\n    # a\n    x\n", "def f():\n    'd'\n    # a\n    x\n", []],
    ["a directive added", "x\n", "x  # type: ignore\n", ["added 1 # type: ignore !"]],
    ["a directive made a note", "x  # noqa: E501\n", "x  # fine\n", ["changed 1 # fine !"]],
    [
      "a directive that moved",
      "x  # noqa\ny\n",
      "x\ny  # noqa\n",
      ["removed 1 # noqa !", "added 2 # noqa !"],
    ],
    [
      "a directive behind another comment",
      "x\n",
      "x  # why # pragma: no cover\n",
      ["added 1 # why # pragma: no cover !"],
    ],
    [
      "the shebang pushed down",
      "#!/bin/sh\nx\n",
      "# a\n#!/bin/sh\nx\n",
      ["changed 1 # a !", "added 2 #!/bin/sh !"],
    ],
    ["the shebang removed", "#!/bin/sh\nx\n", "x\n", ["removed 1 #!/bin/sh !"]],
    ["fmt: off", "x\n", "# fmt: off\nx\n", ["added 1 # fmt: off !"]],
    [
      "no directive",
      "x\n",
      "# the type of x, see noqa-docs\nx\n",
      ["added 1 # the type of x, see noqa-docs"],
    ],
  ])("%s", (_, before, after, expected) => {
    expect(commentsOf(compare(before, after))).toEqual(expected);
  });
});

describe("a file that was not valid before", () => {
  const python2 = 'print "a"\ndef f():\n    """\n# text\n    """\n    print "b"\n';

  test.each<readonly [string, string, string]>([
    ["a comment line added", python2.replace("def", "# note\ndef"), "same"],
    ["a comment behind code", python2.replace('"b"', '"b"  # note'), "same"],
    ["a comment line within a string", python2.replace('"b"', '"b", """\n# text\n"""'), "code-changed"],
    ["a second docstring", python2.replace('    """', '    "d"\n    """'), "code-changed"],
    ["another docstring", python2.replace("# text", "text"), "same"],
    ["a statement indented otherwise", python2.replace('    print "b"', '  print "b"'), "code-changed"],
    ["code", python2.replace('"b"', '"c"'), "code-changed"],
    ["made valid", python2.replaceAll(/print (".")/g, "print($1)"), "code-changed"],
  ])("%s", (_, after, expected) => {
    expect(outcome(compare(python2, after))).toBe(expected);
  });

  test.each<readonly [string, string, string, string]>([
    ["backticks", "print `a`\n", "# `a`\nprint `a`  # b\n", "same"],
    ["backticks, and code", "print `a`\n", "print `a`, b\n", "code-changed"],
    ["mixed tabs", "if a:\n        print b\n\tc\n", "if a:\n        print b\n\tc  # d\n", "same"],
    [
      "a string behind many backticks",
      `${"`a`\n".repeat(30)}'x\n`,
      `${"`a`\n".repeat(30)}'x # y\n`,
      "code-changed",
    ],
    ["a header without a body", "print a\ndef f():\nb\n", "print a\ndef f():\n# c\nb\n", "same"],
    ["a docstring below it", "print a\ndef f():\nb\n", "print a\ndef f():\n    'd'\nb\n", "code-changed"],
  ])("%s", (_, before, after, expected) => {
    expect(outcome(compare(before, after))).toBe(expected);
  });

  test("a comment line is reported", () => {
    expect(compare(python2, `# noqa\n${python2}`)).toMatchObject({
      comments: [{ change: "added", line: 1, text: "# noqa", directive: true }],
    });
  });

  test("nothing may change where not even strings close", () => {
    expect(outcome(compare("x = '''\n# a\n", "x = '''\n# a\n# b\n"))).toBe("code-changed");
    expect(outcome(compare("x = (\n", "x = (\n"))).toBe("same");
  });
});

test("the first line that differs is named", () => {
  expect(compare("a = 1\nb = 2\nc = 3\n", "# n\na = 1\nb = 5\nc = 3\n")).toEqual({
    same: false,
    reason: "code-changed",
    line: 3,
    detail: "`2` became `5`",
  });
});

test("another encoding is other code", () => {
  const before = decode(Buffer.from("# coding: latin-1\nx = 'é'\n", "latin1"));
  const after = decode(Buffer.from("# coding: cp1252\nx = 'é'\n", "latin1"));
  expect(outcome(python.sameCode(before, after))).toBe("code-changed");
});
