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
        signal.signal(signal.SIGALRM, overtime)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            with plugin.around():
                yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    repeatable()
    sys.argv = ["pytest"]
    with contextlib.suppress(SystemExit):
        pytest.main([*WORDS, "--rootdir=.", *paths], plugins=[Limits(), plugin])


def repeatable():
    """What hypothesis draws is the same in every run."""
    if importlib.util.find_spec("hypothesis") is None:
        return
    with contextlib.suppress(Exception):
        from hypothesis import settings

        settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
        settings.load_profile("repeatable")
