"""Hugging Face `datasets`, pandas and pyarrow load our rows and give back exactly what stands in them."""

import importlib
import json
import pathlib
import sys
import types

import pandas
import pyarrow.parquet
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


def without_nulls(value):
    """A column of objects gives each the fields of all; what none of them has is null."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def as_objects(rows):
    """The rows of `openai-objects` form that verl's class is to hand to a chat template."""
    for row in rows:
        for message in row["messages"]:
            for call in message.get("tool_calls", []):
                try:
                    call["function"]["arguments"] = json.loads(call["function"]["arguments"])
                except ValueError:
                    pass
    return rows


class ReadAsVerl:
    """What verl 0.9.1 does with a table before anything is tokenised (verl/utils/dataset/multiturn_sft_dataset.py), written
    after reading it: importing the class itself takes torch, ray and tensordict."""

    messages_key, tools_key = "messages", "tools"

    def __init__(self, file, backend):
        self.file, self.backend = file, backend
        self._read_files_and_process()

    def _read_files_and_process(self):
        self.dataframe = pandas.read_parquet(self.file, **self.backend)
        self.messages = self.dataframe[self.messages_key].tolist()
        has_tools = self.tools_key in self.dataframe.columns
        self.tools = self.dataframe[self.tools_key].tolist() if has_tools else None

    def _build_messages(self, example):
        return example[self.messages_key]

    def __getitem__(self, item):
        messages = self._build_messages(self.dataframe.iloc[item].to_dict())
        return messages, None if self.tools is None else self.tools[item]


def verl_class(folder):
    """The class beside the rows, on top of that."""
    for name in ["verl", "verl.utils", "verl.utils.dataset", "verl.utils.dataset.multiturn_sft_dataset"]:
        sys.modules.setdefault(name, types.ModuleType(name))
    sys.modules["verl.utils.dataset.multiturn_sft_dataset"].MultiTurnSFTDataset = ReadAsVerl
    spec = importlib.util.spec_from_file_location("verl_dataset", folder / "verl_dataset.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.HybridGymSFTDataset


def check(name, read, expected):
    try:
        found = read()
        if len(found) != len(expected):
            raise ValueError(f"{len(found)} rows of {len(expected)}")
        for one, other in zip(expected, found):
            if one != other:
                raise ValueError(f"{one['attempt_id']} reads {json.dumps(other)[:300]}")
        print("ok  ", name, f"{len(expected)} rows")
    except Exception as error:  # whatever a library throws is a failed check
        print("FAIL", name, type(error).__name__, str(error).replace("\n", " ")[:600])


def read_as_verl(folder, backend):
    data = verl_class(folder)(str(folder / "train.parquet"), backend)
    return [data[index] for index in range(len(data.dataframe))]


# Each table beside the JSON lines of the same samples. `datasets` takes no table without rows.
for folder, lines in [
    ("verl-plain", "openai-verl"),
    ("verl-text", "openhands-plain"),
    ("verl-long", "openai-tools-long"),
    ("verl-none", None),
]:
    file = root / folder / "train.parquet"
    text = (root / lines / "train.jsonl").read_text() if lines else ""
    rows = [json.loads(line) for line in text.split("\n") if line]
    readers = {
        "load_dataset": lambda: load_dataset("parquet", data_files=str(file), split="train", cache_dir=str(root / "cache")).to_list(),
        "pyarrow": lambda: pyarrow.parquet.read_table(file).to_pylist(),
        "pandas": lambda: pandas.read_parquet(file).to_dict("records"),
    }
    for reader, read in readers.items():
        if reader == "load_dataset" and not rows:
            continue
        check(f"{reader} {folder}", lambda: without_nulls(read()), without_nulls(rows))
    expected = [
        (row["messages"], json.loads(row["tools"]) if "tools" in row else None) for row in as_objects(rows)
    ]
    for backend in [{}, {"dtype_backend": "pyarrow"}]:
        check(f"verl_dataset.py {folder} {backend}", lambda: read_as_verl(root / folder, backend), expected)
