"""Makes the shipped embedder from all-MiniLM-L6-v2: `python -m training.embedder`."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import torch
from torch import Tensor
from transformers import BertModel

from index.embed.onnx import MODEL_FOLDER
from training.data import sha256
from training.minilm import NAME, encoder_folder
from training.onnx_export import export, quantise, wide_products

# Word pieces that the published model reads (sentence_bert_config.json), though its tokenizer says 512.
MAX_TOKENS = 256
# Inputs of the widest products of each layer, whose activations hold a few values far from the rest. To round these in
# blocks halves the error for a twelfth of the speed.
WIDE = 1024


class SentenceEncoder(torch.nn.Module):
    """BERT, the mean over its tokens, and unit length: what sentence-transformers runs for this model."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(folder, attn_implementation="eager", add_pooling_layer=False)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Token ids and mask, (batch, length), to unit vectors, (batch, dimension)."""
        hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        return torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9), dim=1)


def make_embedder(target: Path = MODEL_FOLDER) -> None:
    """Write model.onnx, tokenizer.json and embedder.json into `target`."""
    source = encoder_folder()
    encoder = SentenceEncoder(source)
    target.mkdir(parents=True, exist_ok=True)
    example = (torch.ones(2, 8, dtype=torch.long), torch.ones(2, 8, dtype=torch.long))
    with tempfile.TemporaryDirectory() as scratch:
        full = Path(scratch) / "fp32.onnx"
        export(encoder, example, ["input_ids", "attention_mask"], ["embedding"], full)
        quantise(full, target / "model.onnx", wide_products(full, WIDE))
    shutil.copyfile(source / "tokenizer.json", target / "tokenizer.json")
    card = {
        "id": f"{NAME}:onnx-int8:{sha256(target / 'model.onnx')[:12]}",
        "dimension": encoder.bert.config.hidden_size,
        "max_tokens": MAX_TOKENS,
    }
    (target / "embedder.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    make_embedder()
