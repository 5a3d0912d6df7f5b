"""Compares what call sites were seen to reach with what the resolver said of them."""

import ast
import json
import pathlib
from collections import Counter, defaultdict


GOOD = ("same", "override", "decorated", "implicit")


class Comparison:
    """Figures of one repository, and every site that disagrees."""

    def __init__(self, root, observed, answers):
        self.root = pathlib.Path(root)
        self.counts = Counter()
        self.wrong = []
        self.definitions = {(a["path"], a["name"], a["ordinal"]): a for a in answers}
        self.observed = self.by_site(observed)
        for answer in answers:
            self.counts["definitions"] += answer["kind"] != "class"
            if answer["kind"] != "class" and all(s["target"]["kind"] in ("definition", "outside") for s in answer["sites"]):
                self.counts["settled definitions"] += 1
                # What is nested is counted with the nested definition.
                for site in answer["sites"]:
                    if not site["nested"]:
                        self.compare(answer, site)

    def by_site(self, observed):
        """(file, line of the called name, text of what is called) → what was reached; awaited and iterated calls only where nothing else is known."""
        trees = {}
        result = defaultdict(lambda: {"call": [], "resume": []})
        for file, position, how, *callee in observed:
            if file not in trees:
                trees[file] = callees(self.root / file)
            for line, text in trees[file].get(tuple(position), []):
                result[file, line, text][how].append(callee)
        return {key: ways["call"] or ways["resume"] for key, ways in result.items()}

    def compare(self, answer, site):
        is_inside = site["target"]["kind"] == "definition"
        where = "in-repository" if is_inside else "outside"
        self.counts[f"{where} sites"] += 1
        reached = self.observed.get((answer["path"], site["line"], site["text"]))
        if reached is None:
            return
        self.counts[f"{where} observed"] += 1
        reasons = {self.judge(answer, site, *callee) for callee in reached}
        if site["kind"] == "decorator" and "same" in reasons:
            # What `@factory(…)` returns is called at the same place.
            reasons = {"same"}
        wrong = {reason for reason in reasons if reason not in GOOD}
        if replaced := {reason for reason in wrong if reason.startswith("replaced by a test")}:
            wrong -= replaced
            if not wrong:
                self.counts[f"{where} replaced by a test"] += 1
                return
        if wrong:
            self.counts[f"{where} wrong"] += 1
            self.wrong.append(f"{answer['path']}:{site['line']} {site['text']}: {described(site)}, reached {', '.join(sorted(wrong))}")
        else:
            self.counts[f"{where} {max(reasons, key=GOOD.index)}"] += 1

    def judge(self, answer, site, path, name, line, classes):
        """Why what was reached is what the resolver said, or what it is instead."""
        name = name.replace("<locals>.", "")
        target = site["target"].get("definition")
        if target is None:
            # The standard library calls methods of ours by itself, such as `__str__` in `str(error)`.
            called = site["text"].rpartition(".")[2]
            is_direct = path is not None and name.rpartition(".")[2] in (called, "__init__", "__new__")
            return self.instead(answer, path, name) if is_direct and not is_made_outside(name, called) else "implicit"
        definition = self.definitions[target["path"], target["qualifiedName"], target["ordinal"]]
        if definition["kind"] == "class":
            made = [is_class(target["path"], target["qualifiedName"], *one) for one in classes or []]
            if any(made):
                return "same" if made[0] else "override"
        elif (path, name) == (target["path"], target["qualifiedName"]):
            return "same"
        elif self.is_override(target, name, classes):
            return "override"
        return "decorated" if definition["decorators"] > 0 else self.instead(answer, path, name)

    def instead(self, answer, path, name):
        is_replacement = path is not None and is_test(path) and not is_test(answer["path"])
        return f"{'replaced by a test: ' if is_replacement else ''}{path}::{name}"

    def is_override(self, target, name, classes):
        owner, _, method = target["qualifiedName"].rpartition(".")
        if owner == "" or name.rpartition(".")[2] != method:
            return False
        return any(is_class(target["path"], owner, *one) for one in classes or [])


def is_class(path, name, seen_path, seen_name):
    """A class without methods is known by the module that it names, which may be the package above."""
    if seen_path is None or seen_name.replace("<locals>.", "") != name:
        return False
    package, _, file = seen_path.rpartition("/")
    return seen_path == path or (file == "__init__.py" and path.startswith(package + "/"))


def is_made_outside(name, called):
    """A class of ours that something outside makes; `super().__init__` and the class by its own name are direct."""
    owner, _, method = name.rpartition(".")
    return method in ("__init__", "__new__") and called not in (method, owner.rpartition(".")[2])


def is_test(path):
    return "tests/" in path or path.rpartition("/")[2].startswith(("test_", "conftest"))


def described(site):
    target = site["target"].get("definition")
    return "outside" if target is None else f"{target['path']}::{target['qualifiedName']}"


def callees(file):
    """Position of an instruction → (line of the called name, text as written) of what may be called there."""
    text = file.read_text()
    lines = [line.encode() for line in text.splitlines(keepends=True)]
    result = defaultdict(list)

    def note(node, callee):
        span = (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset)
        result[span].append((callee.end_lineno, segment(lines, callee)[:120]))

    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            note(node, node.func)
        elif isinstance(node, ast.Raise) and node.exc is not None and not isinstance(node.exc, ast.Call):
            note(node, node.exc)
        elif isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
            note(node, node.value.func)
        for decorator in getattr(node, "decorator_list", []):
            note(decorator, decorator.func if isinstance(decorator, ast.Call) else decorator)
    return result


def segment(lines, node):
    """The source of a node; `ast.get_source_segment` reads the whole file each time."""
    first, last = node.lineno - 1, node.end_lineno - 1
    if first == last:
        return lines[first][node.col_offset : node.end_col_offset].decode()
    middle = b"".join(lines[first + 1 : last])
    return (lines[first][node.col_offset :] + middle + lines[last][: node.end_col_offset]).decode()


def load(file):
    return json.loads(pathlib.Path(file).read_text())

