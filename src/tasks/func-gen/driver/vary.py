"""Inputs like given ones: one value in each is another one of its type."""

import random

import calls
from encoding import NotRecordable

DEEPEST = 4


def variations(inputs, seed, most):
    """Packed inputs that are not among the given ones, the same for the same seed."""
    chooser = random.Random(seed)
    known = set(inputs)
    found = 0
    for _ in range(most * 6):
        if not inputs or found >= most:
            return
        arguments, keywords = calls.unpacked(chooser.choice(inputs))
        values = [*arguments, *keywords.values()]
        places = [index for index, value in enumerate(values) if varied(value, chooser) is not None]
        if not places:
            continue
        index = chooser.choice(places)
        values[index] = varied(values[index], chooser)
        if chooser.random() < 0.3:
            index = chooser.choice(places)
            values[index] = varied(values[index], chooser) if values[index] is not None else None
        changed = tuple(values[: len(arguments)])
        named = dict(zip(keywords, values[len(arguments):]))
        try:
            packed = calls.packed(changed, named)
        except NotRecordable:
            continue
        if packed not in known:
            known.add(packed)
            found += 1
            yield packed


def varied(value, chooser, depth=0):
    """Another value of the same type; None where there is no telling what would be one."""
    make = _MAKERS.get(type(value))
    return None if make is None or depth > DEEPEST else make(value, chooser, depth)


def another_int(value, chooser, _depth):
    return chooser.choice([value + 1, value - 1, value + 2, value * 2 + 1, -value - 1, value // 2 + 3, 0 if value else 5])


def another_float(value, chooser, _depth):
    return chooser.choice([value + 0.5, value * 2 + 0.25, -value - 1.0, value / 3 + 0.125])


def another_text(value, chooser, _depth):
    if not value:
        return chooser.choice(["a", "Ab 1", "x-y_z"])
    at = chooser.randrange(len(value))
    return chooser.choice([
        value[:at] + value[at + 1:],
        value[:at] + value[at] + value[at:],
        value[:at] + chooser.choice("aZ0 _-.,") + value[at:],
        value[::-1],
        value + " " + value,
        value.swapcase() if value.swapcase() != value else value + "q",
        value[at:] + value[:at] + "s",
    ])


def another_bytes(value, chooser, _depth):
    return value[1:] + b"\x01" if value else b"ab"


def another_list(value, chooser, depth):
    items = list(value)
    if not items:
        return [1]
    at = chooser.randrange(len(items))
    other = varied(items[at], chooser, depth + 1)
    return chooser.choice([
        items[:at] + items[at + 1:],
        items[:at] + [items[at]] + items[at:],
        items[::-1] + items[:1],
        items[:at] + [items[at] if other is None else other] + items[at + 1:],
        items[:at] + [items[at] if other is None else other] + items[at:],
    ])


def another_dict(value, chooser, depth):
    if not value:
        return {"a": 1}
    key = chooser.choice(list(value))
    other = varied(value[key], chooser, depth + 1)
    if other is not None and chooser.random() < 0.6:
        return {**value, key: other}
    return {name: one for name, one in value.items() if name != key}


_MAKERS = {
    bool: lambda value, chooser, depth: not value,
    int: another_int,
    float: another_float,
    str: another_text,
    bytes: another_bytes,
    list: another_list,
    tuple: lambda value, chooser, depth: tuple(another_list(value, chooser, depth)),
    set: lambda value, chooser, depth: set(another_list(sorted(value, key=repr), chooser, depth)),
    dict: another_dict,
    range: lambda value, chooser, depth: range(value.start, value.stop + chooser.choice([-1, 1, 2]), value.step),
}
