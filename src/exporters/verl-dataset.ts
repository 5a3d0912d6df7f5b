/**
 * The class that verl loads by `data.custom_cls.path` and `data.custom_cls.name`. It reads the table as verl's own does, and takes two things back that a
 * table cannot hold: JSON text becomes what it stands for, and a field that a message lacks is absent, not null.
 */
export const VERL_DATASET = `"""Reads train.parquet with verl's SFT trainer:

data.train_files=train.parquet data.custom_cls.path=verl_dataset.py data.custom_cls.name=HybridGymSFTDataset
"""

import json

from verl.utils.dataset.multiturn_sft_dataset import MultiTurnSFTDataset


def plain(value):
    """Lists and dictionaries, without the fields that are null."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def with_objects(messages):
    """Messages whose calls have their arguments as objects; text that a model wrote instead of an object stays text."""
    messages = plain(messages)
    for message in messages:
        for call in message.get("tool_calls", []):
            try:
                arguments = json.loads(call["function"]["arguments"])
            except ValueError:
                continue
            if isinstance(arguments, dict):
                call["function"]["arguments"] = arguments
    return messages


class HybridGymSFTDataset(MultiTurnSFTDataset):
    def _read_files_and_process(self):
        super()._read_files_and_process()
        self.messages = [with_objects(messages) for messages in self.messages]
        if self.tools is not None:
            self.tools = [json.loads(tools) for tools in self.tools]

    def _build_messages(self, example):
        return super()._build_messages({**example, self.messages_key: with_objects(example[self.messages_key])})
`;
