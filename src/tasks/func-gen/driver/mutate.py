"""Runs inputs through versions of a function that have one small fault each."""

import ast
import importlib
import json
import os
import signal
import sys

import calls
import faults
import program
from channel import Channel, Overtime, limit_each


def try_mutant(number, tree, job, channel):
    limited = limit_each(job["seconds"])
    sys.meta_path.insert(0, faults.Finder(job["module"], os.path.join(os.getcwd(), job["path"]), tree))
    module = limited(importlib.import_module, job["module"])
    function = program.function_in(module, job["name"])
    for call, one in enumerate(job["inputs"]):
        try:
            arguments, keywords = calls.unpacked(one)
            outcome = limited(calls.outcome_of, function, arguments, keywords)
        except Overtime:
            outcome = ["overtime"]
        except BaseException as error:
            outcome = ["ended", type(error).__name__]
        channel.say(mutant=number, call=call, outcome=outcome)
        if outcome == ["overtime"]:
            return


def main():
    with open(sys.argv[1], "rb") as file:
        job = json.load(file)
    channel = Channel()
    program.use_folders(job["roots"])
    tree = ast.parse(job["file"])
    for number, mutant in zip(range(job["most"]), faults.mutants_of(tree, job)):
        channel.say(mutant=number)
        child = os.fork()
        if child == 0:
            signal.alarm(0)
            try:
                try_mutant(number, mutant, job, channel)
            except BaseException:
                channel.say(mutant=number, call=0, outcome=["ended", "at import"])
            os._exit(0)
        os.waitpid(child, 0)
    channel.say(end="completed")


program.hide_driver()
main()
os._exit(0)
