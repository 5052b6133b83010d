"""Fine-tunes the MiniLM encoder as an extractive reader, with checkpoints that a killed run resumes from."""

from __future__ import annotations

import json
import random
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import AutoConfig, BertForQuestionAnswering

from training.data import SCHEMA_VERSION, load_json, sha256
from training.distil import Labels, label
from training.dropout import drop_hidden
from training.features import NULL, Feature, batches, build_features
from training.heads import ManyHeads
from training.loop import Reader, Run, read_at_once
from training.mixture import Mixture, fingerprint, load_mixture
from training.settings import Settings
from training.teacher import MpnetReader
from training.varied import varied

RECORD = "training.json"


def train(
    data: Path, mixture: Mixture, encoder: Path, out: Path, settings: Settings, teacher: Path | None = None
) -> Path:
    """Train on the mixture below `data`, from the weights in `encoder`; returns the folder of the trained model.

    `teacher`: the folder of the model whose logits are learnt from. `out/checkpoint.pt` holds the state of an
    unfinished run and is resumed when its settings are the same.
    """
    out.mkdir(parents=True, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(settings.seed)
    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    features, plan = plan_steps(data, mixture, tokenizer, settings)
    identity = _identity(data, mixture, encoder, settings, teacher)
    labels = _labels(features, out, settings, teacher, identity)
    model = load_encoder(encoder, settings)
    torch.nn.Module.to(model, device)
    fused = device.type == "cuda"
    optimizer = torch.optim.AdamW(_parameter_groups(model, settings), lr=settings.learning_rate, fused=fused)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, len(plan), settings.warmup))
    run = Run(model, optimizer, schedule, out / "checkpoint.pt", settings, identity, read_at_once(device))
    run.resume()
    run.steps(plan, features, labels, device)
    model.save_pretrained(out / "model")
    tokenizer.save(str(out / "model" / "tokenizer.json"))
    record = {
        "schema_version": SCHEMA_VERSION,
        **identity,
        "examples": len(features),
        "unanswerable": sum(f.targets[:1] == (NULL,) for f in features),
        "varied": sum(f.is_unlabelled for f in features) if settings.varied else 0,
        "tokens": sum(len(f.ids) for f in features),
        "steps": len(plan),
        "seconds": round(run.seconds),
        "device": str(device),
        "before": _record(encoder),
        "teacher": _record(teacher) if teacher else None,
    }
    (out / "model" / RECORD).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return out / "model"


def load_encoder(folder: Path, settings: Settings) -> Reader:
    """Return the encoder with its span head, a fresh one where it has none."""
    pooled = settings.dropout > 0.0 and not torch.cuda.is_available()
    hidden = 0.0 if pooled else settings.dropout
    config = AutoConfig.from_pretrained(folder, hidden_dropout_prob=hidden, attention_probs_dropout_prob=0.0)
    bert = ManyHeads if settings.many_heads else BertForQuestionAnswering
    kind = MpnetReader if config.model_type == "mpnet" else bert
    model: Reader = kind.from_pretrained(folder, config=config, attn_implementation="eager")
    for parameter in model.get_input_embeddings().parameters():
        parameter.requires_grad = not settings.freeze_embeddings
    if pooled:
        drop_hidden(model, settings.dropout)
    model.train()
    return model


def is_finished(
    data: Path, mixture: Mixture, encoder: Path, out: Path, settings: Settings, teacher: Path | None = None
) -> bool:
    """Return whether `train` with these arguments has been done already."""
    record = out / "model" / RECORD
    if not record.exists():
        return False
    done = load_json(record)
    identity = _identity(data, mixture, encoder, settings, teacher)
    return {name: done.get(name) for name in identity} == identity


def _record(folder: Path) -> Any:
    """Return how the model in `folder` was trained; `None` of one that is as published."""
    return load_json(folder / RECORD) if (folder / RECORD).exists() else None


def _labels(
    features: list[Feature], out: Path, settings: Settings, teacher: Path | None, identity: dict[str, Any]
) -> Labels | None:
    if not settings.taught:
        return None
    if teacher is None:
        raise ValueError(f"a share of {settings.taught} of the loss is a teacher's, and there is none")
    every = settings.checkpoint_seconds
    return label(teacher, features, out, tokens=settings.batch_tokens, every=every, identity=identity)


def _identity(data: Path, mixture: Mixture, encoder: Path, settings: Settings, teacher: Path | None) -> dict[str, Any]:
    """Return all that decides a run's result, in the form that it has in JSON."""
    identity = {
        "settings": {name: value for name, value in asdict(settings).items() if name != "checkpoint_seconds"},
        "mixture": asdict(mixture),
        "data_sha256": fingerprint(data, mixture),
        "encoder_sha256": sha256(encoder / "model.safetensors"),
        "teacher_sha256": sha256(teacher / "model.safetensors") if teacher else None,
    }
    return dict(json.loads(json.dumps(identity)))


def plan_steps(
    data: Path, mixture: Mixture, tokenizer: Tokenizer, settings: Settings
) -> tuple[list[Feature], list[list[int]]]:
    """Return the windows of all epochs, and which of them make up each step."""
    features: list[Feature] = []
    plan: list[list[int]] = []
    for seed in range(settings.seed, settings.seed + settings.epochs):
        rng = random.Random(seed)
        examples = load_mixture(data, mixture, seed)
        made = build_features(examples, tokenizer, window=settings.window, crop_share=settings.crop_share, rng=rng)
        made += varied(made, settings.varied, tokenizer, settings.window, rng)
        steps = batches(made, tokens=settings.batch_tokens, rng=rng)
        plan += [[len(features) + i for i in step] for step in steps]
        features += made
    if not features:
        raise ValueError(f"none of the questions below {data} can be trained on: look at the split and the files")
    for again in range(1, settings.passes):
        plan += batches(features, tokens=settings.batch_tokens, rng=random.Random(settings.seed + again))
    return features, plan[: settings.steps]  # the batches of an epoch are in random order


def _parameter_groups(model: torch.nn.Module, settings: Settings) -> list[dict[str, Any]]:
    named = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    return [
        {"params": [p for _, p in named if p.ndim > 1], "weight_decay": settings.weight_decay},
        {"params": [p for _, p in named if p.ndim <= 1], "weight_decay": 0.0},
    ]


def _rate(step: int, total: int, warmup: float) -> float:
    rising = max(1, int(total * warmup))
    return min((step + 1) / rising, max(0.0, (total - step) / max(1, total - rising)))
