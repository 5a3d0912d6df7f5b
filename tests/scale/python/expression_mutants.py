"""Other imports, results, calls, conditions, and several changes at once."""

import ast
from random import Random

from documentation import first_of, is_inline, several
from mutants import Edits, arithmetic_operator, attribute, comparison_operator, mutant, name, number, pick, replaced, string_content
from source import Edit, Source
from statement_mutants import line_deleted


@mutant
def import_changed(source: Source, random: Random) -> Edits:
    nodes = [n for n in ast.walk(source.tree) if isinstance(n, (ast.Import, ast.ImportFrom))]
    node = pick(random, nodes)
    if node is None:
        return None
    alias = random.choice(node.names)
    start, end = source.start_of(alias), source.end_of(alias)
    new = random.choice(["os", f"{alias.name} as x_", f"{alias.name}_", f"os, {source.text[start:end]}", alias.name])
    return [Edit(start, end, new)]


@mutant
def return_value(source: Source, random: Random) -> Edits:
    nodes = [n for n in ast.walk(source.tree) if isinstance(n, (ast.Return, ast.Yield)) and n.value is not None]
    node = pick(random, nodes)
    return node and [Edit(source.start_of(node.value), source.end_of(node.value), random.choice(["None", "x_", "0", f"not {source.text[source.start_of(node.value) : source.end_of(node.value)]}"]))]


@mutant
def return_removed(source: Source, random: Random) -> Edits:
    nodes = [n for n in ast.walk(source.tree) if isinstance(n, ast.Return) and n.value is not None]
    node = pick(random, nodes)
    return node and [Edit(source.start_of(node), source.start_of(node.value), "")]


@mutant
def arguments_swapped(source: Source, random: Random) -> Edits:
    nodes = [n for n in ast.walk(source.tree) if isinstance(n, ast.Call) and len(n.args) > 1]
    node = pick(random, nodes)
    if node is None:
        return None
    at = random.randrange(len(node.args) - 1)
    (a, b), (c, d) = [(source.start_of(n), source.end_of(n)) for n in node.args[at : at + 2]]
    return [Edit(a, b, source.text[c:d]), Edit(c, d, source.text[a:b])]


@mutant
def argument_starred(source: Source, random: Random) -> Edits:
    node = pick(random, [n for n in ast.walk(source.tree) if isinstance(n, ast.Call) and n.args])
    if node is None:
        return None
    start = source.start_of(random.choice(node.args))
    return [Edit(start, start, random.choice(["*", "**", "x_=", "x_ := "]))]


@mutant
def condition_wrapped(source: Source, random: Random) -> Edits:
    node = pick(random, [n.test for n in ast.walk(source.tree) if isinstance(n, (ast.If, ast.While, ast.IfExp, ast.Assert))])
    return node and [Edit(source.start_of(node), source.end_of(node), random.choice(["True", "not x_", "0", "x_ := 1"]))]


@mutant
def grouping_changed(source: Source, random: Random) -> Edits:
    """Parentheses that change what binds to what."""
    nodes = [n for n in ast.walk(source.tree) if isinstance(n, (ast.BinOp, ast.BoolOp, ast.Compare)) and not getattr(n, "ops", None)]
    nodes = [n for n in nodes if isinstance(getattr(n, "left", None), ast.BinOp) or isinstance(getattr(n, "right", None), ast.BinOp)]
    node = pick(random, nodes)
    if node is None:
        return None
    inner = node.left.right if isinstance(node.left, ast.BinOp) else node.right.left
    other = node.right if isinstance(node.left, ast.BinOp) else node.left
    start, end = sorted([source.start_of(inner), source.start_of(other)])[0], max(source.end_of(inner), source.end_of(other))
    return [Edit(start, start, "("), Edit(end, end, ")")]


@mutant
def branch_changed(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in source.code if t.text in ("elif", "else", "except", "finally", "if")])
    choices = {"elif": ["if"], "else": ["finally", "elif x_"], "except": ["finally", "except*"], "finally": ["else"], "if": ["elif", "while"]}
    return token and replaced(token, random.choice(choices[token.text]))


@mutant
def exception_changed(source: Source, random: Random) -> Edits:
    nodes = [n.type for n in ast.walk(source.tree) if isinstance(n, ast.ExceptHandler) and n.type is not None]
    node = pick(random, nodes)
    return node and [Edit(source.start_of(node), source.end_of(node), random.choice(["Exception", "(A, B)", "BaseException", "x_"]))]


@mutant
def slice_changed(source: Source, random: Random) -> Edits:
    node = pick(random, [n.slice for n in ast.walk(source.tree) if isinstance(n, ast.Subscript)])
    if node is None:
        return None
    start, end = source.start_of(node), source.end_of(node)
    return [Edit(start, end, random.choice(["0", "x_", "1:", ":", f"{source.text[start:end]}, 0"]))]


@mutant
def global_changed(source: Source, random: Random) -> Edits:
    node = pick(random, [n for n in source.scopes if isinstance(n, ast.FunctionDef) and not is_inline(source, n)])
    if node is None:
        return None
    start = first_of(source, node.body[0])
    indent = source.indent_at(start)
    return [Edit(source.line_start(start), source.line_start(start), f"{indent}{random.choice(['global', 'nonlocal'])} x_\n")]


@mutant
def emptied(source: Source, random: Random) -> Edits:
    return [Edit(0, len(source.text), random.choice(["", "# nothing\n", '"""Doc."""\n', "pass\n"]))]


@mutant
def two_mutants(source: Source, random: Random) -> Edits:
    edits: list[Edit] = []
    for make in random.sample([name, number, string_content, arithmetic_operator, comparison_operator, attribute], 2):
        for edit in make(source, random) or []:
            if all(edit.end < other.start or other.end < edit.start for other in edits):
                edits.append(edit)
    return edits or None


@mutant
def hidden_in_documentation(source: Source, random: Random) -> Edits:
    """One change of code among edits of comments and docstrings."""
    around = several(source, random)
    inner = random.choice([name, number, string_content, comparison_operator, line_deleted])(source, random)
    if not around or not inner:
        return None
    free = [e for e in around if all(e.end < o.start or o.end < e.start for o in inner)]
    return free + inner if free else None
