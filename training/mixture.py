"""What the reader is trained on: the files, how often each is shown, and how many negatives are made from it."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from pathlib import Path

from training.compose import composed
from training.data import Example, kept_out, load_json, read_pair_names, read_squad, sha256, without_overlap
from training.evidence import read_evidence
from training.negatives import altered, mined, renamed, silenced


@dataclass(frozen=True, slots=True)
class Source:
    """A file below the data folder.

    `repeat`: times an epoch shows it; `take`: at most so many questions; `composed`: the share that stands among the
    other sentences of its article (see training.compose); the others: what is made from this share of its answerable
    questions (see training.negatives). `evidence`: its answers are whole sentences. `kept`: the share of its titles
    that is kept out, to calibrate with. `marked`: its spans are sentences that answer (files that are not SQuAD's are
    read by training.evidence). `without`: paragraphs whose `src` is one of these are left out. `pairs`: a file of
    minimal pairs.
    """

    path: str
    repeat: int = 1
    take: int | None = None
    composed: float = 0.0
    mined: float = 0.0
    altered: float = 0.0
    silenced: float = 0.0
    renamed: float = 0.0
    evidence: bool = False
    kept: float = 0.0
    marked: bool = False
    without: str = ""
    pairs: str = ""


@dataclass(frozen=True, slots=True)
class Mixture:
    """What an epoch shows: files, and the tune_train articles of SQuAD dev.

    Those hold the only unanswerable questions that people wrote; `tune` says how often they are shown, and what
    is made from them.
    """

    sources: tuple[Source, ...]
    tune: Source


BROAD = Mixture(
    (
        Source("train/squadshifts-new-wiki.json.gz", repeat=2, mined=0.30, altered=0.25),
        Source("train/squadshifts-reddit.json.gz", mined=0.08, altered=0.12),
        Source("train/squadshifts-amazon-reviews.json.gz", take=7000, mined=0.05, altered=0.12),
        Source("train/qamr.json.gz", mined=0.08, altered=0.08),
        Source("train/fairytaleqa-train.json.gz", mined=0.10, altered=0.05),
        Source("train/policyqa-dev.json.gz", take=1500, mined=0.10),
    ),
    Source("tune_train", repeat=3, mined=0.3, altered=0.1),
)
# A second helping, nearer to encyclopedic prose and with more negatives of every kind.
NARROW = Mixture(
    (
        Source("train/squadshifts-new-wiki.json.gz", repeat=2, mined=0.2, altered=0.25, silenced=0.12, renamed=0.25),
        Source("train/squadshifts-reddit.json.gz", take=4500, mined=0.08, altered=0.12, silenced=0.1, renamed=0.05),
        Source("train/squadshifts-amazon-reviews.json.gz", take=3000, mined=0.05, altered=0.12, silenced=0.1),
        Source("train/qamr.json.gz", take=14000, mined=0.06, altered=0.1, renamed=0.15),
        Source("train/fairytaleqa-train.json.gz", take=1800, mined=0.1, altered=0.05, silenced=0.15),
        Source("train/policyqa-dev.json.gz", take=800, mined=0.1),
    ),
    Source("tune_train", repeat=2, mined=0.25, altered=0.3, silenced=0.15, renamed=0.4),
)
# A third: sentences back among their neighbours, everything else in smaller helpings.
COMPOSED = Mixture(
    (
        Source("train/squadshifts-new-wiki.json.gz", mined=0.2, altered=0.3, silenced=0.15, renamed=0.3),
        Source("train/squadshifts-reddit.json.gz", take=3000, mined=0.08, altered=0.12, silenced=0.1, renamed=0.05),
        Source("train/squadshifts-amazon-reviews.json.gz", take=2000, mined=0.05, altered=0.12, silenced=0.1),
        Source("train/qamr.json.gz", take=16000, composed=0.9, mined=0.08, altered=0.1, silenced=0.12, renamed=0.12),
        Source("train/fairytaleqa-train.json.gz", take=1000, mined=0.1, altered=0.05, silenced=0.15),
    ),
    Source("tune_train", repeat=2, mined=0.25, altered=0.3, silenced=0.15, renamed=0.4),
)
# For the teacher, which needs fewer: what is most like the questions that are measured.
TEACHING = Mixture(
    (
        Source("train/squadshifts-new-wiki.json.gz", take=4200, mined=0.06, altered=0.12, silenced=0.04, renamed=0.12),
        Source("train/squadshifts-reddit.json.gz", take=500, altered=0.1, silenced=0.05),
        Source("train/qamr.json.gz", take=800, composed=1.0, mined=0.1, altered=0.1),
    ),
    Source("tune_train", mined=0.05, altered=0.12, silenced=0.04, renamed=0.15),
)
# Its second stage: more of what has no answer.
DECLINING = Mixture(
    (
        Source("train/squadshifts-new-wiki.json.gz", take=4500, mined=0.2, altered=0.2, silenced=0.08, renamed=0.2),
        Source("train/squadshifts-reddit.json.gz", take=500, mined=0.1, altered=0.1, silenced=0.05),
        Source("train/qamr.json.gz", take=800, composed=1.0, mined=0.1, altered=0.1),
    ),
    Source("tune_train", mined=0.15, altered=0.2, silenced=0.08, renamed=0.3),
)
# Its third: more of every kind of text.
BROADENING = Mixture(
    (
        Source("train/squadshifts-new-wiki.json.gz", take=4500, mined=0.12, altered=0.2, silenced=0.08, renamed=0.2),
        Source("train/squadshifts-reddit.json.gz", take=1000, mined=0.08, altered=0.1, silenced=0.08),
        Source("train/squadshifts-amazon-reviews.json.gz", take=900, mined=0.05, altered=0.1, silenced=0.08),
        Source("train/qamr.json.gz", take=1000, composed=1.0, mined=0.08, altered=0.1, silenced=0.05),
        Source("train/fairytaleqa-train.json.gz", take=1200, mined=0.1, silenced=0.08),
        Source("train/policyqa-dev.json.gz", take=700, mined=0.1),
    ),
    Source("tune_train", mined=0.1, altered=0.2, silenced=0.08, renamed=0.25),
)
# For the small reader to learn from the teacher: a little of everything.
TAUGHT = Mixture(
    (
        Source("train/squadshifts-new-wiki.json.gz", mined=0.15, altered=0.3, silenced=0.1, renamed=0.2),
        Source("train/squadshifts-reddit.json.gz", take=2000, mined=0.08, altered=0.12, silenced=0.1),
        Source("train/squadshifts-amazon-reviews.json.gz", take=1200, mined=0.05, altered=0.12, silenced=0.1),
        Source("train/qamr.json.gz", take=5000, composed=0.9, mined=0.08, altered=0.1, silenced=0.1, renamed=0.05),
        Source("train/fairytaleqa-train.json.gz", take=700, mined=0.1, altered=0.05, silenced=0.1),
    ),
    Source("tune_train", repeat=1, mined=0.25, altered=0.4, silenced=0.15, renamed=0.4),
)
# Again, with questions of which only the sentence with the answer is known: the teacher says where.
EVIDENCE = Mixture(
    (
        Source("train/selqa-sentences.json.gz", repeat=2, mined=0.15, altered=0.15, silenced=0.08, evidence=True),
        Source("train/squadshifts-new-wiki.json.gz", take=3600, mined=0.15, altered=0.25, silenced=0.1, renamed=0.2),
        Source("train/squadshifts-reddit.json.gz", take=900, mined=0.08, altered=0.12, silenced=0.1),
        Source("train/squadshifts-amazon-reviews.json.gz", take=600, mined=0.05, altered=0.12, silenced=0.1),
        Source("train/qamr.json.gz", take=3000, composed=0.9, mined=0.08, altered=0.1, silenced=0.1, renamed=0.05),
        Source("train/fairytaleqa-train.json.gz", take=600, mined=0.1, altered=0.05, silenced=0.1),
        Source("train/policyqa-dev.json.gz", take=350, mined=0.1),
    ),
    Source("tune_train", repeat=1, mined=0.15, altered=0.2, silenced=0.08, renamed=0.2),
)
# Of everything a little more, drawn anew as often as a stage has epochs: for a GPU.
WHOLE = Mixture(
    (
        Source("train/selqa-sentences.json.gz", mined=0.15, altered=0.15, silenced=0.08, evidence=True),
        Source("train/squadshifts-new-wiki.json.gz", mined=0.2, altered=0.3, silenced=0.12, renamed=0.25),
        Source("train/squadshifts-reddit.json.gz", take=5000, mined=0.08, altered=0.12, silenced=0.1, renamed=0.05),
        Source("train/squadshifts-amazon-reviews.json.gz", take=3500, mined=0.05, altered=0.12, silenced=0.1),
        Source("train/qamr.json.gz", take=16000, composed=0.8, mined=0.08, altered=0.1, silenced=0.1, renamed=0.1),
        Source("train/fairytaleqa-train.json.gz", take=1700, mined=0.1, altered=0.05, silenced=0.15),
        Source("train/policyqa-dev.json.gz", take=1000, mined=0.1),
    ),
    Source("tune_train", repeat=2, mined=0.25, altered=0.4, silenced=0.15, renamed=0.4),
)
# What people asked and wrote since: SQuAD 2.0's own questions, those of search engines, sentences and verdicts. The
# shares kept out are 700 of NQ's questions, 400 of TyDi's and a fifth of SelQA's.
PEOPLE = Mixture(
    (
        Source(
            "train/squad2-train-rebuilt.json.gz",
            without="E",
            pairs="train/unansq-pairs.tsv.gz",
            mined=0.04,
            silenced=0.03,
        ),
        Source("train/squad-train-sentences.json.gz", composed=0.5),
        Source("train/nq-qed-train.json.gz", kept=0.1, mined=0.12, silenced=0.08),
        Source("train/tydiqa-en-goldp-train.json.gz", kept=0.11, mined=0.1, silenced=0.08),
        Source("train/squadshifts-new-wiki.json.gz", take=5000, mined=0.1, renamed=0.1),
        Source("train/squadshifts-reddit.json.gz", take=1800, mined=0.08, silenced=0.1),
        Source("train/squadshifts-amazon-reviews.json.gz", take=1000, mined=0.05, silenced=0.1),
        Source("train/qamr.json.gz", take=3000, composed=0.9, mined=0.08),
        Source("train/fairytaleqa-train.json.gz", mined=0.08, silenced=0.08),
        Source("train/selqa-sentences.json.gz", kept=0.2, mined=0.15, marked=True),
        Source("evidence/bioasq-factoid.json.gz", mined=0.15, silenced=0.1),
        Source("evidence/bioasq-list.json.gz", marked=True),
        Source("evidence/boolq-val.jsonl.gz"),
        Source("evidence/contractnli-pairs-train.jsonl.gz"),
        Source("evidence/creak-train.jsonl.gz"),
        Source("evidence/pubmedqa-l.jsonl.gz"),
        Source("evidence/fm2-dev.jsonl.gz"),
        Source("evidence/bioasq-yesno.jsonl.gz"),
        Source("evidence/conditionalqa-train.jsonl.gz"),
        Source("evidence/strategyqa-train.jsonl.gz"),
        Source("evidence/coqa-abg-val.jsonl.gz"),
        Source("evidence/qmsum-queries.jsonl.gz"),
    ),
    Source("tune_train", repeat=1, mined=0.1, altered=0.1, silenced=0.08, renamed=0.1),
)
# The same, nearer to what the shipped file is measured for: whole passages with a span, and less of everything else.
SPANS = Mixture(
    (
        Source(
            "train/squad2-train-rebuilt.json.gz",
            without="E",
            pairs="train/unansq-pairs.tsv.gz",
            mined=0.04,
            silenced=0.03,
        ),
        Source("train/squad-train-sentences.json.gz", take=4000, composed=0.5),
        Source("train/nq-qed-train.json.gz", kept=0.1, mined=0.12, silenced=0.08),
        Source("train/tydiqa-en-goldp-train.json.gz", kept=0.11, mined=0.1, silenced=0.08),
        Source("train/squadshifts-new-wiki.json.gz", take=3000, mined=0.1, renamed=0.1),
        Source("train/squadshifts-reddit.json.gz", take=800, mined=0.08, silenced=0.1),
        Source("train/fairytaleqa-train.json.gz", repeat=2, mined=0.08, silenced=0.08),
        Source("train/selqa-sentences.json.gz", kept=0.2, mined=0.15, marked=True),
        Source("evidence/bioasq-factoid.json.gz", mined=0.15, silenced=0.1),
        Source("evidence/bioasq-list.json.gz", marked=True),
        Source("evidence/boolq-val.jsonl.gz"),
        Source("evidence/fm2-dev.jsonl.gz"),
        Source("evidence/bioasq-yesno.jsonl.gz"),
        Source("evidence/conditionalqa-train.jsonl.gz", take=1200),
        Source("evidence/strategyqa-train.jsonl.gz"),
        Source("evidence/coqa-abg-val.jsonl.gz"),
        Source("evidence/qmsum-queries.jsonl.gz"),
    ),
    Source("tune_train", repeat=1, mined=0.1, altered=0.1, silenced=0.08, renamed=0.1),
)
TUNE = ("dev/squad-dev-v2.0.json.gz", "dev/squad-dev-v1.1.json.gz")
SPLIT = "dev/split.json"


def load_mixture(data: Path, mixture: Mixture, seed: int) -> list[Example]:
    """Return every example of one epoch, repeats included, none of whose contexts stands near a guarded article."""
    rng = random.Random(seed)
    guarded = _guarded(data)
    examples: list[Example] = []
    for source in mixture.sources:
        found = without_overlap(_read(data, source, rng), guarded)
        if source.take is not None and source.take < len(found):
            found = [found[i] for i in sorted(rng.sample(range(len(found)), source.take))]
        shown = _helping(found, source, rng)
        examples += [_marked(e) for e in shown] if source.marked else shown
    return examples + _helping(without_overlap(_tune_train(data), guarded), mixture.tune, rng)


def _read(data: Path, source: Source, rng: random.Random) -> list[Example]:
    path = data / source.path
    if path.name.endswith(".jsonl.gz"):
        return read_evidence(path, rng)
    found = read_squad(path, without=source.without, every_answer=source.marked)
    found = [e for e in found if not kept_out(e.title, source.kept)]
    pairs = read_pair_names(data / source.pairs) if source.pairs else {}
    return [replace(e, evidence=source.evidence, pair=pairs.get(e.id, "")) for e in found]


def _marked(example: Example) -> Example:
    """Return the same, its spans taken for the sentences that answer."""
    return replace(example, spans=(), known=False, answering=example.spans) if example.spans else example


def _helping(found: list[Example], source: Source, rng: random.Random) -> list[Example]:
    """`found` as often as `source` says, each time with other negatives."""
    examples = []
    for _ in range(source.repeat):
        shown = composed(found, source.composed, rng)
        examples += shown
        examples += mined(shown, source.mined, rng) + altered(shown, source.altered, rng)
        examples += silenced(shown, source.silenced, rng) + renamed(shown, source.renamed, rng)
    return examples


def _guarded(data: Path) -> list[str]:
    split = load_json(data / SPLIT)
    titles = {title for key in ("tune_calibrate", "test_v2.0", "test_v1.1") for title in split[key]}
    return [example.context for path in TUNE for example in read_squad(data / path, titles=titles)]


def _tune_train(data: Path) -> list[Example]:
    """Return the questions of both versions on the tune_train articles, those that stand in both once."""
    titles = load_json(data / SPLIT)["tune_train"]
    found = {
        example.id: replace(example, origin="squad-tune-train")
        for path in reversed(TUNE)
        for example in read_squad(data / path, titles=titles, every_occurrence=True)
    }
    return list(found.values())


def fingerprint(data: Path, mixture: Mixture) -> dict[str, str]:
    """Return the sha256 of every file that the mixture reads, by its path below the data folder."""
    return {path: sha256(data / path) for path in (*(s.path for s in mixture.sources), *TUNE, SPLIT)}
