"""Comments that steer a tool or the language: the same tree, and yet to be reported."""

import re
from random import Random

import words
from documentation import comment_behind, comment_line, removal_of
from mutants import Edits, pick
from source import Edit, Source

#: The start of a comment that steers for certain, whatever follows.
STEERS = re.compile(r"#\s?(?:type:|noqa\b|pragma: no|fmt: o|pylint: |mypy: |pyright: |isort: ?skip|ruff: noqa|nosec\b|flake8: noqa)")


def directive_line_added(source: Source, random: Random) -> Edits:
    return comment_line(source, random, words.directive(random))


def directive_added_behind_code(source: Source, random: Random) -> Edits:
    return comment_behind(source, random, words.directive(random))


def steering(source: Source):
    return [c for c in source.comments if STEERS.match(c.text)]


def directive_removed(source: Source, random: Random) -> Edits:
    comment = pick(random, steering(source))
    return comment and [removal_of(source, comment)]


def directive_made_a_note(source: Source, random: Random) -> Edits:
    comment = pick(random, steering(source))
    return comment and [Edit(comment.start, comment.end, "# a note")]


def note_made_a_directive(source: Source, random: Random) -> Edits:
    comment = pick(random, [c for c in source.comments if not STEERS.match(c.text) and source.line_of(c.start) > 2])
    return comment and [Edit(comment.start, comment.end, words.directive(random))]


def directive_moved(source: Source, random: Random) -> Edits:
    """From behind one statement to behind another."""
    comment = pick(random, [c for c in steering(source) if source.line_of(c.start) > 2])
    target = comment and comment_behind(source, random, comment.text)
    if not target or target[0].start <= comment.end:
        return None
    return [removal_of(source, comment), *target]


def shebang_added(source: Source, random: Random) -> Edits:
    if source.text.startswith("#!") or re.search("coding[:=]", source.text[:4096]) or source.encoding != "utf-8":
        return None
    return [Edit(0, 0, random.choice(["#!/usr/bin/env python\n", "#!/bin/sh\n"]))]


def shebang_removed(source: Source, random: Random) -> Edits:
    if not source.text.startswith("#!") or re.search("coding[:=]", source.text[:4096]):
        return None
    return [Edit(0, source.next_line(0), "")]


def shebang_pushed_down(source: Source, random: Random) -> Edits:
    if not source.text.startswith("#!") or re.search("coding[:=]", source.text[:4096]):
        return None
    return [Edit(0, 0, random.choice(["# first\n", "\n"]))]


DIRECTIVES = [
    directive_line_added,
    directive_added_behind_code,
    directive_removed,
    directive_made_a_note,
    note_made_a_directive,
    directive_moved,
    shebang_added,
    shebang_removed,
    shebang_pushed_down,
]
