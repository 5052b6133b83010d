"""Resolves "this medicine" or "the app" in a document that is about one thing: the name in its title.

Search and reader see a passage without the title of its document, and a passage may speak of several medicines.
"""

from __future__ import annotations

import re

__all__ = ["subject_named", "with_subject"]

# A title's words name the subject where the text repeats them so often.
OFTEN = 5
_THING = (
    r"(?:medicines?|medication|drug|tablets?|pills?|vaccine|product|software|program|app|application|tool|library|framework"
    r"|package|device|machine|appliance|service|company|game)"
)
_MEANT = re.compile(
    rf"\b(?:this|the) {_THING}\b(?! (?:that|which|who|of|for the|from|called|named)\b)(?! [\w-]+s\b)", re.IGNORECASE
)
_NAME = re.compile(r"[A-Z][\w’'-]*(?: [A-Z][\w’'-]*){0,2}")


def with_subject(question: str, title: str, text: str) -> str:
    """Replace "this medicine" in `question` with the name of what the document is about, unless it has a name already.

    `title`, `text`: of the only document that is asked.
    """
    meant = _MEANT.search(question)
    if meant is None or _NAME.search(question[1:].replace(" I ", " ")):
        return question
    subject = subject_named(title, text)
    return question if subject is None else question[: meant.start()] + subject + question[meant.end() :]


def subject_named(title: str, text: str) -> str | None:
    """Return the name in `title` that `text` repeats most, or a longer one repeated nearly as often, or None."""
    names = {
        " ".join(words[:n])
        for title_name in _NAME.findall(title)
        for words in [title_name.split()]
        for n in range(1, 4)
    }
    counts = {name: len(re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", text)) for name in names}
    often = {name: count * len(name.split()) for name, count in counts.items() if count >= OFTEN}
    return max(often, key=lambda name: (often[name], name), default=None)
