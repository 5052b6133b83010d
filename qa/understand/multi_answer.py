"""Tells whether a question asks for several answers."""

from __future__ import annotations

import re

# Words of one thing that end like many.
_ONE = r"(?!\w*(?:ss|us|is|ness)\b|(?:does|was|has|his|its|this|as|news|series|politics|physics|mathematics|always)\b)"
MANY = rf"(?:{_ONE}\w+s|people|men|women|children|countries|ones|two|three|four|five|six|seven|eight|nine|ten)"
_GO_ON = "(?:of|in|that|who|are|were|do|did|have|had|can|could|will|would)"
_ASKS_FOR_A_NUMBER = re.compile(r"\bhow (?:many|much)\b", re.IGNORECASE)
_ASKS_FOR_SEVERAL = re.compile(
    rf"""
    ^\W*(?:please\s+)?(?:name|list|give|enumerate)\b.*\b{MANY}\b
    | \b(?:what|which|who)\s+(?:all\s+)?(?:are|were)\b
    | \bwhich\s+{MANY}\b
    | \b(?:what|which)\s+(?:\w+\s+){{0,3}}?{MANY}\s+{_GO_ON}\b
    | \b(?:types|kinds|examples|names|members|parts|all\s+(?:the|of))\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def asks_for_several(question: str) -> bool:
    """Return whether its words ask for more than one thing: "Which countries …", "Who were …", "Name the …"."""
    return _ASKS_FOR_SEVERAL.search(question) is not None and not _ASKS_FOR_A_NUMBER.search(question)
