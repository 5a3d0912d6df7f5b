"""
mini-swe-agent over the commands of a file, with its deterministic model and its local environment.

Usage: peer.py threads|processes ATTEMPTS WORKERS COMMANDS.json OUT

Threads are those of its own batch runs (a pool, one agent each); processes are one Python each, as when its command line is started once
for each task. The record of each is written at its end, as its batch runs do.
"""

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

mode, attempts, workers, commands, out = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], Path(sys.argv[5])
# Where its configuration would be looked for; and it says hello otherwise.
os.environ.update(MSWEA_GLOBAL_CONFIG_DIR=str(out), MSWEA_SILENT_STARTUP="1")


def attempt(number: int) -> str:
    from minisweagent.agents.default import DefaultAgent
    from minisweagent.environments.local import LocalEnvironment
    from minisweagent.models.test_models import DeterministicModel, make_output

    outputs = [make_output(text, [{"command": text}], cost=0.0) for text in json.loads(Path(commands).read_text())]
    with tempfile.TemporaryDirectory() as folder:
        agent = DefaultAgent(
            DeterministicModel(outputs=outputs, cost_per_call=0.0),
            LocalEnvironment(cwd=folder, timeout=1800),
            system_template="You work on a repository.",
            instance_template="{{task}}",
        )
        info = agent.run("Do it.")
    agent.save(out / f"{number}.traj.json")
    return info["exit_status"]


def process(number: int) -> str:
    args = [sys.executable, __file__, "one", str(number), "1", commands, str(out)]
    return subprocess.run(args, check=True, capture_output=True, text=True).stdout.strip()


if mode == "one":
    print(attempt(attempts))
else:
    with ThreadPoolExecutor(max_workers=workers) as pool:
        ends = list(pool.map(attempt if mode == "threads" else process, range(attempts)))
    print(json.dumps({"finished": ends.count("Submitted"), "attempts": len(ends)}))
