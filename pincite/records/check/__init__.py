"""Anyone's quotations held to the sources: are these their words, and where do they stand?"""

from __future__ import annotations

from pincite.records.check.checking import check
from pincite.records.check.drafts import Draft, draft_of, draft_of_text, read_draft
from pincite.records.check.types import (
    Ascription,
    Change,
    Checked,
    Difference,
    Doubt,
    Finding,
    LeftAlone,
    Place,
    Question,
    Quotation,
    Verdict,
)

__all__ = [
    "Ascription",
    "Change",
    "Checked",
    "Difference",
    "Doubt",
    "Draft",
    "Finding",
    "LeftAlone",
    "Place",
    "Question",
    "Quotation",
    "Verdict",
    "check",
    "draft_of",
    "draft_of_text",
    "read_draft",
]
