"""Harbor reads every task that we write, and its own job engine runs its oracle and its no-op agent on each."""

import asyncio
import json
import pathlib
import sys

from harbor.job import Job
from harbor.lint import lint_task
from harbor.models.dataset.manifest import DatasetManifest
from harbor.models.job.config import DatasetConfig, JobConfig
from harbor.models.task.task import Task
from harbor.models.trial.config import AgentConfig, EnvironmentConfig
from harbor.publisher.packager import Packager

sys.path.insert(0, str(pathlib.Path(__file__).parent))
root = pathlib.Path(sys.argv[1]) / "harbor"
tasks = root / "export" / "tasks"
folders = sorted(path.parent for path in tasks.glob("*/task.toml"))
# What Harbor advises and a task cannot decide for its user: base_image may name a digest; the rest is said in docs/harbor.md.
ADVICE = {"unpinned-image", "root-agent", "shared-verifier"}
FAMILIES = {"func-localize", "dep-search", "issue-localize"}


def check(name, action):
    try:
        print("ok  ", name, action(), flush=True)
    except Exception as error:  # whatever a library throws is a failed check
        parts = getattr(error, "exceptions", [error])
        print("FAIL", name, type(error).__name__, str(parts[0]).replace("\n", " ")[:900], flush=True)


def require(holds, why):
    if not holds:
        raise ValueError(why)


def read_tasks():
    lines = (root / "data" / "instances.jsonl").read_text().split("\n")
    instances = {row["id"]: row for row in map(json.loads, filter(None, lines))}
    families = set()
    for folder in folders:
        require(Task.is_valid_dir(folder), f"{folder.name} is no task")
        task = Task(folder)
        instance = instances[folder.name]
        require(task.instruction == instance["instruction"], f"{folder.name} has another instruction")
        require(task.config.metadata["commit"] == instance["repository"]["commit"], "another commit")
        require(task.config.model_dump(mode="json")["schema_version"] == "1.4", "another schema")
        families.add(task.config.metadata["family"])
    require(families == FAMILIES, f"only {families}")
    return f"{len(folders)} tasks of {len(families)} families"


def lint():
    findings = [finding for folder in folders for finding in lint_task(folder)]
    others = [finding.model_dump_json() for finding in findings if finding.rule.value not in ADVICE]
    require(not others, f"{len(others)} findings: {others[:3]}")
    return f"{len(folders)} tasks, {len(findings)} pieces of advice, all of {len(ADVICE)} known kinds"


def digests():
    manifest = DatasetManifest.from_toml_file(tasks / "dataset.toml")
    listed = {task.short_name: task.digest for task in manifest.tasks}
    found = {folder.name: f"sha256:{Packager.compute_content_hash(folder)[0]}" for folder in folders}
    require(listed == found, f"{listed} is not {found}")
    return f"{manifest.dataset.name}, {len(found)} digests"


async def run_job(name, agent, **options):
    config = JobConfig(
        job_name=name,
        jobs_dir=root / "jobs",
        quiet=True,
        n_concurrent_trials=2,
        datasets=[DatasetConfig(path=tasks)],
        agents=[agent],
        environment=EnvironmentConfig(import_path="boxed:BoxedEnvironment", kwargs=options),
    )
    job = await Job.create(config)
    await job.run()
    return [json.loads(path.read_text()) for path in sorted((root / "jobs" / name).glob("*/result.json"))]


def rewards(name, agent, expected):
    trials = asyncio.run(run_job(name, agent))
    found = {trial["task_name"]: (trial["verifier_result"] or {}).get("rewards") for trial in trials}
    faults = [trial["exception_info"] for trial in trials if trial["exception_info"]]
    require(len(found) == len(folders), f"{len(found)} trials")
    require(all(reward == {"reward": expected} for reward in found.values()), f"{found} {faults[:1]}")
    for path in (root / "jobs" / name).glob("*/verifier"):
        verdict = json.loads((path / "verdict.json").read_text())
        require(verdict["reward"] == expected == float((path / "reward.txt").read_text()), f"{verdict}")
    return f"{len(found)} trials, reward {expected}"


def fault():
    trials = asyncio.run(run_job("fault", AgentConfig(name="oracle"), broken_node=True))
    kinds = {(trial["exception_info"] or {}).get("exception_type") for trial in trials}
    require(kinds == {"RewardFileNotFoundError"}, f"{kinds}")
    require(all(trial["verifier_result"] is None for trial in trials), "a verifier with a broken Node.js gave a reward")
    return f"{len(trials)} trials, no reward"


check("reads every task", read_tasks)
check("lint", lint)
check("digests of dataset.toml", digests)
check("oracle", lambda: rewards("oracle", AgentConfig(name="oracle"), 1))
check("nop", lambda: rewards("nop", AgentConfig(name="nop"), 0))
check("solution and one file more", lambda: rewards("meddler", AgentConfig(import_path="meddler:Meddler"), 0))
check("a verifier that fails gives no reward", fault)
