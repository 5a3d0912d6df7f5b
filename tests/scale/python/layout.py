"""Edits of nothing but line breaks, blanks and indentation: what must be graded as the same code."""

import ast
from random import Random

from documentation import COMPOUND, blocks, lower_joints, statement_span
from source import LINE, Edit, Source


def blank_line_added(source: Source, random: Random) -> list[Edit] | None:
    line = random.choice(lower_joints(source) or [0])
    if line == 0:
        return None
    at = source.starts[line - 1]
    return [Edit(at, at, random.choice(["\n", "\n\n", "    \n", "\t\n", "\f\n", "  \f  \n"]))]


def blank_line_removed(source: Source, random: Random) -> list[Edit] | None:
    blank = [n for n in lower_joints(source) if source.lines[n - 1].strip(" \t\f\r\n") == ""]
    if not blank:
        return None
    at = source.starts[random.choice(blank) - 1]
    return [Edit(at, source.next_line(at), "")]


def trailing_blanks_added(source: Source, random: Random) -> list[Edit] | None:
    ends = [t.start for t in source.tokens if t.kind in ("NEWLINE", "NL") and t.start == source.line_end(t.start)]
    if not ends:
        return None
    at = random.choice(ends)
    return [Edit(at, at, random.choice([" ", "   ", "\t", " \t ", "\f"]))]


def blanks_between_tokens(source: Source, random: Random) -> list[Edit] | None:
    if not source.code:
        return None
    token = random.choice(source.code)
    previous = source.code_before(token.start)
    same_line = previous is not None and source.line_of(previous.end) == source.line_of(token.start)
    if not same_line:
        return None
    return [Edit(token.start, token.start, random.choice([" ", "   ", "\t", " \f"]))]


def backslash_added(source: Source, random: Random) -> list[Edit] | None:
    """A line broken by a backslash between two tokens."""
    if not source.code:
        return None
    token = random.choice(source.code)
    previous = source.code_before(token.start)
    if previous is None or source.line_of(previous.end) != source.line_of(token.start):
        return None
    return [Edit(token.start, token.start, " \\\n" + random.choice(["", "    ", "\t"]))]


def line_broken_in_brackets(source: Source, random: Random) -> list[Edit] | None:
    inner = [t for t in source.code if t.depth > 0]
    if not inner:
        return None
    at = random.choice(inner).start
    return [Edit(at, at, random.choice(["\n", "\n    ", "  # why\n", "\n\n# own\n "]))]


def form_feed_added(source: Source, random: Random) -> list[Edit] | None:
    starts = [source.starts[n - 1] for n in lower_joints(source)]
    if not starts:
        return None
    at = random.choice(starts)
    return [Edit(at, at, "\f")]


def semicolon_added(source: Source, random: Random) -> list[Edit] | None:
    simple = [n for n in ast.walk(source.tree) if isinstance(n, ast.stmt) and not isinstance(n, COMPOUND)]
    if not simple:
        return None
    _, end = statement_span(source, random.choice(simple))
    after = source.code_after(end)
    if after is not None and source.line_of(after.start) == source.line_of(end):
        return None
    return [Edit(end, end, random.choice([";", " ;"]))]


def statements_on_one_line(source: Source, random: Random) -> list[Edit] | None:
    pairs = [
        (a, b)
        for block in blocks(source.tree)
        for a, b in zip(block, block[1:])
        if not isinstance(a, COMPOUND) and not isinstance(b, COMPOUND)
    ]
    if not pairs:
        return None
    first, second = random.choice(pairs)
    end, start = statement_span(source, first)[1], statement_span(source, second)[0]
    if source.text[end:start].strip() != "":
        return None
    return [Edit(end, start, "; ")]


def indentation_changed(source: Source, random: Random) -> list[Edit] | None:
    """Every block indented by another unit; text within strings and comments stay where they are."""
    unit = random.choice(["\t", " ", "  ", "        "])
    level, edits, fresh = 0, [], True
    for token in source.tokens:
        if token.kind == "INDENT":
            level += 1
        elif token.kind == "DEDENT":
            level -= 1
        elif token.kind == "NEWLINE":
            fresh = True
        elif token.kind not in ("NL", "COMMENT", "ENDMARKER") and fresh:
            fresh = False
            edits.append(Edit(source.line_start(token.start), token.start, unit * level))
    return edits


def final_newline_removed(source: Source, random: Random) -> list[Edit] | None:
    stripped = source.text.rstrip("\r\n")
    if stripped == source.text or stripped.endswith("\\"):
        return None
    return [Edit(len(stripped), len(source.text), "")]


def final_newlines_added(source: Source, random: Random) -> list[Edit] | None:
    return [Edit(len(source.text), len(source.text), random.choice(["\n", "\n\n\n", "\n# end", "\n    # end\n", "\n\f\n"]))]


class Rewritten(bytes):
    """A whole new content instead of edits."""


def line_breaks(source: Source, new: str) -> bytes | None:
    lines = LINE.findall(source.text)
    joined = "".join(line.rstrip("\r\n") + (new if line[-1] in "\r\n" else "") for line in lines)
    return None if joined == source.text else Rewritten(joined.encode(source.encoding))


def line_breaks_lf(source: Source, random: Random):
    return line_breaks(source, "\n")


def line_breaks_crlf(source: Source, random: Random):
    return line_breaks(source, "\r\n")


def line_breaks_cr(source: Source, random: Random):
    return line_breaks(source, "\r")


def line_breaks_mixed(source: Source, random: Random):
    joined = "".join(
        line.rstrip("\r\n") + (random.choice(["\n", "\r\n", "\r"]) if line[-1] in "\r\n" else "") for line in source.lines
    )
    return None if "\r\n" in joined and joined == source.text else Rewritten(joined.encode(source.encoding))


LAYOUT = [
    blank_line_added,
    blank_line_removed,
    trailing_blanks_added,
    blanks_between_tokens,
    backslash_added,
    line_broken_in_brackets,
    form_feed_added,
    semicolon_added,
    statements_on_one_line,
    indentation_changed,
    final_newline_removed,
    final_newlines_added,
    line_breaks_lf,
    line_breaks_crlf,
    line_breaks_cr,
    line_breaks_mixed,
]
