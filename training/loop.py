"""The loop of a stage: its steps, each read in as many parts as memory wants, and the checkpoint it resumes from."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm
from transformers import BertForQuestionAnswering

from training.distil import Labels
from training.features import Feature, pad
from training.heads import Heads, ManyHeads, sentence_loss, verdict_loss
from training.losses import allowed_positions, distillation_loss, moved, span_loss
from training.settings import Settings
from training.teacher import MpnetReader

# Of the loss that the progress bar shows: the weight of a new step's, and how many steps lie between two looks at it,
# each of which makes a GPU wait.
SMOOTHING, SHOWN_EVERY = 0.02, 20
# Padded word pieces that are read at once on a CPU; of a GPU, the bytes of memory that each takes in the larger reader.
READ_AT_ONCE, BYTES_EACH, LEAST_AT_ONCE = 4608, 950_000, 512
Reader = BertForQuestionAnswering | ManyHeads | MpnetReader


class Run:
    """One run: the loop, its clock and its checkpoint."""

    def __init__(
        self,
        model: Reader,
        optimizer: torch.optim.Optimizer,
        schedule: torch.optim.lr_scheduler.LRScheduler,
        checkpoint: Path,
        settings: Settings,
        identity: dict[str, Any],
        at_once: int,
    ) -> None:
        self.model, self.optimizer, self.schedule = model, optimizer, schedule
        self.checkpoint, self.settings, self.identity, self.at_once = checkpoint, settings, identity, at_once
        self.step = 0
        self.seconds = 0.0

    def resume(self) -> None:
        if not self.checkpoint.exists():
            return
        state = torch.load(self.checkpoint, weights_only=True, map_location="cpu")
        if state["identity"] != self.identity:
            raise ValueError(f"{self.checkpoint} belongs to a run with other settings or data; delete it")
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        torch.set_rng_state(state["random"])
        if torch.cuda.is_available() and state["random_cuda"] is not None:  # it may have begun without a GPU
            torch.cuda.set_rng_state(state["random_cuda"])
        self.step, self.seconds = state["step"], state["seconds"]

    def save(self) -> None:
        state = {
            "identity": self.identity,
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "random": torch.get_rng_state(),
            "random_cuda": torch.cuda.get_rng_state() if torch.cuda.is_available() else None,
            "step": self.step,
            "seconds": self.seconds,
        }
        temporary = self.checkpoint.with_suffix(".tmp")
        torch.save(state, temporary)
        temporary.replace(self.checkpoint)

    def steps(
        self, plan: list[list[int]], features: list[Feature], labels: Labels | None, device: torch.device
    ) -> None:
        saved = clock = time.monotonic()
        running, begun = torch.zeros((), device=device), self.step
        with tqdm(total=len(plan), initial=self.step, desc="train", unit="step", mininterval=10) as bar:
            while self.step < len(plan):
                chosen = plan[self.step]
                running += SMOOTHING * (self.take_step(chosen, features, labels, device) - running)
                self.step += 1
                now = time.monotonic()
                self.seconds, clock = self.seconds + now - clock, now
                bar.update()
                if self.step % SHOWN_EVERY == 0:
                    weight = 1 - (1 - SMOOTHING) ** (self.step - begun)
                    bar.set_postfix(loss=f"{running.item() / weight:.3f}", refresh=False)
                if now - saved > self.settings.checkpoint_seconds or self.step == len(plan):
                    self.save()
                    saved = time.monotonic()

    def take_step(
        self, chosen: list[int], features: list[Feature], labels: Labels | None, device: torch.device
    ) -> Tensor:
        """Take one step, its windows read in as many parts as memory wants, and return its loss."""
        known = sum(bool(features[i].targets) for i in chosen)
        longest = max(len(features[i].ids) for i in chosen)
        parts = math.ceil(len(chosen) * longest / self.at_once)
        total = torch.zeros((), device=device)
        for part in np.array_split(chosen, min(parts, len(chosen))):
            windows = [features[i] for i in part]
            taught = None if labels is None else moved(labels.padded(part.tolist()), device)
            own, learnt, heads = self._losses(windows, taught, device)
            # Both are means, of the windows that have an answer and of all.
            own = own * (sum(bool(window.targets) for window in windows) / max(1, known))
            share = self.settings.taught
            loss = (1 - share) * own + share * learnt * (len(part) / len(chosen)) + heads / len(chosen)
            loss.backward()
            total += loss.detach()
        torch.nn.utils.clip_grad_norm_((p for p in self.model.parameters() if p.requires_grad), 1.0)
        self.optimizer.step()
        self.schedule.step()
        self.optimizer.zero_grad()
        return total

    def _losses(
        self, windows: list[Feature], taught: Tensor | None, device: torch.device
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Of the known answers, of what the teacher says, and of sentences and verdicts; the last is a sum."""
        ids, mask, types = (moved(torch.from_numpy(a), device) for a in pad(windows))
        with torch.autocast(device.type, torch.bfloat16):
            out = self.model(input_ids=ids, attention_mask=mask, token_type_ids=types)
        said = (out.start_logits, out.end_logits)
        allowed = allowed_positions(ids, types)
        learnt = said[0].new_zeros((), dtype=torch.float32)
        if taught is not None:
            learnt = distillation_loss(*said, allowed, taught, self.settings.temperature)
        heads = said[0].new_zeros((), dtype=torch.float32)
        if isinstance(out, Heads):
            heads = self.settings.sentences * sentence_loss(out.sentence_logits, windows)
            heads = heads + self.settings.verdicts * verdict_loss(out.verdict_logits, windows)
        return span_loss(*said, allowed, windows), learnt, heads


def read_at_once(device: torch.device) -> int:
    """Padded word pieces for which the memory of `device` is enough, in training."""
    if device.type != "cuda":
        return READ_AT_ONCE
    torch.cuda.empty_cache()  # of what is kept for later, a teacher's labels among it, nothing counts as free
    return max(LEAST_AT_ONCE, torch.cuda.mem_get_info(device)[0] // BYTES_EACH)
