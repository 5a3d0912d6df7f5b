"""LLaMA-Factory's own loader, converter and supervised processor read our `sharegpt` export: nothing is skipped, nothing is said otherwise."""

import json
import os
import pathlib
import sys
import types
from types import SimpleNamespace

os.environ["DISABLE_VERSION_CHECK"] = "1"
cases = pathlib.Path(sys.argv[1])
package = pathlib.Path(sys.argv[2]) / "llamafactory" / "src" / "llamafactory"

# Both packages import vision, audio and everything else as they begin; the modules that read data need none of it.
for name, folder in (("llamafactory", package), ("llamafactory.data", package / "data")):
    module = types.ModuleType(name)
    module.__path__ = [str(folder)]
    sys.modules[name] = module

from llamafactory.data.loader import _get_dataset_processor, _load_single_dataset  # noqa: E402
from llamafactory.data.parser import get_dataset_list  # noqa: E402

ROLES = {"human": "user", "gpt": "assistant"}


def say(passed, what, detail=""):
    print(f"{'ok' if passed else 'FAIL'} {what}{'' if passed else f': {detail}'}", flush=True)


def settings(folder):
    return SimpleNamespace(
        dataset_dir=str(folder), preprocessing_num_workers=None, streaming=False, max_samples=None, overwrite_cache=True,
        media_dir="", cutoff_len=10**9, train_on_prompt=False, mask_history=False, packing=False, neat_packing=False,
    )


def read(folder):
    """The rows as LLaMA-Factory has them before a template sees them."""
    (attributes,) = get_dataset_list(["hybrid_gym"], str(folder))
    model = SimpleNamespace(cache_dir=str(cases / "llama-factory-cache"), hf_hub_token=None)
    return _load_single_dataset(attributes, model, settings(folder), SimpleNamespace(local_process_index=0))


class OneTokenATurn:
    """In place of a template: the processor drops rows by itself, and asks only for tokens."""

    efficient_eos = False
    preserve_thinking = False

    def __init__(self):
        self.mm_plugin = self

    def process_messages(self, messages, *_):
        return messages

    def process_token_ids(self, *_):
        return [], []

    def encode_multiturn(self, _tokenizer, messages, *_):
        return [([1], [2]) for _ in messages[::2]]


def processed(folder, rows):
    processor = _get_dataset_processor(settings(folder), "sft", OneTokenATurn(), None, None)
    done = processor.preprocess_dataset(rows.to_dict())
    return done["labels"] if "labels" in done else []


def lines(folder):
    # Not by splitlines(), which takes other letters for line ends too.
    return [json.loads(line) for line in (folder / "train.jsonl").read_text(encoding="utf-8").split("\n") if line]


def check_export(folder):
    ours, rows = lines(folder), read(folder)
    wrong = []
    for number, (row, theirs) in enumerate(zip(ours, rows), 1):
        said = [{"role": ROLES[turn["from"]], "content": turn["value"]} for turn in row["conversations"]]
        # A table may order the fields of a message otherwise.
        read_as = [{"role": turn["role"], "content": turn["content"]} for turn in theirs["_prompt"] + theirs["_response"]]
        if read_as != said or len(theirs["_response"]) != 1:
            wrong.append(f"row {number}: turns differ")
        if theirs["_system"] != row["system"]:
            wrong.append(f"row {number}: the system prompt differs")
    turns = sum(len(row["conversations"]) for row in ours)
    say(len(rows) == len(ours) > 0 and not wrong, f"{folder.name}: {len(ours)} rows, {turns} turns, as we wrote them", "; ".join(wrong[:3]))
    labels = processed(folder, rows)
    trained = [sum(label == 2 for label in row) for row in labels]
    wanted = [sum(turn["from"] == "gpt" for turn in row["conversations"]) for row in ours]
    say(trained == wanted, f"{folder.name}: {sum(wanted)} turns of the model are trained, none dropped", f"{trained[:5]} and {wanted[:5]}")


def check_skipped(name, turns):
    """What we refuse to write, it takes without failing and trains on nothing of it."""
    folder = cases / f"llama-factory-{name}"
    folder.mkdir()
    good = {"system": "", "conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hi"}]}
    bad = {"system": "", "conversations": [{"from": who, "value": "x"} for who in turns]}
    (folder / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in (good, bad)))
    (folder / "dataset_info.json").write_text((cases / "sharegpt-plain" / "dataset_info.json").read_text())
    rows = read(folder)
    kept = processed(folder, rows)
    empty = rows[1]["_prompt"] == [] and rows[1]["_response"] == []
    say(len(rows) == 2 and empty and len(kept) == 1, f"{name}: skipped, so that we refuse it", f"{rows.to_dict()}, {len(kept)} kept")


for export in sorted(cases.glob("sharegpt-*")):
    check_export(export)
check_skipped("two-turns-of-the-user", ["human", "human", "gpt"])
check_skipped("begins-with-the-model", ["gpt", "human", "gpt"])
check_skipped("ends-with-the-user", ["human", "gpt", "human"])
