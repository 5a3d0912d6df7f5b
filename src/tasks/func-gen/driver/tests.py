"""Runs tests of a repository by pytest, which its environment has; what they print goes nowhere, and each has its time."""

import contextlib
import importlib.util
import random
import signal
import sys

from channel import Overtime

# Nothing that is kept from run to run, nothing that turns a warning of another version into a failure, and no options that ask for
# programs or plugins which nobody needs to run a test.
WORDS = ["-q", "-p", "no:cacheprovider", "-p", "no:warnings", "-p", "no:randomly", "-o", "addopts=", "--continue-on-collection-errors"]

# Seconds are of the processor, which a machine that is busy with other things does not take away; a test that waits has so many times as long.
WAITING = 6


def is_there():
    return importlib.util.find_spec("pytest") is not None


def run(paths, seconds, plugin):
    """The plugin's hooks see all of it; `around` is entered for whatever runs of a test."""
    import pytest

    def overtime(_signal, _frame):
        raise Overtime

    class Limits:
        @pytest.hookimpl(hookwrapper=True)
        def pytest_runtest_setup(self):
            random.seed(0)
            yield from limited()

        @pytest.hookimpl(hookwrapper=True)
        def pytest_runtest_call(self):
            yield from limited()

        @pytest.hookimpl(hookwrapper=True)
        def pytest_runtest_teardown(self):
            yield from limited()

    def limited():
        for sent, timer, limit in ((signal.SIGPROF, signal.ITIMER_PROF, seconds), (signal.SIGALRM, signal.ITIMER_REAL, WAITING * seconds)):
            signal.signal(sent, overtime)
            signal.setitimer(timer, limit)
        try:
            with plugin.around():
                yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)

    repeatable()
    sys.argv = ["pytest"]
    with contextlib.suppress(SystemExit):
        pytest.main([*WORDS, "--rootdir=.", *paths], plugins=[Limits(), plugin])


class Chosen:
    """A plugin of pytest: these tests in this order."""

    around = contextlib.nullcontext

    def __init__(self, nodes):
        self.places = {node: place for place, node in enumerate(nodes)}
        self.session = None

    def pytest_collection_modifyitems(self, items):
        items[:] = sorted((one for one in items if one.nodeid in self.places), key=lambda one: self.places[one.nodeid])
        self.session = items[0].session if items else None


class Outcomes(Chosen):
    """What becomes of each of them: `passed` with its set-up and tear-down, `failed`, or `skipped`, which is whatever is neither."""

    def __init__(self, nodes):
        super().__init__(nodes)
        self.phases = []

    def pytest_runtest_logstart(self):
        self.phases = []

    def pytest_runtest_logreport(self, report):
        self.phases.append((report.when, "skipped" if hasattr(report, "wasxfail") else report.outcome))
        if report.when != "teardown":
            return
        ways = {outcome for _, outcome in self.phases}
        if "failed" in ways:
            self.ended(report.nodeid, "failed")
        else:
            # A subtest reports a phase of its own.
            is_whole = ways == {"passed"} and {"setup", "call"} < {when for when, _ in self.phases}
            self.ended(report.nodeid, "passed" if is_whole else "skipped")


def files_of(nodes):
    return sorted({node.split("::")[0] for node in nodes})


def repeatable():
    """What hypothesis draws is the same in every run."""
    if importlib.util.find_spec("hypothesis") is None:
        return
    with contextlib.suppress(Exception):
        from hypothesis import settings

        settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
        settings.load_profile("repeatable")
