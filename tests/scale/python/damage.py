"""Small damage to a program; CPython's compiler says whether it still is one."""

from random import Random

from source import Source

CHARACTERS = list("()[]{}:,.;='\"\\#@*-+/%&|^~<>!?$` \t\f") + ["\n", "\r", "\0", "é", "€", "\u00a0", "\u200b", "\ufeff", "0", "x", "f'", "'''", '"""', "  ", "\\\n", "0x", "1_", "{x", "}}", "\x1a"]
WORDS = "if else elif for while def class return yield await async lambda with try except finally import from as global nonlocal pass break continue del raise assert not and or in is None True False match case type print exec __debug__ := -> ** ... * except*".split()  # fmt: skip


def character_deleted(source: Source, random: Random) -> str | None:
    at = random.randrange(len(source.text))
    return source.text[:at] + source.text[at + 1 :]


def character_inserted(source: Source, random: Random) -> str | None:
    at = random.randrange(len(source.text) + 1)
    return source.text[:at] + random.choice(CHARACTERS) + source.text[at:]


def character_replaced(source: Source, random: Random) -> str | None:
    at = random.randrange(len(source.text))
    return source.text[:at] + random.choice(CHARACTERS) + source.text[at + 1 :]


def characters_swapped(source: Source, random: Random) -> str | None:
    at = random.randrange(len(source.text))
    return source.text[:at] + source.text[at + 1 : at + 2] + source.text[at] + source.text[at + 2 :]


def token_deleted(source: Source, random: Random) -> str | None:
    token = random.choice(source.code)
    return source.text[: token.start] + source.text[token.end :]


def token_doubled(source: Source, random: Random) -> str | None:
    token = random.choice(source.code)
    return source.text[: token.end] + random.choice(["", " "]) + token.text + source.text[token.end :]


def token_replaced(source: Source, random: Random) -> str | None:
    token, other = random.choice(source.code), random.choice(source.code).text
    return source.text[: token.start] + (other if random.random() < 0.6 else random.choice(WORDS)) + source.text[token.end :]


def token_inserted(source: Source, random: Random) -> str | None:
    token, other = random.choice(source.code), random.choice(source.code).text
    return source.text[: token.start] + (other if random.random() < 0.5 else random.choice(WORDS)) + " " + source.text[token.start :]


def tokens_swapped(source: Source, random: Random) -> str | None:
    at = random.randrange(len(source.code))
    if at == 0:
        return None
    a, b = source.code[at - 1], source.code[at]
    return source.text[: a.start] + b.text + source.text[a.end : b.start] + a.text + source.text[b.end :]


def line_deleted(source: Source, random: Random) -> str | None:
    at = random.randrange(len(source.lines))
    return "".join(source.lines[:at] + source.lines[at + 1 :])


def lines_swapped(source: Source, random: Random) -> str | None:
    at = random.randrange(len(source.lines))
    lines = source.lines
    return "".join([*lines[:at], *lines[at + 1 : at + 2], lines[at], *lines[at + 2 :]])


def line_moved(source: Source, random: Random) -> str | None:
    lines = source.lines.copy()
    line = lines.pop(random.randrange(len(lines)))
    lines.insert(random.randint(0, len(lines)), line)
    return "".join(lines)


def line_doubled(source: Source, random: Random) -> str | None:
    at = random.randrange(len(source.lines))
    return "".join([*source.lines[: at + 1], source.lines[at], *source.lines[at + 1 :]])


def cut(source: Source, random: Random) -> str | None:
    return source.text[: random.randrange(len(source.text))]


def cut_at_a_line(source: Source, random: Random) -> str | None:
    return "".join(source.lines[: random.randrange(len(source.lines))])


def head_cut(source: Source, random: Random) -> str | None:
    return source.text[random.randrange(len(source.text)) :]


def indentation_shifted(source: Source, random: Random) -> str | None:
    at = random.randrange(len(source.lines))
    line = source.lines[at]
    new = random.choice([" " + line, "    " + line, "\t" + line, line.lstrip(" \t"), line[1:] if line[:1] in " \t" else "\f" + line])
    return "".join([*source.lines[:at], new, *source.lines[at + 1 :]])


def indentation_mixed(source: Source, random: Random) -> str | None:
    """The blanks of one line as tabs."""
    at = random.randrange(len(source.lines))
    line = source.lines[at]
    body = line.lstrip(" ")
    count = len(line) - len(body)
    if count == 0:
        return None
    new = random.choice(["\t" * (count // 4), "\t" * (count // 8) + " " * (count % 8), "\t" * count, " " * (count // 2) + "\t"])
    return "".join([*source.lines[:at], new + body, *source.lines[at + 1 :]])


def line_joined(source: Source, random: Random) -> str | None:
    at = random.randrange(len(source.lines))
    return "".join([*source.lines[:at], source.lines[at].rstrip("\r\n") + random.choice(["", " ", "\\"]), *source.lines[at + 1 :]])


def line_broken(source: Source, random: Random) -> str | None:
    token = random.choice(source.code)
    return source.text[: token.start] + random.choice(["\n", "\n    ", "\\\n", "\\ \n", "# x\n"]) + source.text[token.start :]


def spliced(source: Source, random: Random) -> str | None:
    """The head of the file on one of its tails."""
    return source.text[: random.randrange(len(source.text))] + source.text[random.randrange(len(source.text)) :]


def byte_order_mark(source: Source, random: Random) -> str | None:
    return "\ufeff" + source.text


def twice(source: Source, random: Random) -> str | None:
    token, other = random.choice(source.code), random.choice(source.code)
    first, second = sorted([token, other], key=lambda t: t.start)
    if first is second:
        return None
    return source.text[: first.start] + random.choice(WORDS) + " " + source.text[first.start : second.start] + source.text[second.end :]


DAMAGES = [
    character_deleted,
    character_inserted,
    character_replaced,
    characters_swapped,
    token_deleted,
    token_doubled,
    token_replaced,
    token_inserted,
    tokens_swapped,
    line_deleted,
    lines_swapped,
    line_moved,
    line_doubled,
    cut,
    cut_at_a_line,
    head_cut,
    indentation_shifted,
    indentation_mixed,
    line_joined,
    line_broken,
    spliced,
    byte_order_mark,
    twice,
]
