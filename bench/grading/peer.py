"""The same verdicts with git and CPython's own ast: each patch is applied to a fresh copy of the files that it
touches, syntax trees are compared with docstrings taken out, and the target must have a docstring.

Usage: peer.py PATCHES...: one JSON line per file: verdicts, and the milliseconds of each.
"""

import ast
import functools
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings

warnings.simplefilter("ignore")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
NO_SETTINGS = {"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "HOME": "/nonexistent"}


def without_docstrings(content):
    tree = ast.parse(content)
    for node in ast.walk(tree):
        if not isinstance(node, DOCUMENTED) or not node.body:
            continue
        first = node.body[0]
        if (
            isinstance(first, ast.Expr)
            and isinstance(first.value, ast.Constant)
            and isinstance(first.value.value, str)
        ):
            node.body.pop(0)
    return ast.dump(tree)


# A process that stays would not parse the same start file for each patch.
start_dump = functools.lru_cache(maxsize=64)(without_docstrings)


def find(tree, qualified_name):
    """The first one of that name; definitions that stand twice in a file are never targets."""
    scope = tree
    for name in qualified_name.split("."):
        found = [
            node
            for node in ast.walk(scope)
            if isinstance(node, DOCUMENTED[1:]) and node.name == name and node is not scope
        ]
        if not found:
            return None
        scope = found[0]
    return scope


def files_below(folder):
    for place, folders, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            yield os.path.relpath(path, folder), path


def judge(patch):
    start = {path: text.encode("latin-1") for path, text in patch["start"].items()}
    with tempfile.TemporaryDirectory() as folder:
        modes = {}
        for path, content in start.items():
            place = os.path.join(folder, path)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, "wb") as file:
                file.write(content)
            modes[path] = os.stat(place).st_mode
        applied = subprocess.run(
            ["git", "apply", "--whitespace=nowarn", "-"],
            cwd=folder,
            input=patch["model_patch"].encode("utf-8"),
            capture_output=True,
            env=NO_SETTINGS,
        )
        if applied.returncode != 0:
            return False
        after = {}
        for path, place in files_below(folder):
            if path not in start or os.stat(place).st_mode != modes[path]:
                return False
            with open(place, "rb") as file:
                after[path] = file.read()
    if set(after) != set(start):
        return False
    for path, content in after.items():
        if content == start[path]:
            continue
        if not path.endswith((".py", ".pyi")):
            return False
        try:
            if start_dump(start[path]) != without_docstrings(content):
                return False
        except (SyntaxError, ValueError):
            return False
    target = patch["target"]
    if target["path"] not in after:
        return False
    node = find(ast.parse(after[target["path"]]), target["qualified_name"])
    return node is not None and bool((ast.get_docstring(node) or "").strip())


def main():
    for path in sys.argv[1:]:
        verdicts, milliseconds = [], []
        with open(path, encoding="utf-8") as file:
            for line in file:
                patch = json.loads(line)
                start = time.perf_counter()
                verdicts.append(judge(patch))
                milliseconds.append((time.perf_counter() - start) * 1000)
        print(json.dumps({"verdicts": verdicts, "milliseconds": milliseconds}), flush=True)


if __name__ == "__main__":
    main()
