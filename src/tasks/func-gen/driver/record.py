"""Runs a script with its own function as the new implementation, and writes down what it is called with."""

import functools
import inspect
import itertools
import json
import os
import sys
import traceback

import calls
import program
import source
from channel import Channel
from encoding import NotRecordable

MOST_CALLS = 200


def recorder(channel):
    """Makes a wrapper that says what each call is given and what comes of it; calls that the function makes of itself are its own business."""
    numbers = itertools.count()
    inside = []

    def begin(arguments, keywords):
        number = next(numbers)
        if number >= MOST_CALLS:
            return lambda outcome: None
        try:
            line = {"call": number, "input": calls.packed(arguments, keywords)}
        except NotRecordable as error:
            line = {"call": number, "refused": str(error)}
        return lambda outcome: channel.say(**line, outcome=outcome)

    def finished(seen, say, outcome):
        say(outcome)
        if seen.error is not None:
            raise seen.error
        return seen.result

    def wrap(function):
        @functools.wraps(function)
        def wrapper(*arguments, **keywords):
            if inside:
                return function(*arguments, **keywords)
            say, seen = begin(arguments, keywords), calls.Observation(arguments, keywords)
            inside.append(True)
            try:
                outcome = seen.returned(function(*arguments, **keywords))
            except Exception as error:
                outcome = seen.raised(error)
            finally:
                inside.pop()
            return finished(seen, say, outcome)

        @functools.wraps(function)
        async def promising(*arguments, **keywords):
            say, seen = begin(arguments, keywords), calls.Observation(arguments, keywords)
            try:
                outcome = seen.returned(await function(*arguments, **keywords))
            except Exception as error:
                outcome = seen.raised(error)
            return finished(seen, say, outcome)

        return promising if inspect.iscoroutinefunction(function) else wrapper

    return lambda found: program.like(found, wrap)


def main():
    with open(sys.argv[1], "rb") as file:
        job = json.load(file)
    channel = Channel()
    tree = source.ast.parse(job["script"])
    try:
        place = source.Place(tree, job["name"])
    except source.Missing:
        return channel.say(end="missing")
    channel.say(definitions=source.definitions_of(job["script"], job["name"]))
    place.after(source.ast.parse(f"{place.name}{source.GIVEN} = __given__({place.name})").body)
    module = program.main_module()
    try:
        program.run(tree, module, __given__=recorder(channel))
        channel.say(end="completed")
    except SystemExit as error:
        channel.say(end="exited" if error.code in (None, 0, False) else "failed", detail=f"exit {error.code!r}"[:300])
    except ModuleNotFoundError as error:
        channel.say(end="module-missing", detail=str(error.name))
    except BaseException as error:
        channel.say(end="failed", detail="".join(traceback.format_exception_only(error))[:300])


program.hide_driver()
main()
os._exit(0)
