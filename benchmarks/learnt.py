"""Makes the model card's tables: how the reader was trained, what each step brought, what its confidences are worth.

The stages come from the record beside the weights. What each brought was measured when it was trained and is kept in
results/training.json: those readers are no longer there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import floor
from typing import Any

from benchmarks.readme import ROOT, Section
from training.stages import STAGES

Found = Mapping[str, Any]
CARD = ROOT / "docs" / "model-card.md"
# Beside the weights that ship, as seen from the folder of results.
_MODEL = "../../qa/models/reader"
_NEW = {
    "broad": "the table above but for SelQA; embedding table frozen",
    "narrow": "two epochs nearer to encyclopedic prose, more negatives of every kind; nothing frozen",
    "composed": "QAMR's questions, each asked of a single sentence, are put back among the other sentences of their "
    "article (`training/compose.py`)",
    "taught": "a larger reader teaches it",
    "evidence": "a teacher trained for longer; SelQA's sentences",
    "thoroughly": "a far better teacher; of everything eight epochs, each with other negatives and windows, twice",
    "again": "the same, once",
    "varied": "beside each window a variation that no person asked; the teacher trained anew",
    "people": "what people wrote: the rows marked so above; sentences and verdicts learnt beside spans; minimal pairs "
    "in one batch; embedding table frozen, no teacher",
    "further": "the same, with other negatives and windows; begun from fp32 weights",
    "spans": "whole passages with a span are shown in larger share, everything else in smaller",
    "finishing": "the same, with other negatives and windows",
}
# Steps that an epoch of these stages has; they took some, drawn at random.
_PLANNED = {"people": 3995, "further": 3995, "spans": 3705, "finishing": 3705}
_KINDS = {
    "short": "short texts",
    "nq": "– of them NQ",
    "tydi": "– TyDi",
    "stories": "– stories",
    "policies": "– policies",
    "collection": "collections",
}
_SEEN = {
    "statement": "statement (all forms' questions: it takes the place of words that are not believed)",
    "passage": "passage",
    "list": "list",
}


def stages(record: Found) -> str:
    """Return the stages of training, the first one first, from the record of the last."""
    lines = [
        "| stage | windows (without an answer) | million word pieces read | steps | learning rate | dropout | "
        "of the loss the teacher's | of the change kept | minutes | on | what is new |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    records = list(_records(record))[::-1]
    for stage, one in zip(STAGES, records, strict=True):
        settings = one["settings"]
        varied = f", and {one['varied']:,} variations" if one.get("varied") else ""
        windows = f"{one['examples'] - (one.get('varied') or 0):,} ({one['unanswerable']:,}){varied}"
        cells = (
            stage.name,
            windows,
            f"{_read(stage.name, one) / 1e6:.1f}",
            f"{one['steps']:,}",
            f"{settings['learning_rate']:.1e}".replace("e-0", "e-").replace(".0e", "e"),
            f"{settings.get('dropout') or 0:g}",
            f"{settings.get('taught') or 0:.0%}",
            f"{1 - (one.get('kept_of_weights_before') or 0):.0%}{_blended(one)}",
            f"{one['seconds'] / 60:.0f}",
            "GPU" if one["device"] == "cuda" else "CPU",
            _NEW[stage.name],
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _blended(record: Found) -> str:
    return "".join(f", then {share:.0%} of *{name}*" for name, share in record.get("blended", {}).items())


def _records(record: Found | None) -> Iterator[Found]:
    while record is not None:
        yield record
        record = record.get("before")


def _read(name: str, record: Found) -> float:
    """Return how many word pieces a stage has read: those of its windows, or of the share of its steps that it took."""
    passes = record["settings"].get("passes") or 1
    return float(record["tokens"] * passes * record["steps"] / _PLANNED.get(name, record["steps"]))


def choices(found: Found) -> str:
    """Return what each step of training brought, on the calibration articles."""
    lines = ["| | million word pieces read | F1 v1.1 | F1 v2.0 | AUROC |", "|---|---|---|---|---|"]
    for row in found["calibration_articles"]["readers"]:
        figures = ((name, row[name], 3 if name == "auroc" else 1) for name in ("f1_v1.1", "f1_v2.0", "auroc"))
        cells = [_figure(value, places, name in row["own_program"]) for name, value, places in figures]
        lines.append(f"| {row['taught']} | {row['tokens_millions']:g} | {' | '.join(cells)} |")
    return "\n".join(lines)


def variations(found: Found) -> str:
    """Return what the windows that no person asked bring."""
    lines = ["| | teacher | F1 | F1 v2.0 | AUROC | answerable |", "|---|---|---|---|---|---|"]
    for row in found["variations"]["readers"]:
        cells = [f"{row['f1']:.1f}", f"{row['f1_v2.0']:.1f}", f"{row['auroc']:.3f}", f"{row['answerable']:.3f}"]
        lines.append(f"| {row['windows']} | {row['teacher']} | {' | '.join(cells)} |")
    return "\n".join(lines)


def progress(found: Found, first: Found, second: Found) -> str:
    """Return F1 on the test articles by what had been read, the reader that ships last."""
    lines = ["| questions | million word pieces read | 1.1 | 2.0 | what is new in the step |", "|---|---|---|---|---|"]
    for row in found["test_articles"]:
        read = "not counted" if row["tokens_millions"] is None else f"{row['tokens_millions']:g}"
        of = f" ({row['of']})" if "of" in row else ""
        cells = (f"{row['questions']:,}", read, f"{row['f1_v1.1']}{of}", _figure(row["f1_v2.0"], 1), row["new"])
        lines.append(f"| {' | '.join(cells)} |")
    one, two = (result["figures"]["f1"]["value"] for result in (first, second))
    lines.append(f"| 160,000 | 343 | **{one:.1f}** | **{two:.1f}** | whole passages with spans, and averaging: ships |")
    return "\n".join(lines)


def held_out(calibration: Found) -> str:
    """Return how well the confidence tells right spans, each article and kind left out of the fit once."""
    return _quality({told: calibration["held_out"][name] for name, told in _KINDS.items()})


def forms(calibration: Found) -> str:
    """Return the same of sentences, passages and lists, each source left out of the fit once."""
    return _quality({told: calibration["forms"][name]["held_out_by_source"] for name, told in _SEEN.items()})


def operating_point(calibration: Found) -> str:
    """Return what the shipped thresholds answer and decline, each article and kind left out of the fit once."""
    told = []
    for name, texts, prefix in (("short", "of short texts", "short_"), ("collection", "of collections", "")):
        threshold = calibration[f"{prefix}threshold"]
        answered, right, low, high = next(row[1:] for row in calibration[f"{prefix}coverage"] if row[0] == threshold)
        declined = calibration["held_out"][name]["declined_of_unanswerable"]
        told.append(
            f"{texts} from {threshold:g} on {answered:.0%} of the questions are answered, {right:.0%} of those "
            f"rightly ({_per_cent(low)} to {_per_cent(high)}%), and {declined:.0%} of the unanswerable ones are "
            "declined"
        )
    return f"By these fits, {'; '.join(told)}."


def _per_cent(share: float) -> int:
    """Round half up, as the page's dial does."""
    return floor(100 * share + 0.5)


def _quality(rows: Mapping[str, Found]) -> str:
    lines = [
        "| | questions | right | AUROC | ECE | answerable ones met with silence | others declined |",
        "|---|---|---|---|---|---|---|",
    ]
    for told, row in rows.items():
        declined = row.get("declined_of_unanswerable")
        cells = (
            f"{row['questions']:,}",
            f"{row['right']:.0%}",
            f"{row['auroc']:.2f}",
            f"{row['ece']:.2f}",
            f"{row['declined_of_answerable']:.0%}",
            "" if declined is None else f"{declined:.0%}",
        )
        lines.append(f"| {told} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _figure(value: float | None, places: int, own_program: bool = False) -> str:
    if value is None:
        return "not measured"
    return f"*{value:.{places}f}*" if own_program else f"{value:.{places}f}"


SECTIONS: Mapping[str, Section] = {
    "training stages": Section(stages, (f"{_MODEL}/training",), CARD),
    "what stages bring": Section(choices, ("training",), CARD),
    "what variations bring": Section(variations, ("training",), CARD),
    "progress": Section(progress, ("training", "reader-v1.1-test", "reader-v2.0-test"), CARD),
    "forms": Section(forms, (f"{_MODEL}/calibration",), CARD),
    "operating point": Section(operating_point, (f"{_MODEL}/calibration",), CARD),
    "held out": Section(held_out, (f"{_MODEL}/calibration",), CARD),
}
