"""Other spellings of the same tree: not comments, not docstrings, and no change of what `ast` sees."""

import ast
import re
import unicodedata
from random import Random

from documentation import blocks, is_inline
from mutants import Edits, is_formatted, names, pick, plain_strings, replaced
from source import Edit, Source


def parentheses_added(source: Source, random: Random) -> Edits:
    nodes = [n for n in ast.walk(source.tree) if isinstance(n, (ast.Name, ast.Constant, ast.Call, ast.BinOp, ast.Compare)) and hasattr(n, "lineno")]
    nodes = [n for n in nodes if not isinstance(getattr(n, "ctx", None), (ast.Store, ast.Del))]
    node = pick(random, nodes)
    return node and [Edit(source.start_of(node), source.start_of(node), "("), Edit(source.end_of(node), source.end_of(node), ")")]


def parentheses_removed(source: Source, random: Random) -> Edits:
    node = pick(random, [n for n in ast.walk(source.tree) if isinstance(n, ast.expr)])
    if node is None:
        return None
    before, after = source.code_before(source.start_of(node)), source.code_after(source.end_of(node))
    if before is None or after is None or before.text != "(" or after.text != ")":
        return None
    return [Edit(before.start, before.end, " "), Edit(after.start, after.end, " ")]


def trailing_comma(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in source.code if t.text in (")", "]", "}")])
    if token is None:
        return None
    before = source.code_before(token.start)
    return replaced(before, "") if before.text == "," else [Edit(before.end, before.end, ",")]


def quotes_changed(source: Source, random: Random) -> Edits:
    token = pick(random, plain_strings(source))
    match = token and re.fullmatch(r"(\w*)('|\")([^'\"\\]*)\2", token.text)
    if not match:
        return None
    other = random.choice(["'", '"', "'''", '"""'])
    return replaced(token, match[1] + other + match[3] + other)


def string_split(source: Source, random: Random) -> Edits:
    token = pick(random, plain_strings(source))
    match = token and re.fullmatch(r"([bB]?)('|\")([^'\"\\{}]+)\2", token.text)
    if not match or is_formatted(token):
        return None
    prefix, quote, text = match[1], match[2], match[3]
    at = random.randint(0, len(text))
    return replaced(token, f"{prefix}{quote}{text[:at]}{quote} {prefix}{quote}{text[at:]}{quote}")


def strings_joined(source: Source, random: Random) -> Edits:
    pairs = [(a, b) for a, b in zip(source.code, source.code[1:]) if a.kind == b.kind == "STRING"]
    pair = pick(random, pairs)
    if pair is None or pair[0].text[0] != pair[1].text[0] or pair[0].text[0] not in "'\"" or pair[0].text[-1] != pair[1].text[0]:
        return None
    if pair[0].text.startswith(('"""', "'''")) or pair[1].text.startswith(('"""', "'''")):
        return None
    return [Edit(pair[0].end - 1, pair[1].start + 1, "")]


def escape_written(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in plain_strings(source) if t.text[0] in "'\"" and "\\" not in t.text])
    if token is None:
        return None
    spots = [i for i, c in enumerate(token.text) if c.isalnum()]
    if not spots:
        return None
    at = random.choice(spots)
    return [Edit(token.start + at, token.start + at + 1, random.choice(["\\x%02x", "\\u%04x"]) % ord(token.text[at]))] if ord(token.text[at]) < 256 else None


def number_spelled_otherwise(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in source.code if t.kind == "NUMBER"])
    if token is None:
        return None
    if re.fullmatch(r"[1-9]\d*", token.text):
        value = int(token.text)
        return replaced(token, random.choice([hex(value), bin(value), oct(value), f"{value:_}", hex(value).upper().replace("X", "x")]))
    if re.fullmatch(r"\d*\.\d+", token.text):
        return replaced(token, random.choice([token.text + "0", token.text + "e0", "0" + token.text]))
    return replaced(token, token.text.swapcase())


def name_spelled_otherwise(source: Source, random: Random) -> Edits:
    """Letters that Python reads as the same letter (NFKC)."""
    token = pick(random, [t for t in names(source) if re.search("[a-z]", t.text)])
    if token is None:
        return None
    letter = random.choice([c for c in token.text if "a" <= c <= "z"])
    wide = chr(0xFF41 + ord(letter) - ord("a"))
    assert unicodedata.normalize("NFKC", wide) == letter
    return replaced(token, token.text.replace(letter, wide, 1))


def body_on_its_own_line(source: Source, random: Random) -> Edits:
    """`if x: y` as a block, other than of a definition."""
    kinds = (ast.If, ast.For, ast.While, ast.With)
    nodes = [n for n in ast.walk(source.tree) if isinstance(n, kinds) and is_inline(source, n) and len(n.body) == 1 and not getattr(n, "orelse", None)]
    node = pick(random, nodes)
    if node is None:
        return None
    start = source.start_of(node.body[0])
    return [Edit(len(source.text[:start].rstrip(" \t")), start, f"\n{source.indent_at(source.start_of(node))}    ")]


def else_if(source: Source, random: Random) -> Edits:
    """`elif` as `else: if`, where it is the last branch and has simple lines."""
    for block in random.sample(found := blocks(source.tree), len(found)):
        for node in block:
            if not isinstance(node, ast.If) or len(node.orelse) != 1 or not isinstance(node.orelse[0], ast.If) or node.orelse[0].orelse:
                continue
            inner = node.orelse[0]
            start = source.start_of(inner)
            if not source.text.startswith("elif", start) or is_inline(source, inner) or '"""' in source.text[start : source.end_of(inner)]:
                continue
            indent = source.indent_at(start)
            edits = [Edit(start, start + 4, f"else:\n{indent} if")]
            lines = range(source.line_of(start) + 1, source.line_of(source.end_of(inner)) + 1)
            return edits + [Edit(source.starts[n - 1], source.starts[n - 1], " ") for n in lines]
    return None


def empty_parentheses(source: Source, random: Random) -> Edits:
    """`class A:` as `class A():`."""
    nodes = [n for n in ast.walk(source.tree) if isinstance(n, ast.ClassDef) and not n.bases and not n.keywords]
    node = pick(random, nodes)
    at = node and re.compile(r"class\s+\w+(\(\s*\))?").match(source.text, source.start_of(node))
    if not at:
        return None
    return [Edit(at.start(1), at.end(1), "")] if at[1] else [Edit(at.end(), at.end(), "()")]


def prefix_spelled_otherwise(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in source.code if t.kind == "STRING" and re.match("[rbfRBF]", t.text)])
    if token is None or any(token.start == source.start_of(n) for n in ast.walk(source.tree) if isinstance(n, ast.Expr)):
        return None
    return replaced(token, token.text[0].swapcase() + token.text[1:])


def blanks_in_a_field(source: Source, random: Random) -> Edits:
    """`f"{x}"` as `f"{ x }"`."""
    tokens = [t for t in source.code if t.kind == "STRING" and is_formatted(t) and re.search(r"(?<!\{)\{\w+\}(?!\})", t.text)]
    token = pick(random, tokens)
    if token is None:
        return None
    match = random.choice(list(re.finditer(r"(?<!\{)\{(\w+)\}(?!\})", token.text)))
    return [Edit(token.start + match.start(1), token.start + match.end(1), f" {match[1]} ")]


def encoding_cookie(source: Source, random: Random) -> Edits:
    """Added, or in another spelling; the text stays readable as before."""
    if source.encoding != "utf-8" or re.search(r"coding[:=]", source.text[:4096]):
        return None
    return [Edit(0, 0, random.choice(["# -*- coding: utf-8 -*-\n", "# coding: utf8\n", "# vim: set fileencoding=UTF-8 :\n"]))]


RESPELLINGS = [
    parentheses_added,
    parentheses_removed,
    trailing_comma,
    quotes_changed,
    string_split,
    strings_joined,
    escape_written,
    number_spelled_otherwise,
    name_spelled_otherwise,
    body_on_its_own_line,
    else_if,
    empty_parentheses,
    prefix_spelled_otherwise,
    blanks_in_a_field,
    encoding_cookie,
]
