"""Jedi, asked independently, leads to the same definitions as our resolver where it leads to any."""

import ast
import json
import os
import pathlib
import random
import subprocess
import sys
import time
from collections import Counter

import jedi

HERE = pathlib.Path(__file__).parent
ANSWERS = HERE.parent / "resolver-answers.ts"
# Folder in sources.txt → where its own packages start.
REPOSITORIES = {"click": "src", "flask": "src", "httpx": ".", "requests": "src"}
FUNCTIONS = 120
AGREEMENT = 0.95

cases, sources = map(pathlib.Path, sys.argv[1:3])


def resolve(root, out):
    """Our answers, and what they cost: CPU seconds and the most bytes that one process held."""
    process = subprocess.Popen([os.environ["NODE"], str(ANSWERS), str(root), str(out)])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"resolver-answers.ts ended with {process.returncode}")
    return json.loads(out.read_text()), usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def settled(answer):
    kinds = [site["target"]["kind"] for site in answer["sites"]]
    return answer["kind"] != "class" and "definition" in kinds and set(kinds) <= {"definition", "outside"}


def called_names(path):
    """(line of the called name, text of what is called) → its column, for names and attributes."""
    text = path.read_text()
    lines = text.splitlines(keepends=True)
    places = {}
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, (ast.Name, ast.Attribute)):
            continue
        written = "".join(lines[node.lineno - 1 : node.end_lineno]).encode()
        before = sum(len(line.encode()) for line in lines[node.lineno - 1 : node.end_lineno - 1])
        segment = written[node.col_offset : before + node.end_col_offset].decode()
        name = node.id if isinstance(node, ast.Name) else node.attr
        column = len(lines[node.end_lineno - 1].encode()[: node.end_col_offset].decode()) - len(name)
        places[node.end_lineno, segment[:120]] = column
    return places


def ask(script, root, line, column):
    """What Jedi says: definitions as (path, line), or `outside`, or `nothing`."""
    found = set()
    for name in script.goto(line, column, follow_imports=True, follow_builtin_imports=True):
        path = name.module_path
        if path is None or root not in pathlib.Path(path).resolve().parents:
            found.add("outside")
        elif name.type in ("function", "class"):
            found.add((str(pathlib.Path(path).resolve().relative_to(root)), name.line))
        else:
            found.add(f"a {name.type}")
    return found


def reason(ours, found):
    """Why two answers differ, as a class."""
    places = {one for one in found if isinstance(one, tuple)}
    if not found:
        return "Jedi finds nothing"
    if any(isinstance(one, str) and one.startswith("a ") for one in found):
        return "Jedi stops at " + min(one for one in found if isinstance(one, str) and one.startswith("a "))
    if ours in places:
        return "Jedi finds this one among several"
    if ours == "outside":
        return "Jedi leads into the repository, we lead out"
    return "Jedi finds another definition" if places else "Jedi leads out of the repository"


def compare(name, packages):
    root = (sources / name).resolve()
    project = jedi.Project(str(root), added_sys_path=[str(root / packages)], smart_sys_path=False, load_unsafe_extensions=False)
    answers, seconds, _ = resolve(root, cases / f"{name}-jedi.json")
    functions = sum(answer["kind"] != "class" for answer in answers)
    sample = random.Random(20261125).sample([a for a in answers if settled(a)], FUNCTIONS)
    counts = Counter()
    started = time.process_time()
    for answer in sample:
        path = root / answer["path"]
        script = jedi.Script(path=path, project=project)
        places = called_names(path)
        for site in answer["sites"]:
            column = places.get((site["line"], site["text"]))
            if column is None:
                counts["not a name"] += 1
                continue
            target = site["target"].get("definition")
            ours = (target["path"], target["line"]) if target else "outside"
            found = ask(script, root, site["line"], column)
            if found == {ours}:
                counts["same"] += 1
                continue
            why = reason(ours, found)
            counts[why] += 1
            print(f"{name}: {answer['path']}:{site['line']} {site['text']}: {why}: ours {ours}, Jedi's {sorted(map(str, found))}", file=sys.stderr)
    cost = f"ours {1000 * seconds / functions:.0f}, Jedi's {1000 * (time.process_time() - started) / FUNCTIONS:.0f} CPU ms per function"
    return counts, cost


for name, packages in REPOSITORIES.items():
    counts, cost = compare(name, packages)
    differing = sum(counts[why] for why in ("Jedi finds another definition", "Jedi leads out of the repository", "Jedi leads into the repository, we lead out"))
    agreement = counts["same"] / max(1, counts["same"] + differing)
    print("ok  " if agreement >= AGREEMENT else "FAIL", f"{name}: agreement {agreement:.4f}; {cost};", json.dumps(dict(sorted(counts.items()))))
