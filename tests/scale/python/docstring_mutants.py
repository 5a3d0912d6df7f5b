"""Docstrings that are none, and code that hides among them."""

import ast
import re
from random import Random

import words
from documentation import body_top, documented, first_of, is_inline, statement_span
from mutants import Edits, mutant, pick
from oracle import is_docstring
from source import Edit, Source
from statement_mutants import is_simple, lines_of_some


@mutant
def docstring_became(source: Source, random: Random) -> Edits:
    """Formatted, bytes, a tuple, an expression."""
    node = pick(random, documented(source))
    if node is None:
        return None
    start, end = statement_span(source, node.body[0])
    text = source.text[start:end]
    bare = text.lstrip("rRuU(\n ")
    new = random.choice([f"f{bare}", f"b{bare}", f"rb{bare}", f"{text},", f"{text}.strip()", f"x_ = {text}", f"{text} % ()", f"({text}, )", f"{text} f''", f"[{text}]", "...", f"{text}; x_ = 1", f"{text}\\\n.a", f"not {text}"])
    return [Edit(start, end, new.replace("\r\n", "\n").replace("\r", "\n"))]


@mutant
def statement_before_docstring(source: Source, random: Random) -> Edits:
    node = pick(random, [n for n in documented(source) if not isinstance(n, ast.Module) and not is_inline(source, n)])
    if node is None:
        return None
    start = statement_span(source, node.body[0])[0]
    indent = source.text[source.line_start(start) : start]
    first = random.choice(["pass", "x_ = 1", "...", "''", "import os"])
    return [Edit(start, start, random.choice([f"{first}; ", f"{first}\n{indent}"]))] if indent.strip(" \t") == "" else None


@mutant
def statement_after_docstring(source: Source, random: Random) -> Edits:
    node = pick(random, documented(source))
    if node is None:
        return None
    end = statement_span(source, node.body[0])[1]
    return [Edit(end, end, random.choice(["; import os", "; x_ = 1", "; ''", "; pass", "; ...", "; return"]))]


@mutant
def docstring_swallows_code(source: Source, random: Random) -> Edits:
    """Code between two docstring quotes."""
    nodes = [n for n in source.scopes if len(n.body) > 1 and not is_inline(source, n) and is_simple(n.body[0])]
    node = pick(random, nodes)
    if node is None:
        return None
    if is_docstring(node.body):
        end = statement_span(source, node.body[0])[1]
        quote = source.text[end - 3 : end]
        if quote not in ('"""', "'''"):
            return None
        stop = source.end_of(node.body[1])
        return [Edit(end - 3, end, ""), Edit(stop, stop, quote)]
    start, end = statement_span(source, node.body[0])
    return [Edit(start, start, '"""'), Edit(end, end, '"""')]


@mutant
def docstring_opens_code(source: Source, random: Random) -> Edits:
    """A docstring that is closed too early, its rest code."""
    nodes = [n for n in documented(source) if re.search(r"\n[ \t]*>>> \w+ = ", ast.get_source_segment(source.text, n.body[0]) or "")] or documented(source)
    node = pick(random, nodes)
    if node is None:
        return None
    start, end = statement_span(source, node.body[0])
    if "\n" not in source.text[start:end] or source.text[end - 3 : end] != '"""':
        return None
    breaks = [m.start() for m in re.finditer(r"\n", source.text[start:end])]
    at = start + random.choice(breaks)
    indent = source.text[source.line_start(start) : start]
    return [Edit(at, at, f'"""\n{indent}x_ = """')]


@mutant
def string_statement_added(source: Source, random: Random) -> Edits:
    """A string where no docstring can be."""
    found = lines_of_some(source, random, lambda n: True)
    if found is None:
        return None
    start, end = found[2]
    indent = source.indent_at(first_of(source, found[1]))
    text = source.text[start:end]
    return [Edit(end, end, f"{indent}{words.one_line(random, source.encoding)}\n")] if text.endswith(("\n", "\r")) else None


@mutant
def filler_added(source: Source, random: Random) -> Edits:
    found = lines_of_some(source, random, lambda n: True)
    if found is None:
        return None
    start = found[2][0]
    indent = source.indent_at(first_of(source, found[1]))
    return [Edit(start, start, f"{indent}{random.choice(['pass', '...', 'return', 'global x_', 'import os', 'del x_', 'x_: int', 'x_()', 'assert 1', '1'])}\n")]


@mutant
def second_docstring(source: Source, random: Random) -> Edits:
    node = pick(random, [n for n in documented(source) if len(n.body) > 1])
    if node is None:
        return None
    start = first_of(source, node.body[1])
    indent = source.text[source.line_start(start) : start]
    return [Edit(start, start, f"'again'\n{indent}")] if indent.strip(" \t") == "" else None


@mutant
def docstring_into_header_block(source: Source, random: Random) -> Edits:
    """A docstring at the top of an `if`, `for`, `with`…, where it is none."""
    nodes = [n for n in ast.walk(source.tree) if isinstance(n, (ast.If, ast.For, ast.While, ast.With, ast.Try)) and not is_inline(source, n)]
    node = pick(random, nodes)
    if node is None:
        return None
    place = body_top(source, node)
    indent = source.indent_at(first_of(source, node.body[0]))
    return [Edit(place, place, f"{indent}{words.one_line(random, source.encoding)}\n")]
