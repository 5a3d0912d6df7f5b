"""Looks in packages for copies of a function's body: whoever could call one need not write it."""

import ast
import inspect
import os
import textwrap

MOST_BYTES = 4_000_000


def copy_of(function, folders):
    """The path of the first file with such a body in a function of that name."""
    body = body_of(function)
    if body is None:
        return None
    word = f"def {function.__name__}(".encode()
    for folder in folders:
        for place, names, files in os.walk(folder):
            names.sort()
            for name in sorted(files):
                path = os.path.join(place, name)
                if name.endswith(".py") and has(path, word, function.__name__, body):
                    return os.path.relpath(path, folder)
    return None


def has(path, word, name, body):
    with open(path, "rb") as file:
        text = file.read(MOST_BYTES)
    if word not in text:
        return False
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return any(isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)) and one.name == name and shape(one) == body for one in ast.walk(tree))


def body_of(function):
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    except (OSError, TypeError, ValueError, SyntaxError):
        return None
    return shape(tree.body[0]) if tree.body and hasattr(tree.body[0], "body") else None


def shape(node):
    """A body without its docstring and its places in the file."""
    first = node.body[0]
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    return [ast.dump(one) for one in node.body[is_text:]]
