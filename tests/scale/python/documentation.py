"""Edits of comments and docstrings: what must be graded as the same code."""

import ast
import re
from random import Random

import words
from source import SCOPES, Edit, Source
from oracle import is_docstring

#: A comment with one of these words may steer a tool: whether it does is asked for in classes of its own.
MAY_STEER = re.compile(
    r"type|noqa|no qa|pragma|fmt|lint|mypy|pyright|isort|ruff|flake8|yapf|pep8|black|pyre|nosec|cover|cython|distutils|doctest"
    r"|spell|sourcery|skylos|vulture|bandit|inspection|skipcq|sonar|lgtm|pysa|semgrep|coding|#!|ty:|///",
    re.I,
)


def own_line_comment_added(source: Source, random: Random) -> list[Edit] | None:
    return comment_line(source, random, words.comment(random, source.encoding))


def comment_line(source: Source, random: Random, comment: str) -> list[Edit] | None:
    line = random.choice(lower_joints(source) or [0])
    if line == 0:
        return None
    indent = random.choice([re.match(r"[ \t]*", source.lines[line - 1]).group(), "", "   ", "\t", " " * 13])
    return [Edit(source.starts[line - 1], source.starts[line - 1], f"{indent}{comment}\n")]


def lower_joints(source: Source) -> list[int]:
    """Not above a shebang or where an encoding cookie may stand: those are directives."""
    return [line for line in source.joints() if line > 2]


def trailing_comment_added(source: Source, random: Random) -> list[Edit] | None:
    return comment_behind(source, random, words.comment(random, source.encoding))


def comment_behind(source: Source, random: Random, comment: str) -> list[Edit] | None:
    ends = [t for t in source.tokens if t.kind in ("NEWLINE", "NL") and source.line_of(t.start) > 2]
    ends = [t for t in ends if t.start == source.line_end(t.start) and source.indent_at(t.start) != source.text[source.line_start(t.start) : t.start]]
    taken = {source.line_of(c.start) for c in source.comments}
    ends = [t for t in ends if source.line_of(t.start) not in taken]
    if not ends:
        return None
    at = random.choice(ends).start
    return [Edit(at, at, random.choice(["  ", " ", "", "\t"]) + comment)]


def plain_comments(source: Source):
    return [c for c in source.comments if not MAY_STEER.search(c.text) and source.line_of(c.start) > 2]


def comment_removed(source: Source, random: Random) -> list[Edit] | None:
    comments = plain_comments(source)
    return [removal_of(source, random.choice(comments))] if comments else None


def removal_of(source: Source, comment) -> Edit:
    before = source.text[source.line_start(comment.start) : comment.start]
    if before.strip(" \t\f") == "":
        return Edit(source.line_start(comment.start), source.next_line(comment.start), "")
    return Edit(comment.start - (len(before) - len(before.rstrip(" \t"))), comment.end, "")


def comment_changed(source: Source, random: Random) -> list[Edit] | None:
    comments = plain_comments(source)
    if not comments:
        return None
    comment = random.choice(comments)
    new = words.comment(random, source.encoding)
    if random.random() < 0.5:
        at = random.randint(1, len(comment.text))
        new = comment.text[:at] + random.choice([" more", "!", " 'q", ' """', "\\"]) + comment.text[at:]
    return None if MAY_STEER.search(new) else [Edit(comment.start, comment.end, new)]


def comment_reindented(source: Source, random: Random) -> list[Edit] | None:
    own = [c for c in source.comments if source.indent_at(c.start) == source.text[source.line_start(c.start) : c.start]]
    own = [c for c in own if source.line_of(c.start) > 2]
    if not own:
        return None
    comment = random.choice(own)
    return [Edit(source.line_start(comment.start), comment.start, random.choice(["", " ", "\t", " " * 7, "\f"]))]


def all_comments_removed(source: Source, random: Random) -> list[Edit] | None:
    comments = plain_comments(source)
    return [removal_of(source, comment) for comment in comments] or None


# Docstrings


def is_inline(source: Source, node: ast.AST) -> bool:
    """The body stands on the header's line."""
    start = first_of(source, node.body[0])
    return source.text[source.line_start(start) : start].strip(" \t\f") != ""


def first_of(source: Source, statement: ast.stmt) -> int:
    """Where a statement starts, its decorators counted."""
    decorators = getattr(statement, "decorator_list", [])
    if not decorators:
        return source.start_of(statement)
    start = min(source.start_of(d) for d in decorators)
    return source.text.rindex("@", 0, start)


def docstring_added(source: Source, random: Random) -> list[Edit] | None:
    nodes = [n for n in source.scopes if not is_docstring(n.body) and not is_inline(source, n)]
    return add_docstring(source, random, random.choice(nodes)) if nodes else None


def add_docstring(source: Source, random: Random, node: ast.AST) -> list[Edit] | None:
    start = first_of(source, node.body[0])
    indent = source.text[source.line_start(start) : start]
    literal = words.docstring(random, indent.replace("\f", ""), source.encoding)
    place = body_top(source, node) if random.random() < 0.5 else source.line_start(start)
    if place != source.line_start(start) and "\f" in indent or not source.is_joint(source.line_of(place)):
        return None
    tail = random.choice(["\n", "\n", "\n\n", ";\n", "  # doc\n", " \n", "; "])
    if tail == "; ":
        if isinstance(node.body[0], COMPOUND) or place != source.line_start(start):
            tail = "\n"
        else:
            return [Edit(start, start, literal + tail)]
    return [Edit(place, place, indent + literal + tail)]


def blocks(tree: ast.AST) -> list[list[ast.stmt]]:
    """Every list of statements."""
    found = []
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                found.append(block)
    return found


COMPOUND = (
    *SCOPES, ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match,
    *([ast.TryStar] if hasattr(ast, "TryStar") else []),
)  # fmt: skip


def body_top(source: Source, node: ast.AST) -> int:
    """The start of the line below the header, above any comments."""
    first = source.start_of(node.body[0])
    newlines = [t for t in source.tokens if t.kind == "NEWLINE" and t.start < first]
    return source.next_line(newlines[-1].start)


def docstring_added_to_all(source: Source, random: Random) -> list[Edit] | None:
    edits: list[Edit] = []
    for node in source.scopes:
        if not is_docstring(node.body) and not is_inline(source, node):
            edits += add_docstring(source, random, node) or []
    starts = [edit.start for edit in edits]
    return edits if edits and len(set(starts)) == len(starts) else None


def docstring_added_on_the_header_line(source: Source, random: Random) -> list[Edit] | None:
    nodes = [n for n in source.scopes if not is_docstring(n.body) and is_inline(source, n)]
    if not nodes:
        return None
    node = random.choice(nodes)
    start = source.start_of(node.body[0])
    if random.random() < 0.5:
        return [Edit(start, start, words.one_line(random, source.encoding) + "; ")]
    indent = source.indent_at(source.start_of(node)) + "    "
    gap = source.text[: start].rstrip(" \t")
    return [Edit(len(gap), start, f"\n{indent}{words.docstring(random, indent, source.encoding)}\n{indent}")]


def module_docstring_added(source: Source, random: Random) -> list[Edit] | None:
    if is_docstring(source.tree.body):
        return None
    literal = words.docstring(random, "", source.encoding)
    if not source.tree.body:
        place = len(source.text)
        if source.text and source.text[-1] not in "\r\n":
            return None
    else:
        place = first_of(source, source.tree.body[0])
    if place != source.line_start(place) or not source.text and source.tree.body:
        return None
    return [Edit(place, place, literal + random.choice(["\n", "\n\n", ";\n", "  # doc\n"]))]


def documented(source: Source) -> list[ast.AST]:
    return [n for n in [source.tree, *source.scopes] if is_docstring(n.body)]


def docstring_removed(source: Source, random: Random) -> list[Edit] | None:
    nodes = documented(source)
    if not nodes:
        return None
    edit = removal_of_docstring(source, random.choice(nodes), random)
    return None if edit is None else [edit]


def statement_span(source: Source, statement: ast.stmt) -> tuple[int, int]:
    """With the parentheses around an expression, which `ast` leaves out."""
    start, end = source.start_of(statement), source.end_of(statement)
    while True:
        opening = source.code_before(start)
        closing = source.code_after(end)
        if opening is None or closing is None or opening.text != "(" or closing.text != ")":
            return start, end
        start, end = opening.start, closing.end


def removal_of_docstring(source: Source, node: ast.AST, random: Random) -> Edit | None:
    start, end = statement_span(source, node.body[0])
    lines = (source.line_start(start), source.line_end(end))
    if any(MAY_STEER.search(c.text) for c in source.comments if lines[0] <= c.start < lines[1]):
        return None
    if len(node.body) == 1:
        if isinstance(node, ast.Module):
            return whole_lines(source, start, end)
        return Edit(start, end, "pass")
    follower = source.code_after(end)
    if follower is not None and follower.text == ";":
        beyond = source.code_after(follower.end)
        if beyond is not None and source.line_of(beyond.start) == source.line_of(follower.start):
            return Edit(start, beyond.start, "")
        end = follower.end
    return whole_lines(source, start, end) if not is_inline(source, node) else None


def whole_lines(source: Source, start: int, end: int) -> Edit:
    rest = source.text[end : source.line_end(end)]
    if rest.strip() == "" and source.text[source.line_start(start) : start].strip(" \t\f") == "":
        return Edit(source.line_start(start), source.next_line(end) if end < len(source.text) else end, "")
    return Edit(start, end, "")


def all_docstrings_removed(source: Source, random: Random) -> list[Edit] | None:
    edits = [removal_of_docstring(source, node, random) for node in documented(source)]
    return [edit for edit in edits if edit is not None] or None


def docstring_changed(source: Source, random: Random) -> list[Edit] | None:
    nodes = documented(source)
    if not nodes:
        return None
    start, end = statement_span(source, random.choice(nodes).body[0])
    indent = source.text[source.line_start(start) : start]
    indent = indent if indent.strip(" \t") == "" else ""
    return [Edit(start, end, words.docstring(random, indent, source.encoding))]


def docstring_text_edited(source: Source, random: Random) -> list[Edit] | None:
    """A word more, a line more, within the literal as it is written."""
    nodes = documented(source)
    if not nodes:
        return None
    start, end = statement_span(source, random.choice(nodes).body[0])
    spots = [m.start() for m in re.finditer(r"(?<=[a-z]) (?=[a-z])", source.text[start:end])]
    if not spots:
        return None
    at = start + random.choice(spots)
    triple = source.text[start:end].lstrip("rRuU(\n ").startswith(('"""', "'''"))
    added = random.choice([" really", "\n\n    more\n", " # hash", "\n# a line like a comment\n", "\n>>> x\n"] if triple else [" really", " #"])
    return [Edit(at, at, added)]


def docstring_became_multiple_lines(source: Source, random: Random) -> list[Edit] | None:
    """Only the quotes or the prefix change."""
    for node in random.sample(documented(source), len(documented(source))):
        start, end = source.start_of(node.body[0]), source.end_of(node.body[0])
        match = re.fullmatch(r"(?P<prefix>[rRuU]?)(?P<quote>\"\"\"|''')(?P<body>[^'\"\\]*)(?P=quote)", source.text[start:end])
        if match:
            other = "'''" if match["quote"] == '"""' else '"""'
            return [Edit(start, end, random.choice(["", "r", "R", "u", "U"]) + other + match["body"] + other)]
    return None


SINGLE = [own_line_comment_added, trailing_comment_added, comment_removed, comment_changed, docstring_added, docstring_changed, docstring_removed]


def several(source: Source, random: Random) -> list[Edit] | None:
    """Two to six edits of comments and docstrings that do not touch."""
    edits: list[Edit] = []
    for _ in range(random.randint(2, 6)):
        for edit in random.choice(SINGLE)(source, random) or []:
            if all(edit.end < other.start or other.end < edit.start for other in edits):
                edits.append(edit)
    return edits if len(edits) > 1 else None


COMMENTS = [own_line_comment_added, trailing_comment_added, comment_removed, comment_changed, comment_reindented, all_comments_removed]
DOCSTRINGS = [
    docstring_added,
    docstring_added_to_all,
    docstring_added_on_the_header_line,
    module_docstring_added,
    docstring_removed,
    all_docstrings_removed,
    docstring_changed,
    docstring_text_edited,
    docstring_became_multiple_lines,
    several,
]
