"""The shipped reader: a MiniLM-L6 trained in training/, 8-bit, on ONNX Runtime."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from index.errors import ModelError
from index.runtime import load_session, load_tokenizer, on_each_core
from qa.read.spans import Logits
from qa.read.windowed import WindowedReader
from qa.read.windows import Ints, SpecialTokens

SCHEMA_VERSION = 1
# The fields of `Logits`, and the graph's names for them.
OUTPUTS = {
    "starts": "start_logits",
    "ends": "end_logits",
    "support": "support",
    "sentences": "sentence_logits",
    "verdicts": "verdict_logits",
}
MODEL_FOLDER = Path(__file__).parent.parent / "models" / "reader"


class OnnxReader(WindowedReader):
    """A reader from a folder with model.onnx, tokenizer.json and reader.json (`id`, `window` in tokens).

    The graph maps `input_ids`, `attention_mask` and `token_type_ids` to `start_logits`, `end_logits` and, from
    a reader that has learnt them, `support`, `sentence_logits` and `verdict_logits`.
    """

    # A window by itself, on a core of its own, is quicker than a batch, whose activations outgrow the caches, and makes
    # an answer independent of its company to the last bit: in a batch, sums are rounded in another order, and 8-bit
    # activations carry that into the logits.
    batch_size = 1

    def __init__(self, folder: Path = MODEL_FOLDER) -> None:
        try:
            card = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise ModelError(f"{str(folder)!r} holds no reader.json; make it with `make train DATA=PATH`") from error
        if card.get("schema_version") != SCHEMA_VERSION:
            raise ModelError(
                f"{str(folder / 'reader.json')!r} is of version {card.get('schema_version')}, this Pincite reads "
                f"{SCHEMA_VERSION}; make it again with `make train DATA=PATH`"
            )
        tokenizer = load_tokenizer(folder / "tokenizer.json")
        vocabulary = tokenizer.get_vocab()
        special = SpecialTokens(vocabulary["[CLS]"], vocabulary["[SEP]"], vocabulary["[PAD]"])
        super().__init__(tokenizer, special, card["window"])
        self.id: str = card["id"]
        self._session = load_session(folder / "model.onnx")
        output_names = {output.name for output in self._session.get_outputs()}
        self._outputs = {part: name for part, name in OUTPUTS.items() if name in output_names}

    def _all_logits(self, batches: Sequence[tuple[Ints, Ints, Ints]]) -> list[Logits]:
        longest_first = batches[::-1]  # `read` sorts them; a long one left for the end would keep one core busy alone
        return on_each_core(lambda batch: self._logits(*batch), longest_first)[::-1]

    def _logits(self, ids: Ints, mask: Ints, types: Ints) -> Logits:
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        outputs = self._session.run(list(self._outputs.values()), inputs)
        return Logits(**dict(zip(self._outputs, outputs, strict=True)))


@cache
def default_reader() -> OnnxReader:
    """Return the shipped reader, loaded once in a process."""
    return OnnxReader()
