"""A question in several parts: each part an answer of its own, or named as missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from qa.compose.draft import Draft
from qa.types import Form
from qa.understand.asked import Asked
from qa.understand.form import understand

# Places that a part cites at most.
MOST = 2


def in_parts(asked: Asked, draft: Callable[[Asked], Draft]) -> Draft:
    """The places of all parts that `draft` finds an answer to, in the order of the parts.

    It is as likely as the part that is least so of those that are answered.
    """
    drafts = {part: draft(replace(understand(part), parts=())) for part in asked.parts}
    answered = {part: found for part, found in drafts.items() if found.likely and found.places}
    places = tuple(replace(place, part=part) for part, found in answered.items() for place in found.places[:MOST])
    chances = [found.confidence for found in (answered or drafts).values() if found.confidence is not None]
    missing = tuple(part for part in drafts if part not in answered)
    return Draft(Form.LIST, places, min(chances, default=None), bool(answered), missing)
