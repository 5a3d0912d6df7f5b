"""Texts for comments and docstrings, among them those that look like something else."""

from random import Random

COMMENTS = [
    "# note",
    "#",
    "#no blank",
    "#\ttab\there",
    "# x = 1",
    "# import os",
    "# return None",
    '# """not a docstring"""',
    "# '''",
    "# an 'odd quote and \" another",
    "# ends in a backslash \\",
    "# (unclosed [ brackets {",
    "# ) ] }",
    "# def f(): pass",
    "# # twice",
    "# see the types in noqa-docs",
    "# see PEP 8: https://example.org/#anchor",
    "# else:",
    "# f'{x}'",
    "#  \f form feed",
    "# naïve: “quotes”, 日本語, 🙂",
    "# next\u2028line\u0085separators",
    "# -*- mode: python -*-",
    "# TODO(someone): later",
    "# 100 %s {0} $x",
]

#: Comments that steer a tool or the language; where a line must be the first, the generator sees to it.
DIRECTIVES = [
    "# type: ignore",
    "# type: (int) -> str",
    "# type:ignore[attr-defined]",
    "# noqa",
    "# noqa: E501,F401",
    "#noqa",
    "# NOQA:E501",
    "# pragma: no cover",
    "# pragma: no branch",
    "# fmt: off",
    "# fmt: on",
    "# fmt: skip",
    "# pylint: disable=invalid-name",
    "# mypy: ignore-errors",
    "# pyright: ignore",
    "# pyright: basic",
    "# isort: skip",
    "# isort:skip_file",
    "# ruff: noqa",
    "# flake8: noqa",
    "# yapf: disable",
    "# autopep8: off",
    "# nosec",
    "# nosec B101",
    "# cython: language_level=3",
    "# doctest: +SKIP",
    "# why not  # noqa: E731",
    "# nopep8",
    "# pyre-ignore[7]",
    "# noinspection PyUnresolvedReferences",
]

SENTENCES = [
    "Doc.",
    "Return the value.",
    "It's one \"quoted\" word.",
    "x = 1",
    "# not a comment",
    "import os; raise SystemExit",
    ":param x: the x",
    ">>> f(1)",
    "naïve 日本語 🙂",
    "def f():",
    "%s {0} {x!r}",
    "tab\there",
    "",
    " ",
    "ends with a word",
]

ESCAPES = ["\\n", "\\t", "\\x41", "\\u00e9", "\\N{BULLET}", "\\101", "\\\\", "\\'", '\\"', "\\\n", "\\d"]


def comment(random: Random, encoding: str) -> str:
    return encodable(random, COMMENTS, encoding)


def directive(random: Random) -> str:
    return random.choice(DIRECTIVES)


def encodable(random: Random, choices: list[str], encoding: str) -> str:
    text = random.choice(choices)
    try:
        text.encode(encoding)
        return text
    except UnicodeError:
        return choices[0]


def docstring(random: Random, indent: str, encoding: str) -> str:
    """A docstring in any of the ways that Python has to write one, as an expression."""
    shape = random.randrange(8)
    if shape == 0:
        separator = random.choice([" ", "", " \\\n" + indent])
        return separator.join(one_line(random, encoding) for _ in range(random.choice([2, 3])))
    if shape == 1:
        separator = random.choice([" ", "\n", "\n" + indent + "  ", "  # part\n  "])
        inside = separator.join(one_line(random, encoding) for _ in range(random.choice([1, 2])))
        return f"({inside})" if random.random() < 0.7 else f"(({inside}\n))"
    if shape < 4:
        return one_line(random, encoding)
    return several_lines(random, indent, encoding)


def prefix(random: Random) -> str:
    return random.choice(["", "", "", "r", "R", "u", "U"])


def one_line(random: Random, encoding: str) -> str:
    before = prefix(random)
    quote = random.choice(["'", '"', "'''", '"""'])
    text = encodable(random, SENTENCES, encoding)
    if before not in "rR" or before == "":
        text += random.choice(["", "", random.choice(ESCAPES)])
    return before + quote + fit(text, quote) + quote


def several_lines(random: Random, indent: str, encoding: str) -> str:
    before = prefix(random)
    quote = random.choice(["'''", '"""', '"""'])
    lines = [encodable(random, SENTENCES, encoding) for _ in range(random.randint(2, 5))]
    margin = random.choice([indent, indent, indent, "", indent + "  ", "\t"])
    end = random.choice(["\n" + indent, "", "\n"])
    return before + quote + fit(("\n" + margin).join(lines), quote) + end + quote


def fit(text: str, quote: str) -> str:
    """Takes out what would end the literal too early."""
    text = text.replace(quote[0], "`") if quote in text or text.endswith(quote[0]) or len(quote) == 1 else text
    return text + "." if text.endswith("\\") and not text.endswith("\\\\") else text
