"""Edits of code: what must be graded as other code. The oracle says of each whether the tree differs and still compiles."""

import ast
import re
from random import Random

from documentation import documented, statement_span
from source import Edit, Source, Token

OPERATORS = [
    ["+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "<<", ">>"],
    ["==", "!=", "<", "<=", ">", ">="],
    ["+=", "-=", "*=", "/=", "//=", "%=", "|=", "&=", "^=", "<<=", ">>=", "**=", "@=", "="],
    ["and", "or"],
    ["is", "in"],
    ["~", "-", "+", "not "],
    ["True", "False", "None", "..."],
    ["break", "continue", "pass"],
    ["return", "yield", "raise", "await", "del"],
    ["global", "nonlocal"],
    ["if", "while"],
    ["any", "all"],
    ["(", "["],
    [".", ","],
    [":", ",", "="],
]
KEYWORDS = set("and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield True False None".split())  # fmt: skip


Edits = list[Edit] | None
MUTANTS = []


def mutant(make):
    MUTANTS.append(make)
    return make


def pick(random: Random, items: list):
    return random.choice(items) if items else None


def replaced(token: Token, text: str) -> list[Edit]:
    return [Edit(token.start, token.end, text)]


def swap_within(source: Source, random: Random, group: list[str]) -> list[Edit] | None:
    token = pick(random, [t for t in source.code if t.text in group])
    return token and replaced(token, random.choice([text for text in group if text != token.text]))


@mutant
def arithmetic_operator(source: Source, random: Random) -> Edits:
    return swap_within(source, random, OPERATORS[0])


@mutant
def comparison_operator(source: Source, random: Random) -> Edits:
    return swap_within(source, random, OPERATORS[1])


@mutant
def assignment_operator(source: Source, random: Random) -> Edits:
    return swap_within(source, random, OPERATORS[2])


@mutant
def word_operator(source: Source, random: Random) -> Edits:
    return swap_within(source, random, random.choice(OPERATORS[3:5]))


@mutant
def constant_word(source: Source, random: Random) -> Edits:
    return swap_within(source, random, OPERATORS[6])


@mutant
def flow_word(source: Source, random: Random) -> Edits:
    return swap_within(source, random, random.choice(OPERATORS[7:11]))


@mutant
def punctuation(source: Source, random: Random) -> Edits:
    return swap_within(source, random, random.choice(OPERATORS[13:]))


@mutant
def not_added(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in source.code if t.text in ("if", "while", "and", "or", "return", "assert")])
    return token and [Edit(token.end, token.end, " not")]


@mutant
def not_removed(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in source.code if t.text == "not"])
    return token and replaced(token, "")


@mutant
def minus_added(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in source.code if t.kind == "NUMBER"])
    return token and [Edit(token.start, token.start, random.choice(["-", "+", "~"]))]


def names(source: Source) -> list[Token]:
    return [t for t in source.code if t.kind == "NAME" and t.text not in KEYWORDS]


@mutant
def name(source: Source, random: Random) -> Edits:
    found = names(source)
    token = pick(random, found)
    return token and replaced(token, random.choice([token.text + "_", "_" + token.text, random.choice(found).text, token.text.swapcase()]))


@mutant
def look_alike_name(source: Source, random: Random) -> Edits:
    """One letter of another alphabet that looks the same."""
    pairs = {"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "x": "х"}
    token = pick(random, [t for t in names(source) if any(c in pairs for c in t.text)])
    if token is None:
        return None
    letter = random.choice([c for c in token.text if c in pairs])
    return replaced(token, token.text.replace(letter, pairs[letter], 1))


@mutant
def attribute(source: Source, random: Random) -> Edits:
    found = [b for a, b in zip(source.code, source.code[1:]) if a.text == "." and b.kind == "NAME"]
    token = pick(random, found)
    return token and replaced(token, random.choice([token.text + "_", random.choice(found).text]))


@mutant
def keyword_name(source: Source, random: Random) -> Edits:
    node = pick(random, [n for n in ast.walk(source.tree) if isinstance(n, ast.keyword) and n.arg])
    if node is None:
        return None
    start = source.start_of(node)
    return [Edit(start, start, random.choice(["x", "_"]))]


@mutant
def number(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in source.code if t.kind == "NUMBER"])
    return token and replaced(token, random.choice([token.text + "0", "7", "0", "1.5", "1j", "0x7", token.text + "_0"]))


def plain_strings(source: Source) -> list[Token]:
    """Not docstrings."""
    taken = []
    for node in documented(source):
        taken.append(statement_span(source, node.body[0]))
    strings = [t for t in source.code if t.kind == "STRING"]
    return [t for t in strings if not any(start <= t.start < end for start, end in taken)]


def is_formatted(token: Token) -> bool:
    return re.match(r"[rR]?[fFtT][rR]?['\"]", token.text) is not None


def within(token: Token, random: Random, added: str) -> list[Edit] | None:
    quote = re.match(r"\w*('''|\"\"\"|'|\")", token.text)
    at = random.randint(quote.end(), len(token.text) - len(quote.group(1)))
    return [Edit(token.start + at, token.start + at, added)]


@mutant
def string_content(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in plain_strings(source) if not is_formatted(t)])
    return token and within(token, random, random.choice(["x", " ", "#", "%s", "\t", ".", "\\n"]))


@mutant
def string_white_space(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in plain_strings(source) if " " in t.text])
    if token is None:
        return None
    at = token.start + random.choice([i for i, c in enumerate(token.text) if c == " "])
    return [Edit(at, at + 1, random.choice(["", "  ", "\t"]))]


@mutant
def string_prefix(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in source.code if t.kind == "STRING"])
    if token is None:
        return None
    bare = token.text.lstrip("rRbBuUfFtT")
    return replaced(token, random.choice(["b", "r", "f", "rb", "u", ""]) + bare)


@mutant
def comment_line_within_string(source: Source, random: Random) -> Edits:
    """What looks like a comment line in the middle of a string that is no docstring."""
    token = pick(random, [t for t in plain_strings(source) if "\n" in t.text and t.text.lstrip("rRuUbB")[:3] in ('"""', "'''")])
    if token is None:
        return None
    breaks = [m.end() for m in re.finditer(r"\r\n|\r|\n", token.text)]
    at = token.start + random.choice(breaks)
    return [Edit(at, at, random.choice(["# a comment\n", "    # a comment\n", "\n"]))]


@mutant
def formatted_text(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in source.code if t.kind == "STRING" and is_formatted(t)])
    return token and within(token, random, random.choice(["x", "{{", " ", "{0}", "!r", ":>3"]))


@mutant
def formatted_field(source: Source, random: Random) -> Edits:
    tokens = [t for t in source.code if t.kind == "STRING" and is_formatted(t) and re.search(r"(?<!\{)\{\w", t.text)]
    token = pick(random, tokens)
    if token is None:
        return None
    at = token.start + random.choice([m.start() + 1 for m in re.finditer(r"(?<!\{)\{\w", token.text)])
    return [Edit(at, at, random.choice(["_", "not ", "-", "x."]))]


@mutant
def format_marker(source: Source, random: Random) -> Edits:
    """`f` taken from a formatted string, or given to a plain one."""
    token = pick(random, [t for t in plain_strings(source) if "{" in t.text])
    if token is None:
        return None
    return replaced(token, re.sub(r"^([rR]?)[fF]([rR]?)", r"\1\2", token.text) if is_formatted(token) else "f" + token.text)
