"""Checks anyone's quotations against the sources: are these their words, and where do they stand?"""

from __future__ import annotations

from pincite.records.check.checking import check
from pincite.records.check.drafts import Draft, draft_of, draft_of_text, read_draft
from pincite.records.check.types import (
    Attribution,
    Change,
    Checked,
    Difference,
    Doubt,
    Finding,
    LeftAlone,
    Question,
    Quotation,
    SourcePlace,
    Verdict,
)

__all__ = [
    "Attribution",
    "Change",
    "Checked",
    "Difference",
    "Doubt",
    "Draft",
    "Finding",
    "LeftAlone",
    "Question",
    "Quotation",
    "SourcePlace",
    "Verdict",
    "check",
    "draft_of",
    "draft_of_text",
    "read_draft",
]
