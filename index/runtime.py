"""ONNX Runtime and tokenizers, imported here alone and on first use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer


def load_session(path: Path, *, threads: int = 0) -> InferenceSession:
    """An inference session on the CPU for the ONNX file `path`. `threads` of one run: 0 for one a core.

    Raises `ModelError` if the file is missing or broken.
    """
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads
    try:
        return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors share no public base class
        raise ModelError(f"cannot load the model {str(path)!r}: {_first_line(error)}; reinstall pincite") from error


def load_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer of the file `path`, without padding or truncation.

    Raises `ModelError` if the file is missing or broken.
    """
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises plain Exception
        raise ModelError(f"cannot load the tokenizer {str(path)!r}: {_first_line(error)}; reinstall pincite") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
