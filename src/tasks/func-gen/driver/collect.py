"""Runs the doctests and tests of a repository that speak of a function, and writes down what the function is called with; then makes inputs like those."""

import contextlib
import doctest
import functools
import importlib
import inspect
import json
import os
import sys
import types
import unittest

import calls
import copies
import program
import tests
from channel import Channel, limit_each
from encoding import NotRecordable
from vary import variations

MOST_RECORDED = 40


class Collector:
    """Inputs in the order in which they came, each once."""

    def __init__(self):
        self.inputs = {}
        self.source = "doctest"
        self.inside = False

    def is_full(self):
        return len(self.inputs) >= MOST_RECORDED

    def wrap(self, function):
        @functools.wraps(function)
        def wrapper(*arguments, **keywords):
            if not self.inside and not self.is_full():
                try:
                    self.inputs.setdefault(calls.packed(arguments, keywords), self.source)
                except NotRecordable:
                    pass
            before, self.inside = self.inside, True
            try:
                return function(*arguments, **keywords)
            finally:
                self.inside = before

        return wrapper


class Needed(tests.Chosen):
    """No more of them than there is room for."""

    def __init__(self, nodes, collector):
        super().__init__(nodes)
        self.collector = collector

    def pytest_runtest_protocol(self, item):
        if self.collector.is_full():
            item.session.shouldstop = "enough"


def put_in_place(module, name, wrap):
    """The wrapper stands wherever the function did, under whatever name it was imported."""
    *path, last = name.split(".")
    owner = module
    for part in path:
        owner = getattr(owner, part)
    original = vars(owner)[last]
    wrapped = program.like(original, wrap)
    setattr(owner, last, wrapped)
    if path:
        return
    for other in list(sys.modules.values()):
        for key, value in list(vars(other).items()) if isinstance(other, types.ModuleType) else []:
            if value is original:
                with contextlib.suppress(Exception):
                    setattr(other, key, wrapped)


class Lenient(doctest.DocTestParser):
    """Takes a docstring that it cannot read for one without examples, for the others of its module are none the worse."""

    def get_examples(self, string, name="<string>"):
        try:
            return super().get_examples(string, name)
        except ValueError:
            return []


def run_doctests(module, name, limited):
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    for test in doctest.DocTestFinder(parser=Lenient(), exclude_empty=True).find(module):
        if any(name in example.source for example in test.examples):
            with contextlib.suppress(BaseException):
                limited(runner.run, test, None, lambda text: None)


def run_tests(path, name, limited, is_full):
    """Test methods and plain test functions whose text has the name; what needs fixtures is left out."""
    module = load(path)
    for value in list(vars(module).values()):
        if is_full():
            return
        if inspect.isclass(value) and issubclass(value, unittest.TestCase) and value.__module__ == module.__name__:
            for method in unittest.TestLoader().getTestCaseNames(value):
                if not is_full() and speaks_of(getattr(value, method), name):
                    with contextlib.suppress(BaseException):
                        limited(value(method).run, unittest.TestResult())
        elif inspect.isfunction(value) and value.__name__.startswith("test") and speaks_of(value, name):
            if not inspect.signature(value).parameters:
                with contextlib.suppress(BaseException):
                    limited(value)
        elif inspect.isclass(value) and value.__name__.startswith("Test") and value.__module__ == module.__name__:
            for key, method in list(vars(value).items()):
                if key.startswith("test") and inspect.isfunction(method) and speaks_of(method, name):
                    if len(inspect.signature(method).parameters) == 1:
                        with contextlib.suppress(BaseException):
                            limited(getattr(value(), key))


def load(path):
    """A test file as the module that it would be when run from the root."""
    folder, file = os.path.split(path)
    while os.path.exists(os.path.join(folder, "__init__.py")) and folder:
        folder, parent = os.path.split(folder)
        file = f"{parent}.{file}"
    place = os.path.join(os.getcwd(), folder)
    if place not in sys.path:
        sys.path.append(place)
    return importlib.import_module(file.removesuffix(".py"))


def speaks_of(test, name):
    try:
        return name in inspect.getsource(test)
    except (OSError, TypeError):
        return False


def main():
    with open(sys.argv[1], "rb") as file:
        job = json.load(file)
    channel = Channel()
    limited = limit_each(job["seconds"])
    program.use_folders(job["roots"])
    try:
        module = limited(importlib.import_module, job["module"])
        function = program.function_in(module, job["name"])
    except BaseException as error:
        return channel.say(end="import-failed", detail=f"{type(error).__name__}: {error}"[:300])
    if function is None:
        return channel.say(end="import-failed", detail="the function is not there")
    if not os.path.abspath(module.__file__ or "").startswith(os.getcwd() + os.sep):
        return channel.say(end="import-failed", detail=f"it is imported from {module.__file__}"[:300])
    copy = copies.copy_of(function, sys.argv[2:3])
    if copy is not None:
        return channel.say(end="copied", detail=copy)
    collector = Collector()
    put_in_place(module, job["name"], collector.wrap)
    last = job["name"].rsplit(".", 1)[-1]
    run_doctests(module, last, limited)
    collector.source = "test"
    nodes = job["nodes"] if tests.is_there() else []
    if nodes:
        tests.run(tests.files_of(nodes), job["seconds"], Needed(nodes, collector))
    for path in [] if nodes else job["tests"]:
        with contextlib.suppress(BaseException):
            run_tests(path, job["word"], limited, collector.is_full)
    for data, source in collector.inputs.items():
        channel.say(input=data, source=source)
    with contextlib.suppress(BaseException):
        for data in limited(list, variations(list(collector.inputs), job["seed"], job["most"])):
            channel.say(input=data, source="variation")
    channel.say(end="completed")


program.hide_driver()
main()
os._exit(0)
