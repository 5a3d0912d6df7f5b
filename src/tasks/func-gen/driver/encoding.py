"""Writes values as JSON, by what they are made of, so that they can be compared elsewhere.

Nothing here asks a value what it is equal to: what answers is the code under test. `../encoding.ts` reads and compares.
"""

import contextlib
import datetime
import decimal
import enum
import fractions
import collections
import inspect
import itertools
import pathlib
import re
import sys
import types
import uuid

MOST_NODES = 200_000
MOST_ITEMS = 10_000
DEEPEST = 400


class NotRecordable(Exception):
    """The value has parts that cannot be written down, such as an open file or a local function."""


_ITERATORS = tuple(
    {
        type(iter(one))
        for one in ([], (), "", b"", {}, set(), range(0), {}.values(), {}.items(), reversed([]))
    }
) + (zip, map, filter, enumerate, reversed)
_KEYS = (type({}.keys()), type({}.items()))
_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodDescriptorType, types.WrapperDescriptorType)
_CODE = (types.ModuleType, types.FrameType, types.CodeType, types.TracebackType, types.MethodType)


def name_of(kind):
    return f"{kind.__module__}.{kind.__qualname__}"


def encode(value, drain=True):
    """The value as lists, strings and numbers. Iterators are read to their end, or refused. @raise NotRecordable"""
    with deep():
        return _Encoder(drain).encode(value)


@contextlib.contextmanager
def deep():
    """Room for the driver's own recursion; that of the code under test is as it would be without us."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(limit + 20 * DEEPEST)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


class _Encoder:
    def __init__(self, drain):
        self.drain = drain
        self.nodes = 0
        self.above = []

    def encode(self, value):
        self.nodes += 1
        if self.nodes > MOST_NODES or len(self.above) > DEEPEST:
            raise NotRecordable("too large")
        kind = type(value)
        exact = _EXACT.get(kind)
        if exact is not None:
            return exact(value)
        for depth, one in enumerate(self.above):
            if one is value:
                return ["cycle", depth]
        self.above.append(value)
        try:
            return self.composite(kind, value)
        finally:
            self.above.pop()

    def each(self, values):
        return [self.encode(one) for one in values]

    def composite(self, kind, value):
        if issubclass(kind, enum.Enum):
            return ["enum", name_of(kind), str(object.__getattribute__(value, "_name_"))]
        if issubclass(kind, type):
            return ["reference", name_of(value)]
        if issubclass(kind, (types.GenericAlias, types.UnionType)) or kind.__module__ == "typing":
            return ["reference", repr(value)]
        for base, write in _BUILTIN:
            if issubclass(kind, base) and inherits_comparison(kind, base):
                return write(self, value)
        if issubclass(kind, _FUNCTIONS):
            return function_reference(value)
        if issubclass(kind, _ITERATORS) or kind is types.GeneratorType or kind.__module__ == "itertools":
            return self.drained(value)
        for base, write in _KNOWN:
            if issubclass(kind, base):
                return ["value", base.__name__, *write(value)]
        if kind.__module__ == "numpy":
            return self.array(value)
        return self.instance(kind, value)

    def mapping(self, value):
        return ["dict", [[self.encode(key), self.encode(one)] for key, one in dict.items(value)]]

    def drained(self, value):
        if not self.drain:
            raise NotRecordable("an iterator")
        items = list(itertools.islice(value, MOST_ITEMS + 1))
        if len(items) > MOST_ITEMS:
            raise NotRecordable("an iterator without an end")
        return ["iterator", self.each(items)]

    def array(self, value):
        if not hasattr(value, "tolist") or not hasattr(value, "dtype"):
            raise NotRecordable(name_of(type(value)))
        return ["instance", "numpy", [["dtype", ["str", str(value.dtype)]], ["shape", self.encode(tuple(value.shape))],
                                      ["items", self.encode(value.tolist())]]]

    def instance(self, kind, value):
        if issubclass(kind, _CODE) or inspect.isawaitable(value):
            raise NotRecordable(name_of(kind))
        own = not is_native(kind)
        if issubclass(kind, BaseException):
            state = [["args", self.each(BaseException.args.__get__(value))]]
        elif own:
            state = []
        else:
            raise NotRecordable(name_of(kind))
        for base in (list, dict, set, frozenset, tuple, str, int, float, bytes, collections.deque):
            if issubclass(kind, base):
                state.append(["", _PLAIN[base](self, value)])
        for name, one in sorted(fields_of(kind, value)):
            state.append([name, self.encode(one)])
        return ["instance", name_of(kind), state]


def fields_of(kind, value):
    try:
        yield from object.__getattribute__(value, "__dict__").items()
    except AttributeError:
        pass
    for base in kind.__mro__:
        slots = base.__dict__.get("__slots__", ())
        for slot in (slots,) if isinstance(slots, str) else slots:
            member = base.__dict__.get(f"_{base.__name__.lstrip('_')}{slot}" if slot[:2] == "__" else slot)
            if isinstance(member, types.MemberDescriptorType):
                try:
                    yield slot, member.__get__(value)
                except AttributeError:
                    pass


_SEEN_THROUGH = (object, list, dict, set, frozenset, tuple, str, int, float, bytes, collections.deque, BaseException)


def is_native(kind):
    """Whether a class among its bases is made in C, so that its state is out of sight."""
    return any(has_hidden_state(base) for base in kind.__mro__ if base not in _SEEN_THROUGH)


def has_hidden_state(kind):
    """A class made in Python adds nothing to its instances but slots, a dictionary and a list of weak references."""
    if not kind.__flags__ & 0x200:
        return not issubclass(kind, BaseException)
    slots = sum(isinstance(one, types.MemberDescriptorType) for one in vars(kind).values())
    parent = kind.__base__
    return kind.__basicsize__ > parent.__basicsize__ + 8 * slots + 16


def inherits_comparison(kind, base):
    return next(one for one in kind.__mro__ if "__eq__" in one.__dict__) in base.__mro__ or kind in _ALIKE


_ALIKE = (collections.OrderedDict, collections.Counter, collections.defaultdict)


def function_reference(value):
    found = sys.modules.get(value.__module__) if isinstance(value.__module__, str) else None
    for part in value.__qualname__.split("."):
        found = getattr(found, part, None)
    if found is not value:
        raise NotRecordable("a function without a name of its own")
    return ["reference", f"{value.__module__}.{value.__qualname__}"]


def text(value):
    if value.isascii() or not any(0xD800 <= ord(one) <= 0xDFFF for one in value):
        return ["str", value]
    return ["codes", [ord(one) for one in value]]


def instant(value):
    """Aware times are equal when they are the same instant."""
    if value.utcoffset() is None:
        return [value.isoformat()]
    if isinstance(value, datetime.datetime):
        try:
            return [value.astimezone(datetime.timezone.utc).isoformat()]
        except OverflowError:
            pass
    return [value.isoformat()]


def ratio(value):
    numerator, denominator = value.as_integer_ratio()
    return ["ratio", whole(numerator), whole(denominator)]


def whole(value):
    """Decimal digits are limited in length, and slow."""
    return int.__format__(value, "x")


def number(value):
    return ["float", float.__repr__(value)]


_EXACT = {
    type(None): lambda value: ["none"],
    bool: lambda value: ["int", "1" if value else "0"],
    int: lambda value: ["int", whole(value)],
    float: number,
    complex: lambda value: ["complex", float.__repr__(value.real), float.__repr__(value.imag)],
    str: text,
    bytes: lambda value: ["bytes", value.hex()],
    bytearray: lambda value: ["bytes", value.hex()],
    type(Ellipsis): lambda value: ["reference", "Ellipsis"],
    type(NotImplemented): lambda value: ["reference", "NotImplemented"],
}

_PLAIN = {
    dict: _Encoder.mapping,
    list: lambda self, value: ["list", self.each(list.__iter__(value))],
    tuple: lambda self, value: ["tuple", self.each(tuple.__iter__(value))],
    set: lambda self, value: ["set", self.each(set.__iter__(value))],
    frozenset: lambda self, value: ["set", self.each(frozenset.__iter__(value))],
    collections.deque: lambda self, value: ["deque", self.each(collections.deque.__iter__(value))],
    str: lambda self, value: text(str.__str__(value)),
    int: lambda self, value: ["int", whole(value)],
    float: lambda self, value: number(value),
    bytes: lambda self, value: ["bytes", bytes(value).hex()],
}

_BUILTIN = [
    *_PLAIN.items(),
    (types.MappingProxyType, lambda self, value: self.mapping(dict(value))),
    (_KEYS, lambda self, value: ["set", self.each(value)]),
    (type({}.values()), lambda self, value: ["iterator", self.each(value)]),
    (range, lambda self, value: ["range", *(whole(one) for one in canonical_range(value))]),
    (fractions.Fraction, lambda self, value: ratio(value)),
    (decimal.Decimal, lambda self, value: ratio(value) if value.is_finite() else ["float", odd_decimal(value)]),
]
_BUILTIN = [(one, write) for bases, write in _BUILTIN for one in (bases if isinstance(bases, tuple) else (bases,))]

_KNOWN = [
    (datetime.datetime, instant),
    (datetime.date, lambda value: [value.isoformat()]),
    (datetime.time, instant),
    (datetime.timedelta, lambda value: [value.days, value.seconds, value.microseconds]),
    (datetime.tzinfo, lambda value: [repr(value)]),
    (pathlib.PurePath, lambda value: [str(value)]),
    (uuid.UUID, lambda value: [value.hex]),
    (re.Pattern, lambda value: [repr(value.pattern), value.flags]),
    (re.Match, lambda value: [repr(value.string), repr(value.re.pattern), repr(value.regs)]),
]


def canonical_range(value):
    length = len(value)
    return (length, value[0] if length > 0 else 0, value.step if length > 1 else 0)


def odd_decimal(value):
    return "nan" if value.is_nan() else "inf" if value > 0 else "-inf"
