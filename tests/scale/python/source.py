"""One Python file as generators see it: text, lines, tokens and tree, all by CPython's own modules.

Offsets count characters of the decoded text, line breaks as they are in the file.
"""

import ast
import bisect
import io
import re
import tokenize
import warnings
from dataclasses import dataclass

warnings.simplefilter("ignore")

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
FORMATTED_START = {"FSTRING_START", "TSTRING_START"}
FORMATTED_END = {"FSTRING_END", "TSTRING_END"}


class Unreadable(Exception):
    """CPython cannot read or parse the file, or its own tokens do not fit the text."""


@dataclass(frozen=True)
class Token:
    """`kind` is the name that `token` gives; an f-string is one STRING in every version of Python."""

    kind: str
    text: str
    start: int
    end: int
    #: In round, square or curly brackets.
    depth: int


@dataclass(frozen=True)
class Edit:
    """Replaces the text from `start` to `end`; a `\\n` in `text` is written as the file's own line break."""

    start: int
    end: int
    text: str


class Source:
    def __init__(self, content: bytes):
        self.content = content
        self.encoding = encoding_of(content)
        self.text = decode(content, self.encoding)
        self.lines = LINE.findall(self.text)
        self.starts = line_starts(self.lines)
        self.newline = newline_of(self.text)
        self.tokens = read_tokens(self)
        self.code = [t for t in self.tokens if t.kind not in ("COMMENT", "NL", "NEWLINE", "INDENT", "DEDENT", "ENDMARKER")]
        self.comments = [t for t in self.tokens if t.kind == "COMMENT"]
        self.token_starts = [t.start for t in self.tokens]
        self.code_starts = [t.start for t in self.code]
        self._tree = None
        self._scopes = None

    @property
    def tree(self) -> ast.Module:
        if self._tree is None:
            self._tree = parse(self.content)
        return self._tree

    @property
    def scopes(self) -> list[ast.AST]:
        """All functions and classes."""
        if self._scopes is None:
            self._scopes = [node for node in statements(self.tree.body) if isinstance(node, SCOPES)]
        return self._scopes

    def offset(self, line: int, column: int) -> int:
        """Of a line from 1 and a column in characters."""
        return self.starts[line - 1] + column

    def ast_offset(self, line: int, column: int) -> int:
        """Of a line from 1 and a column in UTF-8 bytes, as `ast` counts."""
        text = self.lines[line - 1]
        return self.starts[line - 1] + len(text.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "surrogatepass"))

    def start_of(self, node: ast.AST) -> int:
        return self.ast_offset(node.lineno, node.col_offset)

    def end_of(self, node: ast.AST) -> int:
        return self.ast_offset(node.end_lineno, node.end_col_offset)

    def line_of(self, offset: int) -> int:
        """The line, from 1, that an offset is on."""
        return bisect.bisect_right(self.starts, offset)

    def line_start(self, offset: int) -> int:
        return self.starts[self.line_of(offset) - 1]

    def line_end(self, offset: int) -> int:
        """Before the line break."""
        line = self.line_of(offset) - 1
        return self.starts[line] + len(self.lines[line].rstrip("\r\n"))

    def next_line(self, offset: int) -> int:
        """After the line break."""
        line = self.line_of(offset) - 1
        return self.starts[line] + len(self.lines[line])

    def indent_at(self, offset: int) -> str:
        start = self.line_start(offset)
        return re.match(r"[ \t\f]*", self.text[start:offset]).group()

    def code_before(self, offset: int) -> Token | None:
        """The last token of code that ends at an offset or before it."""
        index = bisect.bisect_left(self.code_starts, offset) - 1
        while index >= 0 and self.code[index].end > offset:
            index -= 1
        return self.code[index] if index >= 0 else None

    def code_after(self, offset: int) -> Token | None:
        """The first token of code that starts at an offset or after it."""
        index = bisect.bisect_left(self.code_starts, offset)
        return self.code[index] if index < len(self.code) else None

    def token_over(self, offset: int) -> Token | None:
        """The token that has characters on both sides of an offset."""
        index = bisect.bisect_left(self.token_starts, offset) - 1
        while index >= 0 and self.tokens[index].start == self.tokens[index].end:
            index -= 1
        if index >= 0 and self.tokens[index].start < offset < self.tokens[index].end:
            return self.tokens[index]
        return None

    def is_joint(self, line: int) -> bool:
        """A line, from 1, before which another may stand: not in a token, and not after a backslash."""
        start = self.starts[line - 1] if line <= len(self.lines) else len(self.text)
        if self.token_over(start) is not None:
            return False
        if line < 2:
            return True
        before = self.lines[line - 2].rstrip("\r\n")
        if not before.endswith("\\"):
            return before != self.lines[line - 2]
        return any(comment.end == self.starts[line - 2] + len(before) for comment in self.comments)

    def joints(self) -> list[int]:
        return [line for line in range(1, len(self.lines) + 1) if self.is_joint(line)]

    def apply(self, edits: list[Edit]) -> bytes:
        return encode(self.edited(edits), self.encoding)

    def edited(self, edits: list[Edit]) -> str:
        text = self.text
        for edit in sorted(edits, key=lambda e: (e.start, e.end), reverse=True):
            text = text[: edit.start] + edit.text.replace("\n", self.newline) + text[edit.end :]
        return text


def statements(body: list[ast.stmt]):
    """Every statement in blocks and in their blocks, in source order; expressions hold none."""
    for statement in body:
        yield statement
        yield from statements(getattr(statement, "body", []))
        for handler in getattr(statement, "handlers", []):
            yield from statements(handler.body)
        for case in getattr(statement, "cases", []):
            yield from statements(case.body)
        yield from statements(getattr(statement, "orelse", []))
        yield from statements(getattr(statement, "finalbody", []))


def encoding_of(content: bytes) -> str:
    try:
        return tokenize.detect_encoding(io.BytesIO(content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")).readline)[0]
    except SyntaxError as error:
        raise Unreadable(str(error)) from error


def decode(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except (UnicodeError, LookupError) as error:
        raise Unreadable(str(error)) from error


def encode(text: str, encoding: str) -> bytes:
    return text.encode(encoding)


def line_starts(lines: list[str]) -> list[int]:
    starts, at = [], 0
    for line in lines:
        starts.append(at)
        at += len(line)
    return starts or [0]


def newline_of(text: str) -> str:
    found = re.search(r"\r\n|\r|\n", text)
    return found.group() if found else "\n"


def parse(content: bytes) -> ast.Module:
    try:
        return ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error


def read_tokens(source: Source) -> list[Token]:
    """CPython's tokens; the tokens of a formatted string joined to one."""
    normal = [line.rstrip("\r\n") + ("\n" if line[-1] in "\r\n" else "") for line in source.lines]
    feed = iter(normal)
    tokens: list[Token] = []
    opened: list[int] = []
    depth = 0
    try:
        for raw in tokenize.generate_tokens(lambda: next(feed, "")):
            kind = tokenize.tok_name[raw.type]
            if raw.start[0] > len(normal):
                start = end = len(source.text)
            else:
                start = source.offset(raw.start[0], raw.start[1])
                end = source.offset(raw.end[0], raw.end[1]) if raw.end[0] <= len(normal) else len(source.text)
            if kind in FORMATTED_START:
                opened.append(start)
            elif kind in FORMATTED_END:
                begun = opened.pop()
                if not opened:
                    tokens.append(Token("STRING", source.text[begun:end], begun, end, depth))
            elif not opened:
                if raw.string in (")", "]", "}") and kind == "OP":
                    depth -= 1
                text = source.text[start:end]
                if kind in ("NAME", "OP", "NUMBER", "STRING", "COMMENT") and normalized(text) != raw.string:
                    raise Unreadable("the tokens do not fit the text")
                tokens.append(Token(kind, text, start, end, depth))
                if raw.string in ("(", "[", "{") and kind == "OP":
                    depth += 1
    except (tokenize.TokenError, SyntaxError, IndexError) as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error
    return tokens


def normalized(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
