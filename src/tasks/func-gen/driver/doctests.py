"""Runs the examples in a function's own docstring, and counts those that come out otherwise than it says."""

import ast
import doctest
import importlib
import json
import os
import random
import re
import sys

import program
from channel import Channel, limit_each

# Blanks, what is left out on purpose and the words of an error are no untruth.
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL


class Checker(doctest.OutputChecker):
    """Takes the same value in another order or spelling too: sets and dictionaries are written as they come."""

    def check_output(self, want, got, flags):
        return super().check_output(want, got, flags) or same_value(want, got)


def same_value(want, got):
    try:
        return ast.literal_eval(want.strip()) == ast.literal_eval(got.strip())
    except Exception:
        return False


class Counter(doctest.DocTestRunner):
    """Of the examples that say what comes of them. One that raises what nobody spoke of mostly lacks a name that its reader is to think of."""

    def __init__(self):
        super().__init__(checker=Checker(), verbose=False, optionflags=FLAGS)
        self.counts = {"examples": 0, "failures": 0, "errors": 0}

    def count(self, what, example):
        self.counts[what] += example.want != ""

    def report_start(self, _out, _test, example):
        self.count("examples", example)

    def report_failure(self, _out, _test, example, got):
        self.count("errors" if LACKS_NAME.search(got) else "failures", example)

    def report_unexpected_exception(self, _out, _test, example, _error):
        self.count("errors", example)


LACKS_NAME = re.compile(r"^(?:NameError|ImportError|ModuleNotFoundError): .*\s*\Z", re.MULTILINE)


def main():
    with open(sys.argv[1], "rb") as file:
        job = json.load(file)
    channel = Channel()
    limited = limit_each(job["seconds"])
    program.use_folders(job["roots"])
    counter = Counter()
    try:
        module = limited(importlib.import_module, job["module"])
        docstring = program.function_in(module, job["name"]).__doc__ or ""
        test = doctest.DocTestParser().get_doctest(docstring, dict(vars(module)), job["name"], None, None)
        random.seed(0)
        limited(counter.run, test, None, lambda text: None)
    except BaseException as error:
        return channel.say(end="failed", detail=f"{type(error).__name__}: {error}"[:300])
    channel.say(end="completed", **counter.counts)


program.hide_driver()
main()
os._exit(0)
