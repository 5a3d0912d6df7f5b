"""Calls a function with inputs that were written down before, and says what comes of each; nothing here knows what is right."""

import gc
import importlib
import json
import os
import sys

import calls
import clock
import program
import source
from channel import Channel, Overtime, limit_each

MOST_OVERTIMES = 2


def from_script(job):
    """The script's definitions, and the candidate in the place of the original."""
    tree = source.ast.parse(job["definitions"])
    place = source.Place(tree, job["name"])
    file, candidate = source.candidate_of(job)
    place.replace(source.fitted(candidate, place.node))
    source.put_first(tree, source.extra_imports(file, tree))
    module = program.main_module()
    program.run(tree, module)
    return module


def from_tree(job):
    """A module of the repository, found from the repository's own folders first, then from those of its environment."""
    program.use_folders(job["roots"])
    return importlib.import_module(job["module"])


def watched(function, arguments, keywords):
    with clock.ClockWatch() as watch:
        outcome = calls.outcome_of(function, arguments, keywords)
    return ["asked-the-time"] if watch.asked else outcome


def main():
    with open(sys.argv[1], "rb") as file:
        job = json.load(file)
    channel = Channel()
    limited = limit_each(job["seconds"])
    try:
        module = limited(from_script if "definitions" in job else from_tree, job)
        function = program.function_in(module, job["name"])
    except BaseException as error:
        return channel.say(end="import-failed", detail=f"{type(error).__name__}: {error}"[:300])
    if function is None:
        return channel.say(end="import-failed", detail="the function is not there")
    gc.collect()
    overtimes = 0
    for number, one in enumerate(job["inputs"]):
        try:
            arguments, keywords = limited(calls.unpacked, one)
            if job.get("watch_clock"):
                outcome = limited(watched, function, arguments, keywords)
            else:
                outcome = limited(calls.outcome_of, function, arguments, keywords)
        except Overtime:
            outcome = ["overtime"]
            overtimes += 1
        except BaseException as error:
            outcome = ["ended", type(error).__name__]
        channel.say(call=number, outcome=outcome)
        if overtimes == MOST_OVERTIMES:
            break
    channel.say(end="completed")


program.hide_driver()
main()
os._exit(0)
