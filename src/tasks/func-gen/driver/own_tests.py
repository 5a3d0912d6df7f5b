"""Runs tests of the repository over the function as it stands, and says what became of each and how often it entered the function.

The tests run in a child, and the code under test with them. Its parent shows with a token that it was the parent who spoke: the token arrives after
the fork, so it is nowhere in the memory of the child, and the child has given away standard output before any of the repository's code runs. What
the child says it signs with a word of its own, drawn before that too: whatever else is written to its pipe counts for nothing. Leaving, crashing,
hanging and flooding end the child, and its parent says so. Code that finds the word among the objects of its own process could sign as well: the
gate refuses what leads there, and the watch what would read it from outside.
"""

import ast
import contextlib
import json
import os
import select
import signal
import sys
import threading
import time

import program
import source
import tests
import watch
from channel import Channel

MOST_BYTES = 1_000_000


class Entries:
    """Counts how often the code of one function is entered, whatever stands around it."""

    def __init__(self, job):
        with open(job["path"], "rb") as file:
            node = source.from_file(ast.parse(file.read()), job["qualified_name"], job["ordinal"])
        self.path, self.name = os.path.abspath(job["path"]), node.name
        self.line = min(one.lineno for one in (node, *node.decorator_list))
        self.count = 0

    def look(self, frame, event, _argument):
        code = frame.f_code
        if event == "call" and code.co_name == self.name and code.co_firstlineno == self.line:
            self.count += os.path.abspath(code.co_filename) == self.path

    @contextlib.contextmanager
    def counted(self):
        threading.setprofile(self.look)
        sys.setprofile(self.look)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)


class Told(tests.Outcomes):
    """Says it of each test when it has ended."""

    def __init__(self, job, say):
        super().__init__(job["nodes"])
        self.entries, self.say = Entries(job), say
        self.around = self.entries.counted

    def pytest_runtest_logstart(self):
        super().pytest_runtest_logstart()
        self.entries.count = 0

    def ended(self, node, outcome):
        self.say(node=self.places.get(node, -1), outcome=outcome, calls=self.entries.count)


def run(job, outlet):
    """In the child; does not return."""
    try:
        os.setsid()
        os.dup2(outlet, 1)
        os.close(outlet)
        channel = Channel()
        word = os.urandom(16).hex()
        channel.say(word=word)
        program.use_folders(job["roots"])
        told = Told(job, lambda **line: channel.say(word=word, **line))
        watch.begin()
        tests.run(tests.files_of(job["nodes"]), job["seconds"], told)
        channel.say(word=word, end="completed")
    finally:
        os._exit(0)


def heard(inlet, seconds):
    """What came through the pipe, and why no more."""
    data, deadline = b"", time.monotonic() + seconds
    while len(data) < MOST_BYTES:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([inlet], [], [], left)[0]:
            return data, "overtime"
        piece = os.read(inlet, 65536)
        if not piece:
            return data, "left"
        data += piece
    return data, "flooded"


def signed(data):
    """The lines with the word of the first one, which nobody could come before."""
    first, *others = list(parsed(data)) or [{}]
    word = first.get("word")
    return [one for one in others if isinstance(word, str) and one.get("word") == word]


def parsed(data):
    for text in data.split(b"\n"):
        with contextlib.suppress(ValueError, RecursionError):
            line = json.loads(text)
            if isinstance(line, dict):
                yield line


def main():
    with open(sys.argv[1], "rb") as file:
        job = json.load(file)
    inlet, outlet = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(inlet)
        run(job, outlet)
    os.close(outlet)
    token = sys.stdin.read()
    channel = Channel()
    data, end = heard(inlet, job["limit"])
    with contextlib.suppress(OSError):
        os.killpg(child, signal.SIGKILL)
    lines = signed(data)
    for line in lines:
        if "node" in line:
            channel.say(node=line["node"], outcome=line["outcome"], calls=line["calls"])
    is_through = end == "left" and lines and lines[-1].get("end") == "completed"
    channel.say(end="completed" if is_through else end, token=token)


program.hide_driver()
main()
os._exit(0)
