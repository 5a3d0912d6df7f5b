"""Writes the unified diff of one file, in the ways that tools and people do."""

import difflib
import re
from random import Random


def unified_diff(path: str, before: bytes, after: bytes, random: Random) -> bytes:
    old, new = lines_of(before), lines_of(after)
    context = random.choice([3, 3, 3, 1, 0, 5])
    if len(old) + len(new) < 600 and random.random() < 0.5:
        matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
        groups = list(matcher.get_grouped_opcodes(context))
    else:
        groups = [one_group(old, new, context)]
    return header(path, random) + b"".join(hunk(group, old, new) for group in groups)


def header(path: str, random: Random) -> bytes:
    a, b = f"a/{path}", f"b/{path}"
    names = f"--- {a}\n+++ {b}\n"
    return random.choice([f"diff --git {a} {b}\n{names}", f"diff --git {a} {b}\nindex 1234567..89abcde 100644\n{names}", names, f"--- {path}\n+++ {path}\n"]).encode()


def lines_of(content: bytes) -> list[bytes]:
    return re.findall(rb"[^\n]*\n|[^\n]+\Z", content)


def one_group(old: list[bytes], new: list[bytes], context: int):
    """One change from the first line that differs to the last."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    tail = 0
    while tail < min(len(old), len(new)) - start and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    before, after = min(context, start), min(context, tail)
    old_end, new_end = len(old) - tail, len(new) - tail
    return [
        ("equal", start - before, start, start - before, start),
        ("replace", start, old_end, start, new_end),
        ("equal", old_end, old_end + after, new_end, new_end + after),
    ]


def hunk(group, old: list[bytes], new: list[bytes]) -> bytes:
    old_start, old_end, new_start, new_end = group[0][1], group[-1][2], group[0][3], group[-1][4]
    out = [f"@@ -{span(old_start, old_end)} +{span(new_start, new_end)} @@\n".encode()]
    for tag, i, j, k, m in group:
        if tag == "equal":
            out += [marked(b" ", line) for line in old[i:j]]
        else:
            out += [marked(b"-", line) for line in old[i:j]]
            out += [marked(b"+", line) for line in new[k:m]]
    return b"".join(out)


def span(start: int, end: int) -> str:
    count = end - start
    first = start + 1 if count else start
    return str(first) if count == 1 else f"{first},{count}"


def marked(mark: bytes, line: bytes) -> bytes:
    return mark + line + (b"" if line.endswith(b"\n") else b"\n\\ No newline at end of file\n")
