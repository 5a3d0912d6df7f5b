"""Makes edits and damage, and says what CPython thinks of them. One JSON request a line in, one JSON answer a line out.

{"op": "version"}
{"op": "compile", "paths": [...]}                                      null or an error for each
{"op": "edits", "path": ..., "name": ..., "seed": ..., "counts": {group: n}}
{"op": "damage", "path": ..., "seed": ..., "count": n}
"""

import base64
import hashlib
import json
import sys
from collections import Counter
from random import Random

import directives
import documentation
import damage
import layout
import mutants
import oracle
import respellings

# Each adds its mutants to the list; the order of the list is part of what a seed means.
import statement_mutants  # noqa: F401
import definition_mutants  # noqa: F401
import docstring_mutants  # noqa: F401
import expression_mutants  # noqa: F401
from diffs import unified_diff
from source import Source, Unreadable, normalized, parse

sys.setrecursionlimit(5000)

GROUPS = {
    "comments": documentation.COMMENTS,
    "docstrings": documentation.DOCSTRINGS,
    "layout": layout.LAYOUT,
    "mutants": mutants.MUTANTS,
    "respellings": respellings.RESPELLINGS,
    "directives": directives.DIRECTIVES,
}
#: What the oracle must say for an edit to count towards a group's number.
WANTED = {"mutants": "different"}
TRIES = 12


class Turns:
    """Hands out the generators of a group one after the other, so that rare ones come as often as common ones can."""

    def __init__(self) -> None:
        self.queues: dict[str, list] = {}

    def next(self, group: str, random: Random):
        queue = self.queues.setdefault(group, [])
        if not queue:
            queue.extend(random.sample(GROUPS[group], len(GROUPS[group])))
        return queue.pop()


turns: dict[str, Turns] = {}


def edits(request: dict) -> dict:
    path, random = request["path"], Random(request["seed"])
    with open(path, "rb") as file:
        content = file.read()
    refused = oracle.compiles(content)
    if refused is not None:
        return {"refused": refused, "edits": comment_lines(content, request, random)}
    try:
        source = Source(content)
        before = oracle.without_docstrings(parse(content))
        literals = oracle.docstrings(source)
    except (Unreadable, RecursionError) as error:
        return {"unreadable": str(error), "edits": []}
    queue = turns.setdefault(request["package"], Turns())
    made = []
    for group in GROUPS:
        count = request["counts"].get(group, 0)
        left, tries = count, count * TRIES
        while left > 0 and tries > 0:
            tries -= 1
            make = queue.next(group, random)
            edit = make_edit(source, make, random)
            if edit is None:
                continue
            answer = oracle.compare(before, edit)
            if answer.split(":")[0] == WANTED.get(group, "same"):
                left -= 1
            made.append(describe(source, literals, group, make.__name__, edit, answer, request["name"], random))
    return {"edits": made}


def make_edit(source: Source, make, random: Random) -> bytes | None:
    try:
        changes = make(source, random)
        if not changes:
            return None
        edited = changes if isinstance(changes, bytes) else source.apply(changes)
    except UnicodeError:
        return None
    return None if edited == source.content else bytes(edited)


def describe(source, literals, group, name, edited, answer, path, random) -> dict:
    record = {
        "group": group,
        "name": name,
        "diff": encoded(unified_diff(path, source.content, edited, random)),
        "sha256": hashlib.sha256(edited).hexdigest(),
        "oracle": answer,
    }
    if answer == "same":
        try:
            after = Source(edited)
            record |= {
                "docstrings": oracle.docstring_changes(literals, after),
                "comments": comment_changes(source, after),
                "same_tokens": spelling(source) == spelling(after),
            }
        except Unreadable:
            pass
    return record


def comment_changes(before: Source, after: Source) -> dict:
    old, new = (Counter(c.text.rstrip() for c in s.comments) for s in (before, after))
    return {"added": sorted((new - old).elements()), "removed": sorted((old - new).elements())}


def spelling(source: Source) -> list[str]:
    """The tokens of the code as they are written, without docstrings and what has to do with lines."""
    taken = [documentation.statement_span(source, node.body[0]) for node in documentation.documented(source)]
    ends = {start: end for start, end in taken}
    tokens, until = [], 0
    for token in source.code:
        until = max(until, ends.get(token.start, 0))
        if token.start >= until and token.text not in (";", "pass"):
            tokens.append(normalized(token.text))
    return tokens


def comment_lines(content: bytes, request: dict, random: Random) -> list[dict]:
    """A file that CPython refuses to begin with: nothing but comments and docstrings may differ."""
    made = []
    lines = content.splitlines(keepends=True)
    for number in range(request["counts"].get("refused before", 0)):
        if len(lines) < 4:
            break
        at = random.randrange(3, len(lines))
        change = [b"# a note\n", b"    # a note\n", b"x_ = 1\n", b"\n", b'"""Doc."""\n'][number % 5]
        after = b"".join([*lines[:at], change, *lines[at:]])
        try:
            answer = oracle.comments_only(content, after)
        except (SyntaxError, ValueError, oracle.tokenize.TokenError):
            continue
        made.append({
            "group": "refused before",
            "name": ["comment line", "indented comment line", "statement", "blank line", "docstring"][number % 5],
            "diff": encoded(unified_diff(request["name"], content, after, random)),
            "sha256": hashlib.sha256(after).hexdigest(),
            "oracle": answer,
        })  # fmt: skip
    return made


def damaged(request: dict) -> dict:
    random = Random(request["seed"])
    with open(request["path"], "rb") as file:
        content = file.read()
    if oracle.compiles(content) is not None:
        return {"damaged": []}
    try:
        source = Source(content)
    except Unreadable:
        return {"damaged": []}
    if not source.code:
        return {"damaged": []}
    made, tries = [], 0
    while len(made) < request["count"] and tries < request["count"] * 3:
        tries += 1
        make = random.choice(damage.DAMAGES)
        text = make(source, random)
        try:
            broken = None if text is None or text == source.text else text.encode(source.encoding)
        except UnicodeError:
            continue
        if broken is not None:
            made.append({"name": make.__name__, "content": encoded(broken), "refused": oracle.compiles(broken)})
    return {"damaged": made}


def compile_all(request: dict) -> dict:
    answers = []
    for path in request["paths"]:
        with open(path, "rb") as file:
            answers.append(oracle.compiles(file.read()))
    return {"answers": answers}


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


OPERATIONS = {
    "version": lambda _: {"version": ".".join(map(str, sys.version_info[:3]))},
    "compile": compile_all,
    "edits": edits,
    "damage": damaged,
}

for line in sys.stdin:
    request = json.loads(line)
    sys.stdout.write(json.dumps(OPERATIONS[request["op"]](request)) + "\n")
    sys.stdout.flush()
