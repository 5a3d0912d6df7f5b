"""Documented definitions of every Python file in a folder by CPython's own ast, one JSON line per question.

Usage: peer.py FOLDER WORKERS PASSES [--records]
"""

import ast
import hashlib
import json
import multiprocessing
import os
import sys
import time
import warnings

warnings.simplefilter("ignore")
KINDS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")


def python_files(folder):
    found = []
    for place, folders, names in os.walk(folder):
        folders.sort()
        found += [os.path.join(place, name) for name in names if name.endswith(".py")]
    return sorted(path for path in found if os.path.getsize(path) <= 2_000_000)


def visit(node, prefix, in_class, found):
    """Only statements are walked: a definition stands nowhere else."""
    for block in BLOCKS:
        for child in getattr(node, block, ()):
            if not isinstance(child, KINDS):
                visit(child, prefix, in_class, found)
                continue
            name = prefix + child.name
            is_class = isinstance(child, ast.ClassDef)
            text = ast.get_docstring(child)
            if text is not None:
                literal = child.body[0].value
                first = child.decorator_list[0].lineno if child.decorator_list else child.lineno
                kind = "class" if is_class else "method" if in_class else "function"
                digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
                lines = [first, child.end_lineno, literal.lineno, literal.end_lineno]
                found.append([name, kind, *lines, digest])
            visit(child, name + ".", is_class, found)


def records(path):
    with open(path, "rb") as file:
        content = file.read()
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError):
        return None
    found = []
    visit(tree, "", False, found)
    return found


def count(path):
    return len(records(path) or ())


def main():
    folder, workers, passes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    paths = python_files(folder)
    if "--records" in sys.argv:
        json.dump({path: records(path) for path in paths}, sys.stdout)
        return
    pool = multiprocessing.Pool(workers) if workers > 1 else None
    milliseconds, found = [], 0
    for _ in range(passes):
        start = time.perf_counter()
        counts = pool.imap_unordered(count, paths, 16) if pool else map(count, paths)
        found = sum(counts)
        milliseconds.append((time.perf_counter() - start) * 1000)
    if pool:
        pool.terminate()
    json.dump({"found": found, "milliseconds": milliseconds}, sys.stdout)


if __name__ == "__main__":
    main()
