"""A Hugging Face reader that is small enough to be made in a test."""

from __future__ import annotations

from pathlib import Path


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
