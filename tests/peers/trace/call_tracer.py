"""A pytest plugin that notes which Python code each call of a repository's code reaches, position by position.

CALL_TRACER_ROOT is the repository, CALL_TRACER_OUT the file that is written at the end: a JSON list of
[file, [line, end line, column, end column], how, callee file or null, callee name, callee line, first argument's classes].
`how` is `call`, or `resume` for the first step of a generator or coroutine, which a call makes and does not run.
"""

import dis
import json
import os
import sys
import threading

ROOT = os.path.realpath(os.environ["CALL_TRACER_ROOT"]) + os.sep
GENERATORS = 0x20 | 0x80 | 0x200
CALLS = {"CALL", "CALL_FUNCTION_EX", "RAISE_VARARGS", "PRECALL"}
RESUMES = {"SEND", "FOR_ITER"}

seen = {}
instructions = {}
starts = set()
inside_c = threading.local()


def relative(filename):
    """The path inside the repository; None for other files."""
    path = os.path.realpath(filename) if not filename.startswith("<") else filename
    return path[len(ROOT) :] if path.startswith(ROOT) and path.endswith(".py") else None


paths = {}


def path_of(code):
    if code.co_filename not in paths:
        paths[code.co_filename] = relative(code.co_filename)
    return paths[code.co_filename]


def instruction_at(code, offset):
    """The name and the position of an instruction, as far as both are known."""
    known = instructions.get(code)
    if known is None:
        known = instructions[code] = {i.offset: (i.opname, i.positions) for i in dis.get_instructions(code)}
        starts.update((code, i.offset) for i in dis.get_instructions(code) if i.opname == "RESUME" and i.arg == 0)
    # A frame that calls Python code may stand at the cache entries that follow the instruction.
    while offset > 0 and offset not in known:
        offset -= 2
    return known.get(offset, (None, None))


def classes_of(frame):
    """[file, qualified name] of each class of the first argument, when that is an instance or a class."""
    code = frame.f_code
    if code.co_argcount == 0:
        return None
    first = frame.f_locals.get(code.co_varnames[0])
    kind = first if isinstance(first, type) else type(first)
    result = []
    for base in type.__dict__["__mro__"].__get__(kind):
        result.append([file_of(base), base.__qualname__])
    return result if any(file for file, _ in result) else None


def file_of(kind):
    """Where a class is defined, by its methods; `__module__` may name the package that exports it."""
    for value in vars(kind).values():
        code = getattr(value, "__code__", None)
        if code is not None and code.co_qualname.startswith(kind.__qualname__ + "."):
            return path_of(code)
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    return relative(file) if file else None


def profile(frame, event, argument):
    if event == "c_call":
        stack().append(frame)
        return
    if event in ("c_return", "c_exception"):
        if stack():
            stack().pop()
        return
    if event != "call":
        return
    caller = frame.f_back
    if caller is None or path_of(caller.f_code) is None:
        return
    if stack() and stack()[-1] is caller:
        return
    name, position = instruction_at(caller.f_code, caller.f_lasti)
    code = frame.f_code
    is_generator = bool(code.co_flags & GENERATORS)
    how = "call" if name in CALLS and not is_generator else "resume" if name in RESUMES and is_generator else None
    if how is None or position is None or position.lineno is None or code.co_name in UNNAMED:
        return
    if is_generator and not is_first_step(code, frame.f_lasti):
        return
    first = frame.f_locals.get(code.co_varnames[0]) if code.co_argcount else None
    key = (caller.f_code, caller.f_lasti, code, first if isinstance(first, type) else type(first))
    if key not in seen:
        seen[key] = [path_of(caller.f_code), list(position), how, path_of(code), code.co_qualname, code.co_firstlineno, classes_of(frame)]


# Not called by name: what a comprehension runs, and what is run when a value is no longer used.
UNNAMED = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<module>", "__del__"}


def is_first_step(code, offset):
    """Whether a generator is at its start: at the RESUME of a function's start, not of a yield or await."""
    instruction_at(code, 0)
    return (code, offset) in starts


def stack():
    try:
        return inside_c.frames
    except AttributeError:
        inside_c.frames = []
        return inside_c.frames


def pytest_configure():
    threading.setprofile(profile)
    sys.setprofile(profile)


def pytest_unconfigure():
    sys.setprofile(None)
    threading.setprofile(None)
    with open(os.environ["CALL_TRACER_OUT"], "w") as out:
        json.dump(list(seen.values()), out)
