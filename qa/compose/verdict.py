"""Yes or no, where the reader is right in saying so nine times of ten."""

from __future__ import annotations

import re
from collections.abc import Mapping

from qa.compose.draft import Material
from qa.understand.asking import AUXILIARY, asking_of

_YES_OR_NO = re.compile(AUXILIARY, re.IGNORECASE)


def verdict_of(material: Material, thresholds: Mapping[str, float]) -> str | None:
    """What the passage with the best sentence says to a question that begins with its verb; None where it is unsure.

    `thresholds`: for "yes" and "no" the least probability with which it is said (training/verdicts.py).
    """
    if not thresholds or not material.sentences or not _YES_OR_NO.match(asking_of(material.asked.question).clauses[-1]):
        return None
    said = material.readings[material.sentences[0].rank].verdict
    if said is None:
        return None
    yes, no, _ = said.probabilities
    for name, chance in (("yes", yes), ("no", no)):
        if chance >= thresholds.get(name, 2.0):
            return name
    return None
