"""Reads a candidate, without running any of it, for what could reach a comparison in its own process."""

import ast
import json
import os
import sys

import powers
import source
from channel import Channel

HARMLESS = {f"import {name}" for name in powers.HARMLESS_MODULES | {"__future__"}}
# Powers that say little, and those that the watch over tests keeps in bounds.
MILD = set(
    "BaseException GeneratorExit KeyboardInterrupt SystemExit codecs configure_mock dir exc_info exit hasattr input io memoryview object open os path_hooks quit reset_mock "
    "singledispatch singledispatchmethod subprocess sys threading update_wrapper weakref wraps".split()
) | powers.FILES
MILD_DUNDERS = set(
    "__aenter__ __aexit__ __aiter__ __anext__ __bytes__ __call__ __contains__ __doc__ __enter__ __exit__ __file__ __format__ __getitem__ __init__ __iter__ __len__ "
    "__module__ __name__ __next__ __qualname__ __repr__ __reversed__ __setitem__ __str__".split()
)
# They run text or data, read memory, or know the tests.
STRONG_MODULES = set(
    "__main__ _pytest cloudpickle code codeop dill doctest jinja2 joblib mako marshal mock numpy pandas pdb pkgutil polars pydoc pytest runpy scipy shelve torch trace yaml".split()
)
TOO_MUCH = (powers.POWERS | powers.REACHING | STRONG_MODULES) - MILD


def is_too_much(power):
    """With one of these a candidate could do anything in its process: an original that has it cannot be judged beside tests."""
    if power in ("import of tests", powers.LOOKING_FORMAT):
        return True
    name = power.removeprefix("import of ").removeprefix("import ").removeprefix("def ").removeprefix(".").removesuffix("=")
    return name in TOO_MUCH or name[:2] == "__" and name not in MILD_DUNDERS


def attributes(tree):
    """What code that is there looks up, dunder names aside."""
    names = {one.attr for one in ast.walk(tree) if isinstance(one, ast.Attribute)}
    return {f".{name}" for name in names if name[:2] != "__" and name not in powers.REACHING | powers.CODE}


def names_in(body):
    return {one.id for one in ast.walk(body) if isinstance(one, ast.Name)}


def beside_script(job, file, body):
    """What may be used and what is, where the candidate takes the place of a script's function."""
    script = ast.parse(job["script"])
    place = source.Place(script, job["name"])
    allowed = set().union(*(powers.of(node) for node in place.nodes)) | attributes(script)
    allowed |= {one for one in powers.of(script) if one.startswith("import ")}
    extra = [guarded.body[0] for guarded in source.extra_imports(file, script)]
    return allowed, powers.of(body) | set(powers.behind(extra, names_in(body)))


def beside_tests(job, file, candidate, body, arguments):
    """The same where tests of the repository call it: allowed is what this finds in the original, the rest of the file, and the candidate's own names."""
    inner = {one.arg for one in ast.walk(body) if isinstance(one, ast.arg)}
    used = powers.of(body) | set(powers.behind(file.body, names_in(body) - arguments))
    candidate.body = [ast.Pass()]
    own = source.bound(file.body) | source.bound([body]) | inner
    private = {name for name in own if name[:2] != "__" and name not in powers.REACHING | powers.POWERS}
    package = job["package"]
    used = {one for one in used if not one.startswith((f"import of {package}.", "import of .")) or "__" in one}
    return set(job["allowed"]) | attributes(file) | private | {"import .", f"import {package}"}, used


def main():
    with open(sys.argv[1], "rb") as opened:
        job = json.load(opened)
    channel = Channel()
    file, candidate = source.candidate_of(job)
    body = ast.Module(body=[one for one in candidate.body if not source.is_text(one)], type_ignores=[])
    arguments = {one.arg for one in ast.walk(candidate.args) if isinstance(one, ast.arg)}
    allowed, used = beside_script(job, file, body) if "script" in job else beside_tests(job, file, candidate, body, arguments)
    # What a parameter is called means nothing else anywhere in the body.
    found = sorted(used - allowed - arguments - HARMLESS)
    channel.say(end="completed", found=found, too_much=[one for one in found if is_too_much(one)])


main()
os._exit(0)
