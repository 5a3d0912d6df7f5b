"""Hugging Face's own client fetches what we pushed, file for file, and `datasets` finds the rows by the card."""

import hashlib
import json
import pathlib
import sys

from datasets import disable_progress_bars, load_dataset
from huggingface_hub import HfApi, snapshot_download
from huggingface_hub.errors import HfHubHTTPError

disable_progress_bars()
root = pathlib.Path(sys.argv[1])


def sums(folder):
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.iterdir())
        if file.is_file() and file.name != ".gitattributes"
    }


def check(name, run):
    try:
        print("ok  ", name, run())
    except Exception as error:  # whatever a library throws is a failed check
        print("FAIL", name, type(error).__name__, str(error).replace("\n", " ")[:600])


def snapshot(name):
    fetched = pathlib.Path(snapshot_download(f"acme/{name}", repo_type="dataset", local_dir=root / f"fetched-{name}"))
    if sums(fetched) != sums(root / name):
        raise ValueError(f"{sums(fetched)} is not {sums(root / name)}")
    return f"{len(sums(fetched))} files"


def rows(name):
    written = json.loads((root / name / "manifest.json").read_text())["counts"]["written"]
    loaded = load_dataset(f"acme/{name}", split="train")
    if len(loaded) != written:
        raise ValueError(f"{len(loaded)} rows of {written}")
    return f"{written} rows"


def private(name):
    if HfApi().dataset_info(f"acme/{name}").private is not True:
        raise ValueError("not private")
    try:
        HfApi(token=False).dataset_info(f"acme/{name}")
    except HfHubHTTPError:
        return "and not there without a token"
    raise ValueError("shown without a token")


for name in sys.argv[2:]:
    check(f"snapshot_download {name}", lambda: snapshot(name))
    check(f"load_dataset {name}", lambda: rows(name))
    check(f"private {name}", lambda: private(name))
