"""Calls that tests were seen to make are those that our resolver says: the tests of real packages run under a tracer."""

import json
import os
import pathlib
import subprocess
import sys

from compare import Comparison

HERE = pathlib.Path(__file__).parent
ANSWERS = HERE.parent / "resolver-answers.ts"
# Folder in sources.txt → where its own packages start.
REPOSITORIES = {"click": "src", "flask": "src", "httpx": ".", "requests": "src"}
PRECISION = 0.99
FEWEST_OBSERVED = 200

cases, sources = map(pathlib.Path, sys.argv[1:3])


def trace(root, packages, out):
    """Runs the tests; some fail for want of a network, and what the others did still counts."""
    environment = {
        **os.environ,
        "CALL_TRACER_ROOT": str(root),
        "CALL_TRACER_OUT": str(out),
        "PYTHONPATH": os.pathsep.join([str(root / packages), str(HERE)]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "call_tracer", "-p", "no:cacheprovider", "-p", "no:randomly", "tests"]
    subprocess.run(command, cwd=root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=900)
    return json.loads(out.read_text())


def resolve(root, out):
    """Our answers, and what they cost: CPU seconds and the most bytes that one process held."""
    process = subprocess.Popen([os.environ["NODE"], str(ANSWERS), str(root), str(out)])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"resolver-answers.ts ended with {process.returncode}")
    return json.loads(out.read_text()), usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


for name, packages in REPOSITORIES.items():
    root = sources / name
    observed_calls = trace(root, packages, cases / f"{name}-calls.json")
    answers, seconds, held = resolve(root, cases / f"{name}-answers.json")
    comparison = Comparison(root, observed_calls, answers)
    counts = comparison.counts
    observed = counts["in-repository observed"] - counts["in-repository replaced by a test"]
    precision = 1 - counts["in-repository wrong"] / max(1, observed)
    coverage = counts["in-repository observed"] / max(1, counts["in-repository sites"])
    good = precision >= PRECISION and observed >= FEWEST_OBSERVED
    print(
        "ok  " if good else "FAIL",
        f"{name}: precision {precision:.4f} of {observed} sites seen (coverage {coverage:.2f});",
        f"{counts['settled definitions']} of {counts['definitions']} functions settled;",
        f"{seconds:.1f} CPU s, {1000 * seconds / counts['definitions']:.0f} ms per function, at most {held / 2**20:.0f} MiB;",
        json.dumps({key: count for key, count in sorted(counts.items()) if "repository" in key or "outside" in key}),
    )
    for line in comparison.wrong:
        print(f"{name}: {line}", file=sys.stderr)
