"""Reads a candidate, without running any of it, for what could reach a comparison in its own process."""

import json
import os
import sys

import source
from channel import Channel

ast = source.ast

HARMLESS_MODULES = set(
    "abc base64 binascii bisect calendar cmath collections colorsys copy csv datetime decimal difflib fractions functools "
    "hashlib heapq html itertools json keyword math numbers operator random re secrets statistics string struct textwrap "
    "time typing typing_extensions unicodedata urllib uuid zlib zoneinfo".split()
)
POWERS = set(
    "__import__ breakpoint compile delattr dir eval exec exit globals input locals memoryview open quit setattr vars object "
    "BaseException SystemExit KeyboardInterrupt GeneratorExit".split()
)
REACHING = set(
    "builtins ctypes gc importlib inspect io multiprocessing os pickle signal subprocess sys threading traceback types unittest "
    "weakref f_back f_globals f_locals f_builtins tb_frame tb_next gi_frame cr_frame ag_frame modules attrgetter methodcaller".split()
)


def powers_of(node):
    """What a piece of code uses that could reach further than its arguments and results."""
    return {power for one in ast.walk(node) for power in powers_of_one(one) if power}


def powers_of_one(one):
    if isinstance(one, ast.Import):
        yield from (module_power(alias.name) for alias in one.names)
    elif isinstance(one, ast.ImportFrom):
        yield module_power(one.module or ".")
        yield from (alias.name for alias in one.names if reaches(alias.name))
    elif isinstance(one, ast.Name) and (reaches(one.id) or one.id in POWERS):
        yield one.id
    elif isinstance(one, ast.Attribute):
        if reaches(one.attr):
            yield one.attr
        if isinstance(one.ctx, (ast.Store, ast.Del)) and not is_receiver(one.value):
            yield f"patching .{one.attr}"
    elif isinstance(one, ast.Call) and isinstance(one.func, ast.Name):
        yield from powers_of_call(one)
    elif isinstance(one, ast.ClassDef):
        yield "class"
    elif isinstance(one, ast.Global):
        yield "global"
    elif isinstance(one, ast.Constant) and isinstance(one.value, str) and "__" in one.value:
        yield repr(one.value)[:60]


def powers_of_call(call):
    """`type` makes classes when it has three arguments; the name that `getattr` looks for may be anything."""
    name, arguments = call.func.id, call.args
    if name == "type" and (len(arguments) != 1 or call.keywords):
        yield "type with three arguments"
    if name in ("getattr", "hasattr"):
        wanted = arguments[1] if len(arguments) > 1 else None
        if not isinstance(wanted, ast.Constant) or reaches(str(wanted.value)):
            yield name


def module_power(name):
    return f"import {name.split('.')[0]}"


def reaches(name):
    return name in REACHING or name[:1] == "_" and name != "_" or name.endswith(source.GIVEN)


def is_receiver(node):
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def imports_used(file, script, body):
    """The modules behind names that the candidate has from its own file and not from the script."""
    names = {one.id for one in ast.walk(body) if isinstance(one, ast.Name)}
    for guarded in source.extra_imports(file, script):
        node = guarded.body[0]
        alias = node.names[0]
        if (alias.asname or alias.name).split(".")[0] in names:
            yield from powers_of(node)


def main():
    with open(sys.argv[1], "rb") as opened:
        job = json.load(opened)
    channel = Channel()
    script = ast.parse(job["script"])
    place = source.Place(script, job["name"])
    file, candidate = source.candidate_of(job)
    body = ast.Module(body=candidate.body, type_ignores=[])
    allowed = set().union(*(powers_of(node) for node in place.nodes))
    allowed |= {one for one in powers_of(script) if one.startswith("import ")}
    allowed |= {module_power(one) for one in HARMLESS_MODULES}
    allowed |= {one.attr for one in ast.walk(script) if isinstance(one, ast.Attribute) and one.attr[:2] != "__" and one.attr not in REACHING}
    found = (powers_of(body) | set(imports_used(file, script, body))) - allowed
    channel.say(end="completed", found=sorted(found)[:20])


main()
os._exit(0)
