"""Distils the teacher: its logits for every window, made once, kept on disk, and learnt from.

Hinton et al. 2015, "Distilling the Knowledge in a Neural Network": how likely the teacher holds each wrong span tells
the student more than the right one alone.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from training.data import load_json
from training.features import Feature, batches, pad
from training.teacher import MpnetReader

# Of places that are known to be wrong.
OUTSIDE = -1e4


class Labels:
    """The teacher's start and end logits of each of `features`, float16 in the file `path`."""

    def __init__(self, path: Path, features: Sequence[Feature]) -> None:
        self._starts = np.concatenate([[0], np.cumsum([len(f.ids) for f in features])])
        shape = (int(self._starts[-1]), 2)
        self._values = np.memmap(path, np.float16, mode="r+" if path.exists() else "w+", shape=shape)

    def __getitem__(self, which: int) -> NDArray[np.float16]:
        """Of the window `which`, (length, 2)."""
        return self._values[self._starts[which] : self._starts[which + 1]]

    def flush(self) -> None:
        """What has been set is on disk afterwards."""
        self._values.flush()

    def padded(self, chosen: Sequence[int]) -> Tensor:
        """Of several windows, (batch, longest, 2), float32, 0 after the end of a window."""
        rows = [torch.from_numpy(self[i].astype(np.float32)) for i in chosen]
        return torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)


def label(
    teacher: Path, features: Sequence[Feature], folder: Path, *, tokens: int, every: float, identity: object
) -> Labels:
    """Read all windows with the model in `teacher`, `tokens` a batch; what is done is kept each `every` seconds.

    `identity`: what the windows are made from. Raises `ValueError` where `folder` holds labels of other windows.
    """
    labels, state = Labels(folder / "labels.f16", features), folder / "labels.json"
    begun: dict[str, Any] = load_json(state) if state.exists() else {"identity": identity, "batches": 0}
    if begun["identity"] != identity:
        raise ValueError(f"{state} belongs to a run with other settings or data; delete it")
    plan = list(batches(features, tokens=tokens, rng=random.Random(0)))
    if begun["batches"] == len(plan):
        return labels
    model = MpnetReader.from_pretrained(teacher, attn_implementation="eager", dtype=torch.bfloat16)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.nn.Module.to(model, device)
    saved = time.monotonic()
    for done in tqdm(range(begun["batches"], len(plan)), desc="label", unit="batch", mininterval=10):
        chosen = plan[done]
        ids, mask, types = (torch.from_numpy(a).to(device) for a in pad([features[i] for i in chosen]))
        with torch.inference_mode():
            out = model(input_ids=ids, attention_mask=mask, token_type_ids=types)
        logits = torch.stack([out.start_logits, out.end_logits], -1).float().cpu().numpy()
        for row, i in enumerate(chosen):
            labels[i][:] = _known(logits[row, : len(features[i].ids)], features[i])
        if time.monotonic() - saved > every or done + 1 == len(plan):
            labels.flush()
            state.write_text(json.dumps({"identity": identity, "batches": done + 1}), encoding="utf-8")
            saved = time.monotonic()
    return labels


def _known(logits: NDArray[np.float32], feature: Feature) -> NDArray[np.float32]:
    """Give the teacher's logits, (length, 2); where the answer is known to be part of a sentence, low outside of it."""
    if not feature.evidence:
        return logits
    places = np.array(sorted({place for span in feature.targets for place in span}))
    known = np.full_like(logits, OUTSIDE)
    known[places] = logits[places]
    return known
