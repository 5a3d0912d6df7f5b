"""Runs tests of the repository over versions of a function that are wrong, each in a process of its own and until the first test that does not pass."""

import ast
import contextlib
import copy
import itertools
import json
import os
import signal
import sys
import time

import faults
import program
import source
import tests
from channel import Channel

# A status that nothing else ends with.
ALL_PASSED = 42
# What answers many a call, whatever the function is for.
HOLLOW = ["pass", "return 0", "return 1", "return True", "return False", "return ''", "return []", "return {}", "raise ValueError", "raise TypeError"]


class Passing(tests.Outcomes):
    """Ends the run with the first test that does not pass."""

    def __init__(self, nodes):
        super().__init__(nodes)
        self.passed = set()

    def ended(self, node, outcome):
        if outcome == "passed":
            self.passed.add(node)
        else:
            self.session.shouldstop = "enough"


def versions(tree, job):
    """The original goes first and last: if it does not pass here, nothing is said by those that do not either."""
    yield "original", tree
    for text in HOLLOW:
        yield "hollow", with_body(tree, job, text)
    arguments = source.from_file(tree, job["qualified_name"], job["ordinal"]).args
    for one in (arguments.posonlyargs + arguments.args)[:2]:
        yield "hollow", with_body(tree, job, f"return {one.arg}")
    for mutant in itertools.islice(faults.mutants_of(tree, job), job["most"]):
        yield "mutant", mutant
    yield "original", tree


def with_body(tree, job, text):
    changed = copy.deepcopy(tree)
    source.from_file(changed, job["qualified_name"], job["ordinal"]).body = ast.parse(text).body
    return changed


def passes(tree, job):
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            sys.meta_path.insert(0, faults.Finder(job["module"], os.path.join(os.getcwd(), job["path"]), tree))
            passing = Passing(job["nodes"])
            tests.run(tests.files_of(job["nodes"]), job["seconds"], passing)
            os._exit(ALL_PASSED if len(passing.passed) == len(job["nodes"]) else 0)
        finally:
            os._exit(0)
    status = ended(child, job["limit"])
    with contextlib.suppress(OSError):
        os.killpg(child, signal.SIGKILL)
    return status == ALL_PASSED


def ended(child, seconds):
    """The status of a child that ends in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def main():
    with open(sys.argv[1], "rb") as file:
        job = json.load(file)
    channel = Channel()
    program.use_folders(job["roots"])
    # Once for all of them.
    __import__("pytest")
    tree = ast.parse(job["file"])
    for kind, version in versions(tree, job):
        is_passing = passes(version, job)
        channel.say(version=kind, passes=is_passing)
        if is_passing != (kind == "original") and kind != "mutant":
            break
    channel.say(end="completed")


program.hide_driver()
main()
os._exit(0)
