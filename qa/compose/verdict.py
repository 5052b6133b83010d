"""Says yes or no, where the reader is right in nine of ten cases."""

from __future__ import annotations

import re
from collections.abc import Mapping

from qa.compose.draft import Material
from qa.understand.question_clause import AUXILIARY, question_clause_of

_YES_OR_NO = re.compile(AUXILIARY, re.IGNORECASE)


def verdict_of(material: Material, thresholds: Mapping[str, float]) -> str | None:
    """Return the verdict of the best sentence's passage on a question that begins with its verb; None if it is unsure.

    `thresholds`: the lowest probabilities at which "yes" and "no" are said (training/verdicts.py).
    """
    if (
        not thresholds
        or not material.sentences
        or not _YES_OR_NO.match(question_clause_of(material.asked.question).clauses[-1])
    ):
        return None
    verdict_logits = material.readings[material.sentences[0].rank].verdict
    if verdict_logits is None:
        return None
    yes, no, _ = verdict_logits.probabilities
    for name, chance in (("yes", yes), ("no", no)):
        if chance >= thresholds.get(name, 2.0):
            return name
    return None
