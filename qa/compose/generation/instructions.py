"""Makes questions of sentences that address the reader: what to do if …, how to …, what happens if …

"If the lamp goes out, call the harbour" gives "What should I do if the lamp goes out?". The text's "you" becomes the
"I" of the person who asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.understand.verbs import PAST

_LONGEST = 12  # words of a condition or a purpose
_CONDITION = re.compile(
    r"(?P<if>If|When) (?P<what>(?:you|your|an?|no|any|someone|somebody) [^,;:()]{3,90}), "
    r"(?:then )?(?P<then>[^,;].{8,})",
    re.DOTALL,
)
_PURPOSE = re.compile(r"To (?P<what>(?P<verb>[a-z]+) [^,;:()]{3,90}), (?P<then>[^,;].{8,})", re.DOTALL)
_MEANS = re.compile(r"You can (?P<what>[a-z]+ [^,;:()]{3,80}?) by [a-z]+ing\b.*", re.DOTALL)
# What befalls the reader; of a condition on something else, what the reader may do then too.
_BEFALLS = re.compile(r"you(?: (?:will|are|lose|get|receive)\b|['’](?:ll|re)\b)", re.IGNORECASE)
_FOLLOWS = re.compile(r"you(?: (?:may|might|could|can)\b)", re.IGNORECASE)
_WANTS = re.compile(r"you(?: would|['’]d)? (?:want|like|wish|need|prefer|decide|choose|have any)\b", re.IGNORECASE)
# How an instruction begins, beside with a plain verb.
_INSTRUCTS = re.compile(
    r"(?:please|do not|don['’]t|always|never|simply|first|just"
    r"|you (?:should|must|need to|have to|will need to))\b",
    re.IGNORECASE,
)
_PLAIN_VERBS = frozenset(PAST.values()) | frozenset(
    """click type tap log email contact consult talk follow be check restart reset update upgrade download delete
    drag switch disable avoid swallow apply skip""".split()
)
# "You" that is told or given something is "me".
_OBJECT = re.compile(r"\b(?:for|to|with|by|from|of|about|on|at|tell|tells|give|gives|ask|asks|let|lets|helps?) you\b")
_PERSONS = (
    (re.compile(r"\byou(?:['’]re| are)\b", re.IGNORECASE), "I am"),
    (re.compile(r"\byou['’]ve\b", re.IGNORECASE), "I have"),
    (re.compile(r"\byou['’]ll\b", re.IGNORECASE), "I will"),
    (re.compile(r"\byou['’]d\b", re.IGNORECASE), "I would"),
    (re.compile(r"\byourself\b", re.IGNORECASE), "myself"),
    (re.compile(r"\byours\b", re.IGNORECASE), "mine"),
    (re.compile(r"\byour\b", re.IGNORECASE), "my"),
    (re.compile(r"\byou\b", re.IGNORECASE), "I"),
)
_WE = ((re.compile(r"\bwe\b"), "you"), (re.compile(r"\bour\b"), "your"), (re.compile(r"\bus\b"), "you"))
# Words that lean on the sentences before.
_LEANS = re.compile(
    r"\b(?:this|that|these|those|it|its|they|them|their|he|she|his|her|such|so|above|below|here|following|previous|same"
    r"|any of|one of|either|both|other|others)\b",
    re.IGNORECASE,
)
_ODD = re.compile(r"[^\w\s'’%&/.-]")


def addressed_questions(sentence: str) -> Iterator[str]:
    """Yield questions that `sentence` answers as a whole; none where it does not address its reader."""
    words = " ".join(sentence.split())
    if (
        (match := _CONDITION.fullmatch(words))
        and not _WANTS.match(match["what"])
        and (asked := as_the_reader_says(match["what"]))
    ):
        then = match["then"]
        if _instructs(then):
            yield f"What should I do {match['if'].lower()} {asked}?"
        elif _happens(match["what"], then):
            yield f"What happens {match['if'].lower()} {asked}?"
    elif (match := _PURPOSE.fullmatch(words)) and _is_plain(match["verb"]):
        if _instructs(match["then"]) and (asked := as_the_reader_says(match["what"])):
            yield f"How do I {asked}?"
    elif (match := _MEANS.fullmatch(words)) and (asked := as_the_reader_says(match["what"])):
        yield f"How can I {asked}?"


def _happens(condition: str, then: str) -> bool:
    """Return whether `then` is what happens, to the reader or otherwise, and no mere leave to do something."""
    if not re.match(r"you\b", then, re.IGNORECASE) or _BEFALLS.match(then):
        return True
    return not re.match(r"you\b", condition, re.IGNORECASE) and _FOLLOWS.match(then) is not None


def as_the_reader_says(words: str) -> str:
    """Turn `words` into what the reader would say: "your boat" becomes "my boat"; empty if that is not clear.

    "We", the authors, become "you", unless the words also speak of the reader.
    """
    words = words.strip(" .")
    if _LEANS.search(words) or _ODD.search(words) or _OBJECT.search(words) or len(words.split()) > _LONGEST:
        return ""
    if words.casefold().endswith(" you"):
        return ""
    reader = re.search(r"\byou\b", words, re.IGNORECASE)
    writer = re.search(r"\b(?:we|us)\b", words)
    if reader and writer:
        return ""
    for pattern, mine in _PERSONS:
        words = pattern.sub(mine, words)
    for pattern, theirs in _WE:
        words = pattern.sub(theirs, words)
    return words


def _instructs(words: str) -> bool:
    first = words.split(maxsplit=1)[0]
    return _INSTRUCTS.match(words) is not None or _is_plain(first)


def _is_plain(word: str) -> bool:
    """Return whether it is a verb's plain form, as instructions begin with."""
    return word in _PLAIN_VERBS
