"""Models that are small enough to be made in a test."""

from __future__ import annotations

from pathlib import Path

from index.embed.onnx import MODEL_FOLDER


def make_reader(kind: str, folder: Path, texts: list[str]) -> Path:
    """A question-answering model of two small layers with random weights, saved as transformers saves them."""
    from tokenizers import BertWordPieceTokenizer, ByteLevelBPETokenizer
    from transformers import (
        BertConfig,
        BertForQuestionAnswering,
        BertTokenizerFast,
        RobertaConfig,
        RobertaForQuestionAnswering,
        RobertaTokenizerFast,
    )

    small = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    if kind == "bert":
        words = BertWordPieceTokenizer()
        words.train_from_iterator(texts, vocab_size=300, show_progress=False)
        tokenizer = BertTokenizerFast(tokenizer_object=words._tokenizer)
        model = BertForQuestionAnswering(BertConfig(vocab_size=len(tokenizer), **small))
    else:
        pieces = ByteLevelBPETokenizer()
        special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
        pieces.train_from_iterator(texts, vocab_size=400, special_tokens=special, show_progress=False)
        tokenizer = RobertaTokenizerFast(tokenizer_object=pieces._tokenizer)
        config = RobertaConfig(vocab_size=len(tokenizer), max_position_embeddings=514, pad_token_id=1, **small)
        model = RobertaForQuestionAnswering(config)
    tokenizer.model_max_length = 512
    tokenizer.save_pretrained(folder)
    model.save_pretrained(folder)
    return folder


def tiny_encoder(folder: Path) -> Path:
    """An encoder of one layer, with BERT's word pieces."""
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=30522, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    (folder / "tokenizer.json").write_bytes((MODEL_FOLDER / "tokenizer.json").read_bytes())
    return folder


def tiny_teacher(folder: Path) -> Path:
    """A reader of the teacher's kind, of one layer."""
    import torch
    from transformers import MPNetConfig

    from training.teacher import MpnetReader

    torch.manual_seed(0)
    config = MPNetConfig(
        vocab_size=30527, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    MpnetReader(config).save_pretrained(folder)
    return folder
