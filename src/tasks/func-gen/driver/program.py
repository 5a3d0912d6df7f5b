"""Runs source as the main program, in a module of its own."""

import ast
import os
import sys
import tempfile
import types


def hide_driver():
    """Leaves nothing of the driver where an `import` finds it: a repository may have modules of the same names."""
    folder = os.path.dirname(os.path.abspath(__file__))
    for name, module in list(sys.modules.items()):
        if name != "__main__" and os.path.dirname(getattr(module, "__file__", None) or "") == folder:
            del sys.modules[name]
    sys.path[:] = [one for one in sys.path if os.path.abspath(one) != folder]


def use_folders(roots):
    """Finds modules in the repository's own folders before the standard library, and in its environment, where there is one, after it."""
    sys.path[:0] = [os.path.join(os.getcwd(), root) for root in roots]
    sys.path.extend(sys.argv[2:3])


def main_module():
    module = types.ModuleType("__main__")
    module.__dict__["__builtins__"] = __builtins__
    sys.modules["__main__"] = module
    sys.argv = ["script.py"]
    folder = os.path.join(tempfile.gettempdir(), "script")
    os.makedirs(folder, exist_ok=True)
    os.chdir(folder)
    module.__file__ = os.path.abspath("script.py")
    return module


def run(tree, module, **given):
    """Runs a syntax tree in a module; `given` are names that it finds there."""
    ast.fix_missing_locations(tree)
    module.__dict__.update(given)
    exec(compile(tree, "script.py", "exec"), module.__dict__)


def function_in(module, name):
    """The function itself, whatever its class makes of it; None where that is not to be had."""
    *path, last = name.split(".")
    owner = module
    for part in path:
        owner = vars(owner).get(part) if not isinstance(owner, types.ModuleType) else getattr(owner, part, None)
        if owner is None:
            return None
    return bare(vars(owner).get(last))


def bare(found):
    if isinstance(found, (staticmethod, classmethod)):
        return found.__func__
    if isinstance(found, property):
        return found.fget
    return found if callable(found) else None


def like(found, wrap):
    """What stood in a class or module, around another function."""
    if isinstance(found, (staticmethod, classmethod)):
        return type(found)(wrap(found.__func__))
    if isinstance(found, property):
        return property(wrap(found.fget))
    return wrap(found)
