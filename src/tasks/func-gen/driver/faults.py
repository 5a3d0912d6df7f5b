"""Versions of a function that have one small fault each, and a way to import a module with one of them in it."""

import ast
import copy
import importlib.abc
import importlib.util
import os
import random

import source

COMPARISONS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}
ARITHMETIC = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Add,
    ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}


def faults(node):
    """Each is a function that puts one fault into a copy of the node at the same place."""
    for index, one in enumerate(ast.walk(node)):
        for change in changes(one):
            yield index, change


def changes(one):
    if isinstance(one, ast.Compare) and type(one.ops[0]) in COMPARISONS:
        yield lambda node: node.ops.__setitem__(0, COMPARISONS[type(node.ops[0])]())
    if isinstance(one, ast.BoolOp):
        yield lambda node: setattr(node, "op", ast.And() if isinstance(node.op, ast.Or) else ast.Or())
    if isinstance(one, (ast.BinOp, ast.AugAssign)) and type(one.op) in ARITHMETIC:
        yield lambda node: setattr(node, "op", ARITHMETIC[type(node.op)]())
    if isinstance(one, ast.Constant) and not isinstance(one.value, (bytes, complex, type(None), type(Ellipsis))):
        yield lambda node: setattr(node, "value", other_constant(node.value))
    if isinstance(one, (ast.If, ast.While, ast.IfExp)):
        yield lambda node: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test))
    if isinstance(one, ast.UnaryOp) and isinstance(one.op, (ast.Not, ast.USub)):
        yield lambda node: setattr(node, "op", ast.UAdd() if isinstance(node.op, ast.USub) else ast.Not())
    if isinstance(one, ast.Return) and one.value is not None:
        yield lambda node: setattr(node, "value", ast.Constant(None))
    if isinstance(one, ast.Call) and len(one.args) > 1:
        yield lambda node: setattr(node, "args", node.args[::-1])
    for field in ("body", "orelse"):
        # Of a lambda and of `a if b else c` it is one expression.
        block = getattr(one, field, None)
        for at, statement in enumerate(block if isinstance(block, list) else []):
            if isinstance(statement, (ast.Assign, ast.AugAssign, ast.Expr, ast.If, ast.For, ast.Raise)) and not source.is_text(statement):
                yield lambda node, field=field, at=at: getattr(node, field).__setitem__(at, ast.Pass())


def other_constant(value):
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, (int, float)) else value + "?"


def code_of(node):
    """What a function compiles to, without its places in the file."""
    module = ast.Module(body=[copy.deepcopy(node)], type_ignores=[])
    return shape(compile(ast.fix_missing_locations(module), "m", "exec"))


def shape(code):
    constants = tuple(shape(one) if hasattr(one, "co_code") else (type(one).__name__, repr(one)) for one in code.co_consts)
    return code.co_code, constants, code.co_names, code.co_varnames, code.co_freevars


def mutants_of(tree, job):
    """Trees of the whole file, each with one fault; those that compile to what another one does are left out."""
    original = source.from_file(tree, job["qualified_name"], job["ordinal"])
    places = list(faults(original))
    random.Random(job["seed"]).shuffle(places)
    known = {code_of(original)}
    index_in_file = next(index for index, one in enumerate(ast.walk(tree)) if one is original)
    for index, change in places:
        changed = copy.deepcopy(tree)
        function = next(one for at, one in enumerate(ast.walk(changed)) if at == index_in_file)
        node = next(one for at, one in enumerate(ast.walk(function)) if at == index)
        if is_no_code(function, node):
            continue
        change(node)
        try:
            code = code_of(function)
        except (SyntaxError, ValueError, RecursionError):
            continue
        if code not in known:
            known.add(code)
            yield changed


def is_no_code(function, node):
    parts = [function.args, *(one for one in function.body[:1] if source.is_text(one)), *function.decorator_list, *([function.returns] if function.returns else [])]
    return any(one is node for part in parts for one in ast.walk(part))


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module in a tree instead of in its file."""

    def __init__(self, name, path, tree):
        self.name, self.path, self.tree = name, path, tree

    def find_spec(self, name, path=None, target=None):
        if name != self.name:
            return None
        inner = [os.path.dirname(self.path)] if os.path.basename(self.path) == "__init__.py" else None
        return importlib.util.spec_from_file_location(name, self.path, loader=self, submodule_search_locations=inner)

    def exec_module(self, module):
        exec(compile(ast.fix_missing_locations(self.tree), self.path, "exec"), module.__dict__)
