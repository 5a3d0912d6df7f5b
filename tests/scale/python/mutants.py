"""Edits of code: what must be graded as other code. The oracle says of each whether the tree differs and still compiles."""

import ast
import re
from random import Random

import words
from documentation import COMPOUND, blocks, body_top, documented, first_of, is_inline, several, statement_span
from oracle import is_docstring
from source import Edit, Source, Token

OPERATORS = [
    ["+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "<<", ">>"],
    ["==", "!=", "<", "<=", ">", ">="],
    ["+=", "-=", "*=", "/=", "//=", "%=", "|=", "&=", "^=", "<<=", ">>=", "**=", "@=", "="],
    ["and", "or"],
    ["is", "in"],
    ["~", "-", "+", "not "],
    ["True", "False", "None", "..."],
    ["break", "continue", "pass"],
    ["return", "yield", "raise", "await", "del"],
    ["global", "nonlocal"],
    ["if", "while"],
    ["any", "all"],
    ["(", "["],
    [".", ","],
    [":", ",", "="],
]
KEYWORDS = set("and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield True False None".split())  # fmt: skip


Edits = list[Edit] | None
MUTANTS = []


def mutant(make):
    MUTANTS.append(make)
    return make


def pick(random: Random, items: list):
    return random.choice(items) if items else None


def replaced(token: Token, text: str) -> list[Edit]:
    return [Edit(token.start, token.end, text)]


def swap_within(source: Source, random: Random, group: list[str]) -> list[Edit] | None:
    token = pick(random, [t for t in source.code if t.text in group])
    return token and replaced(token, random.choice([text for text in group if text != token.text]))


@mutant
def arithmetic_operator(source: Source, random: Random) -> Edits:
    return swap_within(source, random, OPERATORS[0])


@mutant
def comparison_operator(source: Source, random: Random) -> Edits:
    return swap_within(source, random, OPERATORS[1])


@mutant
def assignment_operator(source: Source, random: Random) -> Edits:
    return swap_within(source, random, OPERATORS[2])


@mutant
def word_operator(source: Source, random: Random) -> Edits:
    return swap_within(source, random, random.choice(OPERATORS[3:5]))


@mutant
def constant_word(source: Source, random: Random) -> Edits:
    return swap_within(source, random, OPERATORS[6])


@mutant
def flow_word(source: Source, random: Random) -> Edits:
    return swap_within(source, random, random.choice(OPERATORS[7:11]))


@mutant
def punctuation(source: Source, random: Random) -> Edits:
    return swap_within(source, random, random.choice(OPERATORS[13:]))


@mutant
def not_added(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in source.code if t.text in ("if", "while", "and", "or", "return", "assert")])
    return token and [Edit(token.end, token.end, " not")]


@mutant
def not_removed(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in source.code if t.text == "not"])
    return token and replaced(token, "")


@mutant
def minus_added(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in source.code if t.kind == "NUMBER"])
    return token and [Edit(token.start, token.start, random.choice(["-", "+", "~"]))]


def names(source: Source) -> list[Token]:
    return [t for t in source.code if t.kind == "NAME" and t.text not in KEYWORDS]


@mutant
def name(source: Source, random: Random) -> Edits:
    found = names(source)
    token = pick(random, found)
    return token and replaced(token, random.choice([token.text + "_", "_" + token.text, random.choice(found).text, token.text.swapcase()]))


@mutant
def look_alike_name(source: Source, random: Random) -> Edits:
    """One letter of another alphabet that looks the same."""
    pairs = {"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "x": "х"}
    token = pick(random, [t for t in names(source) if any(c in pairs for c in t.text)])
    if token is None:
        return None
    letter = random.choice([c for c in token.text if c in pairs])
    return replaced(token, token.text.replace(letter, pairs[letter], 1))


@mutant
def attribute(source: Source, random: Random) -> Edits:
    found = [b for a, b in zip(source.code, source.code[1:]) if a.text == "." and b.kind == "NAME"]
    token = pick(random, found)
    return token and replaced(token, random.choice([token.text + "_", random.choice(found).text]))


@mutant
def keyword_name(source: Source, random: Random) -> Edits:
    node = pick(random, [n for n in ast.walk(source.tree) if isinstance(n, ast.keyword) and n.arg])
    if node is None:
        return None
    start = source.start_of(node)
    return [Edit(start, start, random.choice(["x", "_"]))]


@mutant
def number(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in source.code if t.kind == "NUMBER"])
    return token and replaced(token, random.choice([token.text + "0", "7", "0", "1.5", "1j", "0x7", token.text + "_0"]))


def plain_strings(source: Source) -> list[Token]:
    """Not docstrings."""
    taken = []
    for node in documented(source):
        taken.append(statement_span(source, node.body[0]))
    strings = [t for t in source.code if t.kind == "STRING"]
    return [t for t in strings if not any(start <= t.start < end for start, end in taken)]


def is_formatted(token: Token) -> bool:
    return re.match(r"[rR]?[fFtT][rR]?['\"]", token.text) is not None


def within(token: Token, random: Random, added: str) -> list[Edit] | None:
    quote = re.match(r"\w*('''|\"\"\"|'|\")", token.text)
    at = random.randint(quote.end(), len(token.text) - len(quote.group(1)))
    return [Edit(token.start + at, token.start + at, added)]


@mutant
def string_content(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in plain_strings(source) if not is_formatted(t)])
    return token and within(token, random, random.choice(["x", " ", "#", "%s", "\t", ".", "\\n"]))


@mutant
def string_white_space(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in plain_strings(source) if " " in t.text])
    if token is None:
        return None
    at = token.start + random.choice([i for i, c in enumerate(token.text) if c == " "])
    return [Edit(at, at + 1, random.choice(["", "  ", "\t"]))]


@mutant
def string_prefix(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in source.code if t.kind == "STRING"])
    if token is None:
        return None
    bare = token.text.lstrip("rRbBuUfFtT")
    return replaced(token, random.choice(["b", "r", "f", "rb", "u", ""]) + bare)


@mutant
def comment_line_within_string(source: Source, random: Random) -> Edits:
    """What looks like a comment line in the middle of a string that is no docstring."""
    token = pick(random, [t for t in plain_strings(source) if "\n" in t.text and t.text.lstrip("rRuUbB")[:3] in ('"""', "'''")])
    if token is None:
        return None
    breaks = [m.end() for m in re.finditer(r"\r\n|\r|\n", token.text)]
    at = token.start + random.choice(breaks)
    return [Edit(at, at, random.choice(["# a comment\n", "    # a comment\n", "\n"]))]


@mutant
def formatted_text(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in source.code if t.kind == "STRING" and is_formatted(t)])
    return token and within(token, random, random.choice(["x", "{{", " ", "{0}", "!r", ":>3"]))


@mutant
def formatted_field(source: Source, random: Random) -> Edits:
    tokens = [t for t in source.code if t.kind == "STRING" and is_formatted(t) and re.search(r"(?<!\{)\{\w", t.text)]
    token = pick(random, tokens)
    if token is None:
        return None
    at = token.start + random.choice([m.start() + 1 for m in re.finditer(r"(?<!\{)\{\w", token.text)])
    return [Edit(at, at, random.choice(["_", "not ", "-", "x."]))]


@mutant
def format_marker(source: Source, random: Random) -> Edits:
    """`f` taken from a formatted string, or given to a plain one."""
    token = pick(random, [t for t in plain_strings(source) if "{" in t.text])
    if token is None:
        return None
    return replaced(token, re.sub(r"^([rR]?)[fF]([rR]?)", r"\1\2", token.text) if is_formatted(token) else "f" + token.text)


# Statements and lines


def pairs(source: Source, wanted) -> list[tuple[ast.stmt, ast.stmt]]:
    return [(a, b) for block in blocks(source.tree) for a, b in zip(block, block[1:]) if wanted(a) and wanted(b)]


def is_simple(node: ast.stmt) -> bool:
    return not isinstance(node, COMPOUND)


@mutant
def statements_swapped(source: Source, random: Random) -> Edits:
    pair = pick(random, pairs(source, is_simple))
    if pair is None:
        return None
    first, second = statement_span(source, pair[0]), statement_span(source, pair[1])
    return [Edit(*first, source.text[slice(*second)]), Edit(*second, source.text[slice(*first)])]


@mutant
def definitions_swapped(source: Source, random: Random) -> Edits:
    pair = pick(random, pairs(source, lambda n: isinstance(n, COMPOUND)))
    if pair is None:
        return None
    (a, b), (c, d) = [(first_of(source, n), source.end_of(n)) for n in pair]
    return [Edit(a, b, source.text[c:d]), Edit(c, d, source.text[a:b])]


def full_lines(source: Source, statement: ast.stmt) -> tuple[int, int] | None:
    """The lines of a statement that shares them with no other."""
    start, end = (first_of(source, statement), source.end_of(statement)) if not is_simple(statement) else statement_span(source, statement)
    head = source.text[source.line_start(start) : start]
    tail = source.text[end : source.line_end(end)]
    if head.strip(" \t") != "" or tail.strip() != "" and not tail.lstrip().startswith("#"):
        return None
    return source.line_start(start), source.next_line(end) if end < len(source.text) else end


def lines_of_some(source: Source, random: Random, wanted=is_simple):
    for _ in range(8):
        block = pick(random, blocks(source.tree))
        if block is None:
            return None
        statement = random.choice(block)
        lines = full_lines(source, statement) if wanted(statement) else None
        if lines is not None:
            return block, statement, lines
    return None


@mutant
def line_moved(source: Source, random: Random) -> Edits:
    found = lines_of_some(source, random)
    if found is None:
        return None
    _, statement, (start, end) = found
    indent = source.text[start : source.start_of(statement)].rstrip("(")
    joints = [source.starts[n - 1] for n in source.joints() if not start <= source.starts[n - 1] <= end]
    near = [j for j in joints if abs(source.line_of(j) - source.line_of(start)) < 12]
    at = pick(random, near)
    text = source.text[start:end]
    if at is None or not text.endswith(("\n", "\r")):
        return None
    other = re.match(r"[ \t]*", source.text[at:]).group()
    return [Edit(start, end, ""), Edit(at, at, (text if random.random() < 0.5 else other + text[len(indent) :]).replace("\r\n", "\n").replace("\r", "\n"))]


@mutant
def line_deleted(source: Source, random: Random) -> Edits:
    found = lines_of_some(source, random)
    return found and [Edit(*found[2], "")]


@mutant
def line_doubled(source: Source, random: Random) -> Edits:
    found = lines_of_some(source, random)
    if found is None:
        return None
    start, end = found[2]
    text = source.text[start:end]
    return [Edit(start, start, text)] if text.endswith(("\n", "\r")) else None


@mutant
def block_deleted(source: Source, random: Random) -> Edits:
    found = lines_of_some(source, random, lambda n: not is_simple(n))
    return found and [Edit(*found[2], "")]


@mutant
def commented_out(source: Source, random: Random) -> Edits:
    found = lines_of_some(source, random, lambda n: True)
    if found is None:
        return None
    start, end = found[2]
    lines = range(source.line_of(start), source.line_of(max(start, end - 1)) + 1)
    mark = random.choice(["# ", "#"])
    return [Edit(source.starts[n - 1], source.starts[n - 1], mark) for n in lines]


@mutant
def rest_commented_out(source: Source, random: Random) -> Edits:
    """A `#` in the middle of a line of code, as in `f(a, # b)`."""
    token = pick(random, source.code)
    return token and [Edit(token.start, token.start, "# ")]


@mutant
def uncommented(source: Source, random: Random) -> Edits:
    own = [c for c in source.comments if source.indent_at(c.start) == source.text[source.line_start(c.start) : c.start]]
    own = [c for c in own if c.depth == 0 and is_program(c.text.lstrip("#").strip())]
    comment = pick(random, own)
    if comment is None:
        return None
    after = source.code_after(comment.start)
    indent = source.indent_at(after.start) if after else ""
    return [Edit(source.line_start(comment.start), comment.end, indent + comment.text.lstrip("#").strip())]


def is_program(text: str) -> bool:
    try:
        return len(ast.parse(text).body) > 0
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False


@mutant
def moved_out_of_block(source: Source, random: Random) -> Edits:
    """The last statement of a block, one level out."""
    found = lines_of_some(source, random)
    if found is None or found[0][-1] is not found[1] or len(found[0]) < 2:
        return None
    start = found[2][0]
    indent = source.indent_at(source.start_of(found[1]))
    outer = [i for i in levels(source) if len(i) < len(indent) and indent.startswith(i)]
    return [Edit(start, start + len(indent), max(outer, key=len))] if outer else None


@mutant
def moved_into_block(source: Source, random: Random) -> Edits:
    """The statement after a block, to its end."""
    candidates = [
        (a, b) for block in blocks(source.tree) for a, b in zip(block, block[1:]) if not is_simple(a) and is_simple(b) and full_lines(source, b)
    ]
    pair = pick(random, candidates)
    if pair is None:
        return None
    last = pair[0]
    while not is_simple(last):
        last = last.cases[-1] if isinstance(last, ast.Match) else last
        last = (getattr(last, "finalbody", None) or getattr(last, "orelse", None) or last.body)[-1]
    start = full_lines(source, pair[1])[0]
    return [Edit(start, source.start_of(pair[1]), source.indent_at(source.start_of(last)))]


def levels(source: Source) -> set[str]:
    return {source.indent_at(t.start) for t in source.code if source.text[source.line_start(t.start) : t.start] == source.indent_at(t.start)}


@mutant
def random_line_reindented(source: Source, random: Random) -> Edits:
    found = lines_of_some(source, random, lambda n: True)
    if found is None:
        return None
    start = found[2][0]
    indent = source.indent_at(first_of(source, found[1]))
    return [Edit(start, start + len(indent), random.choice(sorted(levels(source) | {indent + "    ", indent + " ", "\t"})))]


# Definitions


def decorated(source: Source):
    return [n for n in source.scopes if n.decorator_list]


@mutant
def decorator_added(source: Source, random: Random) -> Edits:
    node = pick(random, source.scopes)
    if node is None:
        return None
    start = first_of(source, node)
    indent = source.text[source.line_start(start) : start]
    return [Edit(start, start, f"@{random.choice(['staticmethod', 'cache', 'a.b(c)'])}\n{indent}")] if indent.strip() == "" else None


@mutant
def decorator_removed(source: Source, random: Random) -> Edits:
    node = pick(random, decorated(source))
    if node is None:
        return None
    decorator = random.choice(node.decorator_list)
    start = source.text.rindex("@", 0, source.start_of(decorator))
    return [Edit(source.line_start(start), source.next_line(source.end_of(decorator)), "")]


@mutant
def decorators_reordered(source: Source, random: Random) -> Edits:
    node = pick(random, [n for n in decorated(source) if len(n.decorator_list) > 1])
    if node is None:
        return None
    (a, b), (c, d) = [(source.start_of(n), source.end_of(n)) for n in node.decorator_list[:2]]
    return [Edit(a, b, source.text[c:d]), Edit(c, d, source.text[a:b])]


def defaults(source: Source) -> list[ast.expr]:
    found = [n for n in ast.walk(source.tree) if isinstance(n, ast.arguments)]
    return [d for n in found for d in [*n.defaults, *n.kw_defaults] if d is not None]


@mutant
def default_changed(source: Source, random: Random) -> Edits:
    node = pick(random, defaults(source))
    return node and [Edit(source.start_of(node), source.end_of(node), random.choice(["None", "0", "()", "'x'", "[]"]))]


@mutant
def default_removed(source: Source, random: Random) -> Edits:
    node = pick(random, defaults(source))
    if node is None:
        return None
    equals = source.text.rindex("=", 0, source.start_of(node))
    return [Edit(equals, source.end_of(node), "")]


def parameters(source: Source) -> list[ast.arg]:
    return [n for n in ast.walk(source.tree) if isinstance(n, ast.arg)]


@mutant
def parameter_renamed(source: Source, random: Random) -> Edits:
    node = pick(random, parameters(source))
    return node and [Edit(source.start_of(node), source.start_of(node), "x_")]


@mutant
def parameter_added(source: Source, random: Random) -> Edits:
    node = pick(random, parameters(source))
    return node and [Edit(source.start_of(node), source.start_of(node), random.choice(["x_, ", "*, ", "/, ", "*x_, "]))]


@mutant
def annotation_changed(source: Source, random: Random) -> Edits:
    nodes = [n.annotation for n in ast.walk(source.tree) if isinstance(n, (ast.arg, ast.AnnAssign)) and n.annotation is not None]
    nodes += [n.returns for n in ast.walk(source.tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)) and n.returns is not None]
    node = pick(random, nodes)
    if node is None:
        return None
    start, end = source.start_of(node), source.end_of(node)
    if random.random() < 0.3:
        colon = max(source.text.rfind(":", 0, start), source.text.rfind("->", 0, start))
        return [Edit(colon, end, "")]
    return [Edit(start, end, random.choice(["Any", "'Any'", f"list[{source.text[start:end]}]", f"{source.text[start:end]} | None"]))]


@mutant
def async_changed(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in source.code if t.text in ("async", "def", "for", "with", "await")])
    if token is None:
        return None
    if token.text in ("async", "await"):
        return [Edit(token.start, token.end + 1, "")]
    return [Edit(token.start, token.start, "async ")]


@mutant
def base_changed(source: Source, random: Random) -> Edits:
    node = pick(random, [n for n in ast.walk(source.tree) if isinstance(n, ast.ClassDef)])
    if node is None:
        return None
    if node.bases:
        base = random.choice(node.bases)
        return [Edit(source.start_of(base), source.end_of(base), random.choice(["object", "Exception", "A, B"]))]
    at = re.compile(r"class\s+\w+").match(source.text, source.start_of(node))
    return at and [Edit(at.end(), at.end(), "(Base)")]


@mutant
def definition_renamed(source: Source, random: Random) -> Edits:
    node = pick(random, source.scopes)
    if node is None:
        return None
    at = re.compile(r"(?:async\s+)?(?:def|class)\s+(?=\w)").match(source.text, source.start_of(node))
    return at and [Edit(at.end(), at.end(), "renamed_")]


@mutant
def definition_added(source: Source, random: Random) -> Edits:
    node = pick(random, source.scopes)
    if node is None:
        return None
    start = first_of(source, node)
    indent = source.text[source.line_start(start) : start]
    text = random.choice(["def added(): pass", 'def added():\n{0}    """Doc."""', "class Added: ...", "x_ = 1"]).format(indent)
    return [Edit(start, start, f"{text}\n{indent}")] if indent.strip() == "" else None


# Docstrings that are none


@mutant
def docstring_became(source: Source, random: Random) -> Edits:
    """Formatted, bytes, a tuple, an expression."""
    node = pick(random, documented(source))
    if node is None:
        return None
    start, end = statement_span(source, node.body[0])
    text = source.text[start:end]
    bare = text.lstrip("rRuU(\n ")
    new = random.choice([f"f{bare}", f"b{bare}", f"rb{bare}", f"{text},", f"{text}.strip()", f"x_ = {text}", f"{text} % ()", f"({text}, )", f"{text} f''", f"[{text}]", "...", f"{text}; x_ = 1", f"{text}\\\n.a", f"not {text}"])
    return [Edit(start, end, new.replace("\r\n", "\n").replace("\r", "\n"))]


@mutant
def statement_before_docstring(source: Source, random: Random) -> Edits:
    node = pick(random, [n for n in documented(source) if not isinstance(n, ast.Module) and not is_inline(source, n)])
    if node is None:
        return None
    start = statement_span(source, node.body[0])[0]
    indent = source.text[source.line_start(start) : start]
    first = random.choice(["pass", "x_ = 1", "...", "''", "import os"])
    return [Edit(start, start, random.choice([f"{first}; ", f"{first}\n{indent}"]))] if indent.strip(" \t") == "" else None


@mutant
def statement_after_docstring(source: Source, random: Random) -> Edits:
    node = pick(random, documented(source))
    if node is None:
        return None
    end = statement_span(source, node.body[0])[1]
    return [Edit(end, end, random.choice(["; import os", "; x_ = 1", "; ''", "; pass", "; ...", "; return"]))]


@mutant
def docstring_swallows_code(source: Source, random: Random) -> Edits:
    """Code between two docstring quotes."""
    nodes = [n for n in source.scopes if len(n.body) > 1 and not is_inline(source, n) and is_simple(n.body[0])]
    node = pick(random, nodes)
    if node is None:
        return None
    if is_docstring(node.body):
        end = statement_span(source, node.body[0])[1]
        quote = source.text[end - 3 : end]
        if quote not in ('"""', "'''"):
            return None
        stop = source.end_of(node.body[1])
        return [Edit(end - 3, end, ""), Edit(stop, stop, quote)]
    start, end = statement_span(source, node.body[0])
    return [Edit(start, start, '"""'), Edit(end, end, '"""')]


@mutant
def docstring_opens_code(source: Source, random: Random) -> Edits:
    """A docstring that is closed too early, its rest code."""
    nodes = [n for n in documented(source) if re.search(r"\n[ \t]*>>> \w+ = ", ast.get_source_segment(source.text, n.body[0]) or "")] or documented(source)
    node = pick(random, nodes)
    if node is None:
        return None
    start, end = statement_span(source, node.body[0])
    if "\n" not in source.text[start:end] or source.text[end - 3 : end] != '"""':
        return None
    breaks = [m.start() for m in re.finditer(r"\n", source.text[start:end])]
    at = start + random.choice(breaks)
    indent = source.text[source.line_start(start) : start]
    return [Edit(at, at, f'"""\n{indent}x_ = """')]


@mutant
def string_statement_added(source: Source, random: Random) -> Edits:
    """A string where no docstring can be."""
    found = lines_of_some(source, random, lambda n: True)
    if found is None:
        return None
    start, end = found[2]
    indent = source.indent_at(first_of(source, found[1]))
    text = source.text[start:end]
    return [Edit(end, end, f"{indent}{words.one_line(random, source.encoding)}\n")] if text.endswith(("\n", "\r")) else None


@mutant
def filler_added(source: Source, random: Random) -> Edits:
    found = lines_of_some(source, random, lambda n: True)
    if found is None:
        return None
    start = found[2][0]
    indent = source.indent_at(first_of(source, found[1]))
    return [Edit(start, start, f"{indent}{random.choice(['pass', '...', 'return', 'global x_', 'import os', 'del x_', 'x_: int', 'x_()', 'assert 1', '1'])}\n")]


@mutant
def second_docstring(source: Source, random: Random) -> Edits:
    node = pick(random, [n for n in documented(source) if len(n.body) > 1])
    if node is None:
        return None
    start = first_of(source, node.body[1])
    indent = source.text[source.line_start(start) : start]
    return [Edit(start, start, f"'again'\n{indent}")] if indent.strip(" \t") == "" else None


@mutant
def docstring_into_header_block(source: Source, random: Random) -> Edits:
    """A docstring at the top of an `if`, `for`, `with`…, where it is none."""
    nodes = [n for n in ast.walk(source.tree) if isinstance(n, (ast.If, ast.For, ast.While, ast.With, ast.Try)) and not is_inline(source, n)]
    node = pick(random, nodes)
    if node is None:
        return None
    place = body_top(source, node)
    indent = source.indent_at(first_of(source, node.body[0]))
    return [Edit(place, place, f"{indent}{words.one_line(random, source.encoding)}\n")]


# Imports, returns and the rest


@mutant
def import_changed(source: Source, random: Random) -> Edits:
    nodes = [n for n in ast.walk(source.tree) if isinstance(n, (ast.Import, ast.ImportFrom))]
    node = pick(random, nodes)
    if node is None:
        return None
    alias = random.choice(node.names)
    start, end = source.start_of(alias), source.end_of(alias)
    new = random.choice(["os", f"{alias.name} as x_", f"{alias.name}_", f"os, {source.text[start:end]}", alias.name])
    return [Edit(start, end, new)]


@mutant
def return_value(source: Source, random: Random) -> Edits:
    nodes = [n for n in ast.walk(source.tree) if isinstance(n, (ast.Return, ast.Yield)) and n.value is not None]
    node = pick(random, nodes)
    return node and [Edit(source.start_of(node.value), source.end_of(node.value), random.choice(["None", "x_", "0", f"not {source.text[source.start_of(node.value) : source.end_of(node.value)]}"]))]


@mutant
def return_removed(source: Source, random: Random) -> Edits:
    nodes = [n for n in ast.walk(source.tree) if isinstance(n, ast.Return) and n.value is not None]
    node = pick(random, nodes)
    return node and [Edit(source.start_of(node), source.start_of(node.value), "")]


@mutant
def arguments_swapped(source: Source, random: Random) -> Edits:
    nodes = [n for n in ast.walk(source.tree) if isinstance(n, ast.Call) and len(n.args) > 1]
    node = pick(random, nodes)
    if node is None:
        return None
    at = random.randrange(len(node.args) - 1)
    (a, b), (c, d) = [(source.start_of(n), source.end_of(n)) for n in node.args[at : at + 2]]
    return [Edit(a, b, source.text[c:d]), Edit(c, d, source.text[a:b])]


@mutant
def argument_starred(source: Source, random: Random) -> Edits:
    node = pick(random, [n for n in ast.walk(source.tree) if isinstance(n, ast.Call) and n.args])
    if node is None:
        return None
    start = source.start_of(random.choice(node.args))
    return [Edit(start, start, random.choice(["*", "**", "x_=", "x_ := "]))]


@mutant
def condition_wrapped(source: Source, random: Random) -> Edits:
    node = pick(random, [n.test for n in ast.walk(source.tree) if isinstance(n, (ast.If, ast.While, ast.IfExp, ast.Assert))])
    return node and [Edit(source.start_of(node), source.end_of(node), random.choice(["True", "not x_", "0", "x_ := 1"]))]


@mutant
def grouping_changed(source: Source, random: Random) -> Edits:
    """Parentheses that change what binds to what."""
    nodes = [n for n in ast.walk(source.tree) if isinstance(n, (ast.BinOp, ast.BoolOp, ast.Compare)) and not getattr(n, "ops", None)]
    nodes = [n for n in nodes if isinstance(getattr(n, "left", None), ast.BinOp) or isinstance(getattr(n, "right", None), ast.BinOp)]
    node = pick(random, nodes)
    if node is None:
        return None
    inner = node.left.right if isinstance(node.left, ast.BinOp) else node.right.left
    other = node.right if isinstance(node.left, ast.BinOp) else node.left
    start, end = sorted([source.start_of(inner), source.start_of(other)])[0], max(source.end_of(inner), source.end_of(other))
    return [Edit(start, start, "("), Edit(end, end, ")")]


@mutant
def branch_changed(source: Source, random: Random) -> Edits:
    token = pick(random, [t for t in source.code if t.text in ("elif", "else", "except", "finally", "if")])
    choices = {"elif": ["if"], "else": ["finally", "elif x_"], "except": ["finally", "except*"], "finally": ["else"], "if": ["elif", "while"]}
    return token and replaced(token, random.choice(choices[token.text]))


@mutant
def exception_changed(source: Source, random: Random) -> Edits:
    nodes = [n.type for n in ast.walk(source.tree) if isinstance(n, ast.ExceptHandler) and n.type is not None]
    node = pick(random, nodes)
    return node and [Edit(source.start_of(node), source.end_of(node), random.choice(["Exception", "(A, B)", "BaseException", "x_"]))]


@mutant
def slice_changed(source: Source, random: Random) -> Edits:
    node = pick(random, [n.slice for n in ast.walk(source.tree) if isinstance(n, ast.Subscript)])
    if node is None:
        return None
    start, end = source.start_of(node), source.end_of(node)
    return [Edit(start, end, random.choice(["0", "x_", "1:", ":", f"{source.text[start:end]}, 0"]))]


@mutant
def global_changed(source: Source, random: Random) -> Edits:
    node = pick(random, [n for n in source.scopes if isinstance(n, ast.FunctionDef) and not is_inline(source, n)])
    if node is None:
        return None
    start = first_of(source, node.body[0])
    indent = source.indent_at(start)
    return [Edit(source.line_start(start), source.line_start(start), f"{indent}{random.choice(['global', 'nonlocal'])} x_\n")]


@mutant
def emptied(source: Source, random: Random) -> Edits:
    return [Edit(0, len(source.text), random.choice(["", "# nothing\n", '"""Doc."""\n', "pass\n"]))]


@mutant
def two_mutants(source: Source, random: Random) -> Edits:
    edits: list[Edit] = []
    for make in random.sample([name, number, string_content, arithmetic_operator, comparison_operator, attribute], 2):
        for edit in make(source, random) or []:
            if all(edit.end < other.start or other.end < edit.start for other in edits):
                edits.append(edit)
    return edits or None


@mutant
def hidden_in_documentation(source: Source, random: Random) -> Edits:
    """One change of code among edits of comments and docstrings."""
    around = several(source, random)
    inner = random.choice([name, number, string_content, comparison_operator, line_deleted])(source, random)
    if not around or not inner:
        return None
    free = [e for e in around if all(e.end < o.start or o.end < e.start for o in inner)]
    return free + inner if free else None

