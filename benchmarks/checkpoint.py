"""The shipped reader as a torch checkpoint for other software: `python -m benchmarks.checkpoint FOLDER`.

The 8-bit weights are multiplied out again, so that all readers have the same ones. What a torch reader does not have is
the rounding of activations: `--check` counts how often its best span is the shipped reader's nevertheless.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import numpy as np

from qa.read.onnx import MODEL_FOLDER
from training.minilm import encoder_folder
from training.restore import dequantised

# What torch readers of other software do not have.
OWN_HEADS = ("sentence_outputs.", "verdict_outputs.")


def write_checkpoint(target: Path, source: Path = MODEL_FOLDER) -> None:
    """Write to `target` what `transformers` loads as a `BertForQuestionAnswering` and its tokenizer.

    Raises `ValueError` where the weights are not exactly those that the model has.
    """
    import torch
    from transformers import BertConfig, BertForQuestionAnswering

    config = BertConfig.from_pretrained(encoder_folder(), architectures=["BertForQuestionAnswering"])
    model = BertForQuestionAnswering(config)
    held = dequantised(source / "model.onnx")
    weights = {name: torch.from_numpy(values) for name, values in held.items() if not name.startswith(OWN_HEADS)}
    missing, unexpected = model.load_state_dict(weights, strict=False)
    left = [name for name in missing if not name.endswith("position_ids")]
    if left or unexpected:
        raise ValueError(f"not the reader's weights: {left} are missing, {unexpected} are too many")
    model.save_pretrained(target)
    shutil.copyfile(source / "tokenizer.json", target / "tokenizer.json")
    shutil.copyfile(encoder_folder() / "tokenizer_config.json", target / "tokenizer_config.json")
    shutil.copyfile(encoder_folder() / "vocab.txt", target / "vocab.txt")
    shutil.copyfile(source / "reader.json", target / "reader.json")  # which reader it was made from


def is_current(target: Path, source: Path = MODEL_FOLDER) -> bool:
    """Return whether `target` holds a checkpoint of the reader in `source`."""
    made, wanted = target / "reader.json", source / "reader.json"
    return made.is_file() and made.read_bytes() == wanted.read_bytes()


def agreement(checkpoint: Path, pairs: list[tuple[str, str]]) -> dict[str, float]:
    """How often, in percent, both readers' best spans of a (question, passage) are one, and how far margins differ."""
    from qa.read import load_reader

    ours, theirs = (load_reader(name).read(pairs, best=1).passages for name in (None, str(checkpoint)))
    spans = [(a.spans[0], b.spans[0]) for a, b in zip(ours, theirs, strict=True)]
    same = [(a.start, a.end) == (b.start, b.end) for a, b in spans]
    verdict = [(a.margin > 0) == (b.margin > 0) for a, b in spans]
    return {
        "pairs": len(pairs),
        "same_span": 100 * float(np.mean(same)),
        "same_preference_of_span_over_none": 100 * float(np.mean(verdict)),
        "median_margin_difference": float(np.median([abs(a.margin - b.margin) for a, b in spans])),
    }


def main() -> None:
    """Write the checkpoint; with `--check` also say how it agrees on the questions of the bundled article."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checkpoint", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    write_checkpoint(arguments.folder)
    if arguments.check:
        from benchmarks.material import bundled

        material = bundled()
        passages = [text for text in material.texts[0].text.split("\n\n") if len(text) > 200]
        pairs = [(pair.question, passage) for pair in material.pairs for passage in passages]
        print(json.dumps(agreement(arguments.folder, pairs), indent=2))


if __name__ == "__main__":
    main()
