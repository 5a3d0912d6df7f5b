"""What a piece of code uses that could reach further than its arguments and results; told by reading it.

A power is a text: a name stands for itself, `.x` for an attribute, `import x` for a module, `import of x` for a name of one.
"""

import ast
import importlib
import string
import types

import source

HARMLESS_MODULES = set(
    "abc base64 binascii bisect calendar cmath collections colorsys copy csv datetime decimal difflib fractions functools "
    "hashlib heapq html itertools json keyword math numbers operator random re secrets statistics string struct textwrap "
    "time typing typing_extensions unicodedata urllib uuid zlib zoneinfo".split()
)
# Parts of them that are not: they open files, or import what does.
HARMFUL_PARTS = {"json.tool", "urllib.request", "urllib.response", "urllib.robotparser"}
# Of anything that has an attribute of that name.
CODE = set("__import__ breakpoint delattr eval exec getattr globals locals setattr".split())
POWERS = CODE | set(
    "compile dir exit hasattr input memoryview open quit type vars object BaseException SystemExit KeyboardInterrupt GeneratorExit".split()
)
MODULES = set("bltns builtins codecs copyreg ctypes gc importlib inspect io multiprocessing os pickle signal subprocess sys threading traceback types unittest weakref".split())
FRAMES = set("f_back f_globals f_locals f_builtins tb_frame tb_next gi_frame cr_frame ag_frame exc_info call_tracing setprofile settrace _current_frames _getframe".split())
# They look names up, run text, make classes or put attributes in place, whatever those are called.
BY_NAME = set(
    "ABCMeta EnumMeta EnumType ForwardRef Formatter attrgetter evaluate_forward_ref get_annotations get_type_hints make_dataclass methodcaller singledispatch "
    "singledispatchmethod update_wrapper vformat wraps".split()
)
MOCKS = set("attach_mock configure_mock mock_add_spec reset_mock".split())
FILES = set("FancyURLopener URLopener build_opener urlopen urlretrieve".split())
REACHING = MODULES | FRAMES | BY_NAME | MOCKS | FILES | set("_exit meta_path modules path_hooks".split())
# What may be asked of a type, beside what it is.
LABELS = set("__module__ __name__ __qualname__".split())
# Fields of `str.format` may read attributes of what they are given, by any name.
LOOKING_FORMAT = "format with fields that look into things"
LOOKUPS = set("delattr getattr hasattr setattr".split())


def of(node):
    nodes = list(ast.walk(node))
    plain = {id(part) for one in nodes for part in plain_parts(one)}
    return {power for one in nodes if id(one) not in plain for power in of_one(one) if power}


def plain_parts(one):
    """What has a strong name and is weak where it stands: a type that is compared or named, an attribute whose name can be read."""
    if isinstance(one, ast.Compare):
        yield from (asked.func for asked in (one.left, *one.comparators) if is_type_of(asked))
    elif isinstance(one, ast.Attribute) and one.attr in LABELS and is_type_of(one.value):
        yield from (one, one.value.func)
    elif named_lookup(one) is not None:
        yield one.func


def named_lookup(one):
    """The name that `getattr` and its like are given, where it can be read."""
    if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in LOOKUPS and len(one.args) > 1:
        wanted = one.args[1]
        return wanted.value if isinstance(wanted, ast.Constant) and isinstance(wanted.value, str) else None
    return None


def is_type_of(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "type" and len(node.args) == 1 and not node.keywords


def of_one(one):
    if isinstance(one, ast.Import):
        yield from (power for alias in one.names for power in of_module(alias.name))
    elif isinstance(one, ast.ImportFrom):
        yield from of_names_from(one)
    elif isinstance(one, ast.Name) and (reaches(one.id) or one.id in POWERS):
        yield one.id
    elif isinstance(one, ast.Attribute):
        yield from of_attribute(one)
    elif isinstance(one, ast.Call):
        yield from of_lookup(one)
    elif isinstance(one, ast.ClassDef):
        yield "class"
    elif isinstance(one, source.FUNCTIONS) and one.name[:2] == "__":
        yield f"def {one.name}"
    elif isinstance(one, ast.Global):
        yield "global"
    elif isinstance(one, ast.MatchClass):
        yield from (f".{name}" for name in one.kwd_attrs if leads_out(name))
    elif isinstance(one, ast.keyword) and (one.arg or "")[:2] == "__":
        yield f"{one.arg}="
    elif isinstance(one, ast.Constant) and isinstance(one.value, str) and "__" in one.value:
        yield repr(one.value)[:60]


def of_lookup(call):
    """Like an attribute of that name."""
    name = named_lookup(call)
    if name is not None and leads_out(name):
        yield f".{name}"
    if name is not None and call.func.id in ("setattr", "delattr") and not is_receiver(call.args[0]):
        yield f"patching .{name}"


def of_attribute(one):
    if leads_out(one.attr):
        yield f".{one.attr}"
    if isinstance(one.value, ast.Name) and f"{one.value.id}.{one.attr}" in HARMFUL_PARTS:
        yield f"import {one.value.id}.{one.attr}"
    if isinstance(one.ctx, (ast.Store, ast.Del)) and not is_receiver(one.value):
        yield f"patching .{one.attr}"
    if one.attr in ("format", "format_map") and not is_plain_format(one.value):
        yield LOOKING_FORMAT


def is_plain_format(node):
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return False
    return all(not set(field) & set(".[") and "{" not in form for field, form in fields_of(node.value))


def fields_of(text):
    try:
        return [(field or "", form or "") for _, field, form, _ in string.Formatter().parse(text)]
    except ValueError:
        return [("[", "")]


def of_names_from(node):
    module = "." * node.level + (node.module or "")
    yield from of_module(module)
    for alias in node.names:
        inner = f"{module}.{alias.name}"
        if inner in HARMFUL_PARTS:
            yield f"import {inner}"
        if alias.name in REACHING | CODE | inner_modules():
            yield f"import of {alias.name}"
        elif reaches(alias.name):
            yield f"import of {inner}"
        if is_test(inner):
            yield "import of tests"


def of_module(name):
    """All of a module's parts are one, and so are those of the candidate's own package that are named from within."""
    yield f"import {name}" if name in HARMFUL_PARTS else f"import {name.split('.')[0] or '.'}"
    if is_test(name):
        yield "import of tests"


def is_test(name):
    parts = name.split(".")
    return any(part in ("conftest", "test", "testing", "tests") or part.startswith("test_") or part.endswith(("_test", "_tests")) for part in parts)


def reaches(name):
    return name in REACHING or name[:1] == "_" and name != "_" or name.endswith(source.GIVEN)


def leads_out(name):
    return reaches(name) or name in CODE or name in inner_modules()


def is_receiver(node):
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


_inner_modules = set()


def inner_modules():
    """Names under which harmless modules have others: the builtins are `re.enum.bltns`."""
    if not _inner_modules:
        seen, pending = set(), [loaded(name) for name in sorted(HARMLESS_MODULES)]
        while pending:
            module = pending.pop()
            if module is None or module.__name__ in seen:
                continue
            seen.add(module.__name__)
            for name, value in vars(module).items():
                if isinstance(value, types.ModuleType):
                    is_harmless = value.__name__.split(".")[0] in HARMLESS_MODULES
                    pending.append(value if is_harmless else None)
                    if not is_harmless:
                        _inner_modules.add(name)
    return _inner_modules


def loaded(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def behind(statements, names):
    """Those of the modules behind names that import statements at the top of a file bind."""
    for node in statements:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                if (alias.asname or alias.name).split(".")[0] in names:
                    yield from of(with_names(node, [alias]))
        elif not isinstance(node, (*source.FUNCTIONS, ast.ClassDef)):
            yield from behind(ast.iter_child_nodes(node), names)


def with_names(node, names):
    if isinstance(node, ast.Import):
        return ast.Import(names=names)
    return ast.ImportFrom(module=node.module, names=names, level=node.level)
