"""Runs the tests of a repository once, and says for each function of the repository which of those that pass enter it."""

import contextlib
import json
import os
import sys
import threading

import program
import tests
from channel import Channel

MOST_TESTS = 20
# Counted, not timed: what is left out of a long run is the same every time. Calls of any code, for what the tests' own
# libraries do takes as long as what the repository does; and tests, each of which costs pytest about a millisecond.
MOST_CALLS = 50_000_000
MOST_TESTS_RUN = 20_000


class Reach:
    """A plugin of pytest. The fewer functions a test enters, and the less often, the more it says of each."""

    def __init__(self):
        self.root = os.getcwd() + os.sep
        self.numbers, self.functions, self.reached = {}, [], {}
        self.entered, self.calls = set(), 0
        self.all_calls, self.all_tests = 0, 0
        self.outcomes = {"passed": 0, "failed": 0, "skipped": 0}

    def number(self, code):
        """Of a function of the repository; -1 of any other code."""
        if not code.co_filename.startswith(self.root) or code.co_name.startswith("<"):
            return -1
        self.functions.append((code.co_filename[len(self.root):], code.co_firstlineno, code.co_name))
        return len(self.functions) - 1

    def profile(self, frame, event, _argument):
        if event != "call":
            return
        self.all_calls += 1
        code = frame.f_code
        number = self.numbers.get(code)
        if number is None:
            number = self.numbers[code] = self.number(code)
        if number >= 0:
            self.entered.add(number)
            self.calls += 1

    @contextlib.contextmanager
    def around(self):
        threading.setprofile(self.profile)
        sys.setprofile(self.profile)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)

    def pytest_runtest_logstart(self):
        self.entered, self.calls = set(), 0

    def pytest_runtest_logreport(self, report):
        if report.when != "call":
            return
        self.outcomes[report.outcome] += 1
        if not report.passed or hasattr(report, "wasxfail"):
            return
        rank = (len(self.entered), self.calls, report.nodeid)
        for number in self.entered:
            found = self.reached.setdefault(number, [])
            found.append(rank)
            if len(found) > 20 * MOST_TESTS:
                self.reached[number] = sorted(found)[:MOST_TESTS]

    def pytest_runtest_protocol(self, item):
        self.all_tests += 1
        if self.all_calls > MOST_CALLS or self.all_tests > MOST_TESTS_RUN:
            item.session.shouldstop = "enough"


def main():
    with open(sys.argv[1], "rb") as file:
        job = json.load(file)
    channel = Channel()
    program.use_folders(job["roots"])
    if not tests.is_there():
        return channel.say(end="no-pytest")
    reach = Reach()
    tests.run(job["tests"], job["seconds"], reach)
    for number, ranks in reach.reached.items():
        path, line, name = reach.functions[number]
        channel.say(path=path, line=line, name=name, tests=[nodeid for _, _, nodeid in sorted(ranks)[:MOST_TESTS]])
    channel.say(end="completed", **reach.outcomes)


program.hide_driver()
main()
os._exit(0)
