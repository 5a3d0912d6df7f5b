"""Keeps code that runs beside its judge from reading or changing that from outside: through files of the system, or with the help of other processes."""

import os
import sys

HELPERS = set(
    "gc.get_objects gc.get_referents gc.get_referrers os.exec os.fork os.forkpty os.kill os.killpg os.posix_spawn os.spawn os.system pty.spawn subprocess.Popen".split()
)
CHANGES = {"os.link", "os.remove", "os.rename", "os.symlink", "os.truncate"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC
# What tests are made of, and what steers them: a test that is collected later would be another one.
STEERING = (".cfg", ".ini", ".py", ".pyc", ".toml")


def begin():
    """From now on, and for good: an audit hook cannot be taken away. Whatever the original does of this fails too, so tests of it are not taken."""
    root = os.path.realpath(os.getcwd()) + os.sep

    def place(path):
        return os.path.realpath(os.fsdecode(path)) if isinstance(path, (str, bytes, os.PathLike)) else ""

    def look(event, arguments):
        if event in HELPERS:
            raise PermissionError(event)
        if event == "open":
            path, _, flags = arguments
            found = place(path)
            if found.startswith("/proc/") or flags & WRITING and steers(found):
                raise PermissionError(event)
        elif event in CHANGES and any(steers(place(one)) for one in arguments[:2]):
            raise PermissionError(event)

    def steers(found):
        return found.startswith(root) and (found.endswith(STEERING) or os.path.isdir(found))

    sys.addaudithook(look)
