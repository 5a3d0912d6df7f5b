"""The `atif` package reads our trajectories, and refuses one that breaks the format."""

import json
import pathlib
import sys

from atif import Trajectory

for file in sorted(pathlib.Path(sys.argv[1]).glob("atif-*.json")):
    name = f"Trajectory.model_validate {file.stem}"
    try:
        document = json.loads(file.read_text())
        read = Trajectory.model_validate(document)
        if len(read.steps) != len(document["steps"]):
            raise ValueError("lost steps")
        if read.to_json_dict() != document:
            raise ValueError("differs when written again")
        accepted, why = True, "accepted"
    except ValueError as error:
        accepted, why = False, str(error).replace("\n", " ")
    expected = not file.stem.startswith("atif-broken")
    print("ok  " if accepted == expected else "FAIL", name, "" if accepted == expected else why)

for file in sorted(pathlib.Path(sys.argv[1]).glob("atif-*/train.jsonl")):
    for number, line in enumerate(file.open(), 1):
        name = f"Trajectory.model_validate {file.parent.name} row {number}"
        try:
            document = json.loads(line)
            kept = Trajectory.model_validate(document).to_json_dict() == document
            print("ok  " if kept else "FAIL", name, "" if kept else "differs when written again")
        except ValueError as error:
            print("FAIL", name, str(error).replace("\n", " "))
