"""Answers a question in several parts: each part by itself, or named as missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from qa.compose.draft import DraftAnswer
from qa.types import Form
from qa.understand.form import understand
from qa.understand.parsed_question import ParsedQuestion

# Places that a part cites at most.
MOST = 2


def in_parts(asked: ParsedQuestion, draft: Callable[[ParsedQuestion], DraftAnswer]) -> DraftAnswer:
    """Draft the places of all parts that `draft` answers, in the order of the parts.

    Its confidence is that of the least likely answered part.
    """
    drafts = {part: draft(replace(understand(part), parts=())) for part in asked.parts}
    answered = {part: part_draft for part, part_draft in drafts.items() if part_draft.likely and part_draft.places}
    places = tuple(
        replace(place, part=part) for part, part_draft in answered.items() for place in part_draft.places[:MOST]
    )
    chances = [
        part_draft.confidence for part_draft in (answered or drafts).values() if part_draft.confidence is not None
    ]
    missing = tuple(part for part in drafts if part not in answered)
    return DraftAnswer(Form.LIST, places, min(chances, default=None), bool(answered), missing)
