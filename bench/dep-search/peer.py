"""Finds the in-repository dependencies of functions with Jedi, the way the published builder does.

Usage: peer.py whole FOLDER SECONDS    every public function of the repository, until the time is over
       peer.py listed FOLDER FILE      just the functions that FILE lists (JSON: [[path, line], ...]; lines from 1)

Prints one JSON object: functions looked at, how many of them have 1 to 3 dependencies, seconds, whether it came to the end.
Columns are characters here, where the published script passes bytes; nothing else is done better or worse.
"""

import ast
import json
import os
import sys
import time

import jedi

SKIPPED = {"__pycache__", "node_modules", ".git", "venv", "env"}


class Calls(ast.NodeVisitor):
    """Where the names are that a function calls: line from 1, column in bytes from 0."""

    def __init__(self):
        self.places = []

    def visit_Call(self, node):
        callee = node.func
        if isinstance(callee, ast.Name):
            self.places.append((callee.lineno, callee.col_offset))
        elif isinstance(callee, ast.Attribute):
            self.places.append((callee.end_lineno, callee.end_col_offset - len(callee.attr.encode())))
        self.generic_visit(node)


def python_files(folder):
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not name.startswith("."))
        for name in sorted(files):
            if name.endswith(".py"):
                yield os.path.join(root, name)


class Repository:
    def __init__(self, folder):
        self.folder = folder
        self.trees = {}
        self.definitions = set()
        paths = {folder}
        for file in python_files(folder):
            parent = os.path.dirname(file)
            while parent != folder:
                paths.add(parent)
                parent = os.path.dirname(parent)
            try:
                with open(file, encoding="utf-8") as stream:
                    source = stream.read()
                tree = ast.parse(source)
            except (SyntaxError, UnicodeDecodeError, ValueError):
                continue
            relative = os.path.relpath(file, folder)
            self.trees[relative] = (source, tree)
            for node in ast.walk(tree):
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                    self.definitions.add((relative, node.lineno))
        self.project = jedi.Project(path=folder, added_sys_path=sorted(paths), smart_sys_path=False)

    def functions(self):
        for relative, (_, tree) in self.trees.items():
            for node in ast.walk(tree):
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not node.name.startswith("_"):
                    yield relative, node

    def dependencies(self, relative, node):
        source, _ = self.trees[relative]
        lines = source.split("\n")
        calls = Calls()
        for child in [*node.decorator_list, *node.body]:
            calls.visit(child)
        found = set()
        for line, column in calls.places:
            characters = len(lines[line - 1].encode()[:column].decode(errors="replace"))
            target = self.resolve(source, relative, line, characters)
            own = target is not None and target[0] == relative and node.lineno <= target[1] <= node.end_lineno
            if target is not None and not own:
                found.add(target)
        return found

    def resolve(self, source, relative, line, column):
        try:
            script = jedi.Script(source, path=os.path.join(self.folder, relative), project=self.project)
            for name in script.goto(line, column, follow_imports=True):
                if name.module_path is None:
                    continue
                key = (os.path.relpath(str(name.module_path), self.folder), name.line)
                if key in self.definitions:
                    return key
        except Exception:
            pass
        return None


def main():
    mode, folder, argument = sys.argv[1:4]
    folder = os.path.realpath(folder)
    start = time.monotonic()
    repository = Repository(folder)
    functions = list(repository.functions())
    limit = float("inf")
    if mode == "whole":
        limit = float(argument)
    else:
        with open(argument) as stream:
            wanted = {(path, line) for path, line in json.load(stream)}
        functions = [(path, node) for path, node in functions if (path, node.lineno) in wanted]
    looked_at = suitable = resolved = 0
    for relative, node in functions:
        if time.monotonic() - start > limit:
            break
        count = len(repository.dependencies(relative, node))
        looked_at += 1
        resolved += count
        suitable += 1 <= count <= 3
    print(
        json.dumps(
            {
                "functions": len(functions),
                "looked_at": looked_at,
                "suitable": suitable,
                "dependencies": resolved,
                "seconds": time.monotonic() - start,
                "finished": looked_at == len(functions),
            }
        )
    )


main()
