"""Chooses the spans that are different answers to one question."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from qa.candidates import Candidate

# How much less likely than the best a further answer may be, in logits of the reader; and how long, in words, the
# items of an enumeration are. Chosen on BioASQ's list questions.
_WITHIN = 3.0
_LONGEST_ITEM = 8
_CONJUNCTION = re.compile(r"\s*[,;]?\s+(?:and|or|&|as\s+well\s+as)\s+", re.IGNORECASE)
_SLASH = r"(?<=[^\W\d_]{3})/(?=[^\W\d_]{3})"  # "lumacaftor/ivacaftor", and not "km/h" or "1/2"
_SEPARATOR = re.compile(rf"{_CONJUNCTION.pattern}|\s*[,;]\s+|\s*\n\s*(?:[-*•]\s+)?|{_SLASH}", re.IGNORECASE)
_ASIDE = re.compile(r"\([^()]*\)")


def several(
    candidates: Sequence[Candidate], text: Callable[[Candidate], str], *, itemised: bool
) -> Iterator[Candidate]:
    """Yield the different answers among `candidates`, best first. `text`: gives the words of a candidate.

    Further candidates count as answers if the reader prefers them to none, and they are likely compared with the best.
    `itemised`: an enumeration is as many answers as it has items.
    """
    best = candidates[0]
    texts: list[str] = []
    for candidate in candidates:
        if candidate is not best and candidate.margin <= max(0.0, best.margin - _WITHIN):
            continue
        words = text(candidate)
        for start, end in items(words) if itemised else [(0, len(words))]:
            item = replace(candidate, start=candidate.start + start, end=candidate.start + end)
            said_here = text(item).casefold()
            if not any(said_here in other or other in said_here for other in texts):
                texts.append(said_here)
                yield item


def items(text: str) -> list[tuple[int, int]]:
    """Return where the items of an enumeration stand, as "Iran, Iraq and Oman"; the whole of `text` if it is none.

    "Denver, Colorado" and "June 5, 2015" are not enumerations: they have no conjunction and one comma. What stands in
    brackets belongs to its item.
    """
    whole = [(0, len(text))]
    plain = _ASIDE.sub(lambda aside: "_" * len(aside[0]), text)
    separators = list(_SEPARATOR.finditer(plain))
    joined = any(mark[0] == "/" or _CONJUNCTION.fullmatch(mark[0]) for mark in separators)
    if not (len(separators) > 1 or joined) or "(" in plain or ")" in plain:
        return whole
    ends = [separator.start() for separator in separators] + [len(text)]
    starts = [0] + [separator.end() for separator in separators]
    spans = [(start, end) for start, end in zip(starts, ends, strict=True) if text[start:end].strip()]
    words = [text[start:end].split() for start, end in spans]
    short = all(len(item) <= _LONGEST_ITEM and not item[0].isdigit() for item in words)
    return spans if spans and short else whole
