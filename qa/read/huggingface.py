"""Loads any extractive question-answering model of transformers, from a folder or by its name on the hub."""

from __future__ import annotations

from functools import cache
from typing import Any

from index.errors import MissingExtraError, ModelError
from qa.read.onnx import default_reader
from qa.read.protocol import Reader
from qa.read.spans import Logits
from qa.read.windowed import WindowedReader
from qa.read.windows import Ints, SpecialTokens

MAX_WINDOW = 384


class HuggingFaceReader(WindowedReader):
    """A reader over `AutoModelForQuestionAnswering`, fp32 on the CPU. It has no calibration, hence no confidence."""

    def __init__(self, name: str) -> None:
        try:
            import torch
            from transformers import AutoModelForQuestionAnswering, AutoTokenizer
        except ImportError as error:
            raise MissingExtraError(f"the reader {name!r}", "models") from error

        try:
            tokenizer = AutoTokenizer.from_pretrained(name, use_fast=True)
            self._model = AutoModelForQuestionAnswering.from_pretrained(name).eval()
        except (OSError, ValueError) as error:
            first = str(error).partition("\n")[0]
            raise ModelError(f"cannot load the reader {name!r}: {first}") from error
        if not tokenizer.is_fast:
            raise ModelError(f"the reader {name!r} has no fast tokenizer, without which its spans have no offsets")
        fast = tokenizer.backend_tokenizer
        fast.no_padding()
        fast.no_truncation()
        double = tokenizer.num_special_tokens_to_add(pair=True) > 3  # [CLS] question [SEP] [SEP] passage [SEP]
        self._takes_types = "token_type_ids" in tokenizer.model_input_names
        special = SpecialTokens(
            tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.pad_token_id, double, self._takes_types
        )
        _require_layout(name, tokenizer, special)
        super().__init__(fast, special, min(MAX_WINDOW, int(tokenizer.model_max_length)))
        self.id = f"transformers:{name}"
        self._torch = torch

    def _logits(self, ids: Ints, mask: Ints, types: Ints) -> Logits:
        inputs = {"input_ids": ids, "attention_mask": mask}
        if self._takes_types:
            inputs["token_type_ids"] = types
        with self._torch.inference_mode():
            out = self._model(**{name: self._torch.from_numpy(array) for name, array in inputs.items()})
        return Logits(out.start_logits.numpy(), out.end_logits.numpy())


def _require_layout(name: str, tokenizer: Any, special: SpecialTokens) -> None:
    """Raise `ModelError` unless a pair is laid out as `pad_windows` lays it out."""
    question, passage = (tokenizer(text, add_special_tokens=False)["input_ids"] for text in ("who", "she"))
    between = [special.sep] * (2 if special.double_sep else 1)
    if tokenizer("who", "she")["input_ids"] != [special.cls, *question, *between, *passage, special.sep]:
        raise ModelError(f"the reader {name!r} does not take question and passage as [CLS] … [SEP] … [SEP]")


@cache
def load_reader(name: str | None = None) -> Reader:
    """Return the shipped reader, or the Hugging Face model `name`; each is loaded once in a process."""
    return default_reader() if name is None else HuggingFaceReader(name)
