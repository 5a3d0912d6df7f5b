"""What CPython says of two versions of a file. Nothing here knows how the grader decides."""

import ast
import io
import re
import tokenize

from source import SCOPES, Source, normalized, parse, statements


def compiles(content: bytes) -> str | None:
    """None for a program, or what CPython's compiler has against it."""
    try:
        compile(content, "x.py", "exec", dont_inherit=True)
        return None
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        return f"{type(error).__name__}: {error}"


def without_docstrings(tree: ast.Module) -> str:
    """The tree as text, docstrings taken out; a body that was nothing else is `pass`."""
    for node in [tree, *statements(tree.body)]:
        if isinstance(node, (ast.Module, *SCOPES)) and is_docstring(node.body[:1]):
            node.body = node.body[1:]
            if not node.body and not isinstance(node, ast.Module):
                node.body = [ast.Pass()]
    return ast.dump(tree)


def is_docstring(body: list[ast.stmt]) -> bool:
    return (
        len(body) > 0
        and isinstance(body[0], ast.Expr)
        and isinstance(body[0].value, ast.Constant)
        and isinstance(body[0].value.value, str)
    )


def compare(before: str, content: bytes) -> str:
    """`same`, `different` or `invalid: why`, for the dump of the file before and the new content."""
    refused = compiles(content)
    if refused is not None:
        return f"invalid: {refused}"
    return "same" if without_docstrings(parse(content)) == before else "different"


def docstrings(source: Source) -> dict[str, str]:
    """The literal of each definition's docstring, by qualified name and ordinal; None where there is none."""
    found: dict[str, str | None] = {}
    counts: dict[str, int] = {}

    def enter(node: ast.AST, name: str) -> None:
        ordinal = counts.get(name, 0)
        counts[name] = ordinal + 1
        found[f"{name}#{ordinal}"] = literal(source, node.body[0].value) if is_docstring(node.body) else None

    def visit(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, SCOPES):
                enter(child, prefix + child.name)
                visit(child, prefix + child.name + ".")
            elif not isinstance(child, ast.expr):
                visit(child, prefix)

    enter(source.tree, "")
    visit(source.tree, "")
    return found


def literal(source: Source, node: ast.expr) -> str:
    """The string tokens of a docstring: what lies between the pieces does not count."""
    start, end = source.start_of(node), source.end_of(node)
    pieces = [t.text for t in source.code if t.kind == "STRING" and start <= t.start and t.end <= end]
    return normalized("\0".join(pieces))


def docstring_changes(before: dict[str, str], now: Source) -> list[str]:
    """As `change name#ordinal`, sorted."""
    after = docstrings(now)
    changes = []
    for name, new in after.items():
        old = before.get(name)
        if old == new:
            continue
        change = "added" if old is None else "removed" if new is None else "changed"
        changes.append(f"{change} {name}")
    return sorted(changes)


def comments_only(before: bytes, after: bytes) -> str:
    """For a file that CPython refuses: whether the two read as the same tokens, comments and statements that are just strings apart."""
    return "same" if code_tokens(before) == code_tokens(after) else "different"


LINE_STARTS = {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING}


def code_tokens(content: bytes) -> list[tuple[int, str]]:
    lines = re.findall(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", content)
    stream = io.BytesIO(b"".join(line.rstrip(b"\r\n") + b"\n" for line in lines))
    tokens = [token for token in tokenize.tokenize(stream.readline) if token.type not in (tokenize.COMMENT, tokenize.NL)]
    kept = []
    place = 0
    while place < len(tokens):
        end = place
        while tokens[end].type == tokenize.STRING:
            end += 1
        starts = place > 0 and (tokens[place - 1].type in LINE_STARTS or tokens[place - 1].string == ":")
        if end > place and starts and tokens[end].type == tokenize.NEWLINE:
            place = end + 1
            continue
        token = tokens[place]
        blank = token.type in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
        kept.append((token.type, "" if blank else token.string))
        place += 1
    return kept
