"""Hugging Face `datasets` loads our rows and gives back exactly what stands in them."""

import json
import pathlib
import sys

from datasets import disable_progress_bars, load_dataset

disable_progress_bars()
root = pathlib.Path(sys.argv[1])
# Its tables cannot hold a trajectory's free-form arguments; the peer `atif` reads those rows.
files = [file for file in sorted(root.glob("*/train.jsonl")) if not file.parent.name.startswith("atif-")]
for file in files:
    name = f"load_dataset {file.parent.name}"
    try:
        with file.open() as lines:
            rows = [json.loads(line) for line in lines]
        loaded = load_dataset("json", data_files=str(file), split="train", cache_dir=str(root / "cache"))
        if len(loaded) != len(rows):
            raise ValueError(f"{len(loaded)} rows of {len(rows)}")
        for row, read in zip(rows, loaded):
            for field in row:
                if read[field] != row[field]:
                    raise ValueError(f"{field} of {row['attempt_id']} reads {str(read[field])[:300]}")
        print("ok  ", name, f"{len(rows)} rows")
    except Exception as error:  # whatever a library throws is a failed check
        print("FAIL", name, type(error).__name__, str(error).replace("\n", " ")[:600])
