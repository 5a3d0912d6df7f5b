"""Other definitions: decorators, parameters, annotations, bases, names."""

import ast
import re
from random import Random

from documentation import first_of
from mutants import Edits, mutant, pick
from source import Edit, Source


def decorated(source: Source):
    return [n for n in source.scopes if n.decorator_list]


@mutant
def decorator_added(source: Source, random: Random) -> Edits:
    node = pick(random, source.scopes)
    if node is None:
        return None
    start = first_of(source, node)
    indent = source.text[source.line_start(start) : start]
    return [Edit(start, start, f"@{random.choice(['staticmethod', 'cache', 'a.b(c)'])}\n{indent}")] if indent.strip() == "" else None


@mutant
def decorator_removed(source: Source, random: Random) -> Edits:
    node = pick(random, decorated(source))
    if node is None:
        return None
    decorator = random.choice(node.decorator_list)
    start = source.text.rindex("@", 0, source.start_of(decorator))
    return [Edit(source.line_start(start), source.next_line(source.end_of(decorator)), "")]


@mutant
def decorators_reordered(source: Source, random: Random) -> Edits:
    node = pick(random, [n for n in decorated(source) if len(n.decorator_list) > 1])
    if node is None:
        return None
    (a, b), (c, d) = [(source.start_of(n), source.end_of(n)) for n in node.decorator_list[:2]]
    return [Edit(a, b, source.text[c:d]), Edit(c, d, source.text[a:b])]


def defaults(source: Source) -> list[ast.expr]:
    found = [n for n in ast.walk(source.tree) if isinstance(n, ast.arguments)]
    return [d for n in found for d in [*n.defaults, *n.kw_defaults] if d is not None]


@mutant
def default_changed(source: Source, random: Random) -> Edits:
    node = pick(random, defaults(source))
    return node and [Edit(source.start_of(node), source.end_of(node), random.choice(["None", "0", "()", "'x'", "[]"]))]


@mutant
def default_removed(source: Source, random: Random) -> Edits:
    node = pick(random, defaults(source))
    if node is None:
        return None
    equals = source.text.rindex("=", 0, source.start_of(node))
    return [Edit(equals, source.end_of(node), "")]


def parameters(source: Source) -> list[ast.arg]:
    return [n for n in ast.walk(source.tree) if isinstance(n, ast.arg)]


@mutant
def parameter_renamed(source: Source, random: Random) -> Edits:
    node = pick(random, parameters(source))
    return node and [Edit(source.start_of(node), source.start_of(node), "x_")]


@mutant
def parameter_added(source: Source, random: Random) -> Edits:
    node = pick(random, parameters(source))
    return node and [Edit(source.start_of(node), source.start_of(node), random.choice(["x_, ", "*, ", "/, ", "*x_, "]))]


@mutant
def annotation_changed(source: Source, random: Random) -> Edits:
    nodes = [n.annotation for n in ast.walk(source.tree) if isinstance(n, (ast.arg, ast.AnnAssign)) and n.annotation is not None]
    nodes += [n.returns for n in ast.walk(source.tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)) and n.returns is not None]
    node = pick(random, nodes)
    if node is None:
        return None
    start, end = source.start_of(node), source.end_of(node)
    if random.random() < 0.3:
        colon = max(source.text.rfind(":", 0, start), source.text.rfind("->", 0, start))
        return [Edit(colon, end, "")]
    return [Edit(start, end, random.choice(["Any", "'Any'", f"list[{source.text[start:end]}]", f"{source.text[start:end]} | None"]))]


@mutant
def async_changed(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in source.code if t.text in ("async", "def", "for", "with", "await")])
    if token is None:
        return None
    if token.text in ("async", "await"):
        return [Edit(token.start, token.end + 1, "")]
    return [Edit(token.start, token.start, "async ")]


@mutant
def base_changed(source: Source, random: Random) -> Edits:
    node = pick(random, [n for n in ast.walk(source.tree) if isinstance(n, ast.ClassDef)])
    if node is None:
        return None
    if node.bases:
        base = random.choice(node.bases)
        return [Edit(source.start_of(base), source.end_of(base), random.choice(["object", "Exception", "A, B"]))]
    at = re.compile(r"class\s+\w+").match(source.text, source.start_of(node))
    return at and [Edit(at.end(), at.end(), "(Base)")]


@mutant
def definition_renamed(source: Source, random: Random) -> Edits:
    node = pick(random, source.scopes)
    if node is None:
        return None
    at = re.compile(r"(?:async\s+)?(?:def|class)\s+(?=\w)").match(source.text, source.start_of(node))
    return at and [Edit(at.end(), at.end(), "renamed_")]


@mutant
def definition_added(source: Source, random: Random) -> Edits:
    node = pick(random, source.scopes)
    if node is None:
        return None
    start = first_of(source, node)
    indent = source.text[source.line_start(start) : start]
    text = random.choice(["def added(): pass", 'def added():\n{0}    """Doc."""', "class Added: ...", "x_ = 1"]).format(indent)
    return [Edit(start, start, f"{text}\n{indent}")] if indent.strip() == "" else None
