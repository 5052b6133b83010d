"""Ranks changelogs of a collection behind the pages that teach: changelogs name everything and explain nothing.

A question that is not about versions is better read in the page that teaches.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index import Hit

# So many passages more than are read are looked at for others to take a changelog's place.
SPARE = 5
_CHANGELOG = re.compile(
    r"(?:^|[/\\])(?:change[-_ ]?logs?|changes|release[-_ ]?notes?|releases|history|news|whats[-_ ]?new)\.\w+$",
    re.IGNORECASE,
)
_ABOUT_VERSIONS = re.compile(
    r"\b(?:versions?|releases?|released|change[ -]?logs?|changed|changes|added|removed|deprecated|dropped|upgrad\w+|"
    r"migrat\w+|new in|since when|breaking|v?\d+\.\d+)\b",
    re.IGNORECASE,
)


def teaching_first(question: str, hits: Sequence[Hit], most: int) -> list[Hit]:
    """Return the first `most` of `hits`, those of changelogs behind all others unless `question` is about versions."""
    if _ABOUT_VERSIONS.search(question):
        return list(hits[:most])
    chronicle = [bool(_CHANGELOG.search(hit.chunk.document_id)) for hit in hits]
    teaching = [hit for hit, is_one in zip(hits, chronicle, strict=True) if not is_one]
    return [*teaching, *(hit for hit, is_one in zip(hits, chronicle, strict=True) if is_one)][:most]
