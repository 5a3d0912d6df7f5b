"""Other statements: their order, place, number, and whether they are code at all."""

import ast
import re
from random import Random

from documentation import COMPOUND, blocks, first_of, statement_span
from mutants import Edits, mutant, pick
from source import Edit, Source


def pairs(source: Source, wanted) -> list[tuple[ast.stmt, ast.stmt]]:
    return [(a, b) for block in blocks(source.tree) for a, b in zip(block, block[1:]) if wanted(a) and wanted(b)]


def is_simple(node: ast.stmt) -> bool:
    return not isinstance(node, COMPOUND)


@mutant
def statements_swapped(source: Source, random: Random) -> Edits:
    pair = pick(random, pairs(source, is_simple))
    if pair is None:
        return None
    first, second = statement_span(source, pair[0]), statement_span(source, pair[1])
    return [Edit(*first, source.text[slice(*second)]), Edit(*second, source.text[slice(*first)])]


@mutant
def definitions_swapped(source: Source, random: Random) -> Edits:
    pair = pick(random, pairs(source, lambda n: isinstance(n, COMPOUND)))
    if pair is None:
        return None
    (a, b), (c, d) = [(first_of(source, n), source.end_of(n)) for n in pair]
    return [Edit(a, b, source.text[c:d]), Edit(c, d, source.text[a:b])]


def full_lines(source: Source, statement: ast.stmt) -> tuple[int, int] | None:
    """The lines of a statement that shares them with no other."""
    start, end = (first_of(source, statement), source.end_of(statement)) if not is_simple(statement) else statement_span(source, statement)
    head = source.text[source.line_start(start) : start]
    tail = source.text[end : source.line_end(end)]
    if head.strip(" \t") != "" or tail.strip() != "" and not tail.lstrip().startswith("#"):
        return None
    return source.line_start(start), source.next_line(end) if end < len(source.text) else end


def lines_of_some(source: Source, random: Random, wanted=is_simple):
    for _ in range(8):
        block = pick(random, blocks(source.tree))
        if block is None:
            return None
        statement = random.choice(block)
        lines = full_lines(source, statement) if wanted(statement) else None
        if lines is not None:
            return block, statement, lines
    return None


@mutant
def line_moved(source: Source, random: Random) -> Edits:
    found = lines_of_some(source, random)
    if found is None:
        return None
    _, statement, (start, end) = found
    indent = source.text[start : source.start_of(statement)].rstrip("(")
    joints = [source.starts[n - 1] for n in source.joints() if not start <= source.starts[n - 1] <= end]
    near = [j for j in joints if abs(source.line_of(j) - source.line_of(start)) < 12]
    at = pick(random, near)
    text = source.text[start:end]
    if at is None or not text.endswith(("\n", "\r")):
        return None
    other = re.match(r"[ \t]*", source.text[at:]).group()
    return [Edit(start, end, ""), Edit(at, at, (text if random.random() < 0.5 else other + text[len(indent) :]).replace("\r\n", "\n").replace("\r", "\n"))]


@mutant
def line_deleted(source: Source, random: Random) -> Edits:
    found = lines_of_some(source, random)
    return found and [Edit(*found[2], "")]


@mutant
def line_doubled(source: Source, random: Random) -> Edits:
    found = lines_of_some(source, random)
    if found is None:
        return None
    start, end = found[2]
    text = source.text[start:end]
    return [Edit(start, start, text)] if text.endswith(("\n", "\r")) else None


@mutant
def block_deleted(source: Source, random: Random) -> Edits:
    found = lines_of_some(source, random, lambda n: not is_simple(n))
    return found and [Edit(*found[2], "")]


@mutant
def commented_out(source: Source, random: Random) -> Edits:
    found = lines_of_some(source, random, lambda n: True)
    if found is None:
        return None
    start, end = found[2]
    lines = range(source.line_of(start), source.line_of(max(start, end - 1)) + 1)
    mark = random.choice(["# ", "#"])
    return [Edit(source.starts[n - 1], source.starts[n - 1], mark) for n in lines]


@mutant
def rest_commented_out(source: Source, random: Random) -> Edits:
    """A `#` in the middle of a line of code, as in `f(a, # b)`."""
    token = pick(random, source.code)
    return token and [Edit(token.start, token.start, "# ")]


@mutant
def uncommented(source: Source, random: Random) -> Edits:
    own = [c for c in source.comments if source.indent_at(c.start) == source.text[source.line_start(c.start) : c.start]]
    own = [c for c in own if c.depth == 0 and is_program(c.text.lstrip("#").strip())]
    comment = pick(random, own)
    if comment is None:
        return None
    after = source.code_after(comment.start)
    indent = source.indent_at(after.start) if after else ""
    return [Edit(source.line_start(comment.start), comment.end, indent + comment.text.lstrip("#").strip())]


def is_program(text: str) -> bool:
    try:
        return len(ast.parse(text).body) > 0
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False


@mutant
def moved_out_of_block(source: Source, random: Random) -> Edits:
    """The last statement of a block, one level out."""
    found = lines_of_some(source, random)
    if found is None or found[0][-1] is not found[1] or len(found[0]) < 2:
        return None
    start = found[2][0]
    indent = source.indent_at(source.start_of(found[1]))
    outer = [i for i in levels(source) if len(i) < len(indent) and indent.startswith(i)]
    return [Edit(start, start + len(indent), max(outer, key=len))] if outer else None


@mutant
def moved_into_block(source: Source, random: Random) -> Edits:
    """The statement after a block, to its end."""
    candidates = [
        (a, b) for block in blocks(source.tree) for a, b in zip(block, block[1:]) if not is_simple(a) and is_simple(b) and full_lines(source, b)
    ]
    pair = pick(random, candidates)
    if pair is None:
        return None
    last = pair[0]
    while not is_simple(last):
        last = last.cases[-1] if isinstance(last, ast.Match) else last
        last = (getattr(last, "finalbody", None) or getattr(last, "orelse", None) or last.body)[-1]
    start = full_lines(source, pair[1])[0]
    return [Edit(start, source.start_of(pair[1]), source.indent_at(source.start_of(last)))]


def levels(source: Source) -> set[str]:
    return {source.indent_at(t.start) for t in source.code if source.text[source.line_start(t.start) : t.start] == source.indent_at(t.start)}


@mutant
def random_line_reindented(source: Source, random: Random) -> Edits:
    found = lines_of_some(source, random, lambda n: True)
    if found is None:
        return None
    start = found[2][0]
    indent = source.indent_at(first_of(source, found[1]))
    return [Edit(start, start + len(indent), random.choice(sorted(levels(source) | {indent + "    ", indent + " ", "\t"})))]
