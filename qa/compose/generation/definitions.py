"""Makes questions of sentences that define a thing: "A tarn is a lake that …" gives "What is a tarn?"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.understand.clauses import Vocabulary

__all__ = ["definition_questions"]

_ARTICLE = r"(?:(?:An?|The) )?"
_DEFINED = re.compile(
    rf"(?P<article>{_ARTICLE})(?P<thing>[\w’'/-]+(?: [\w’'/-]+){{0,2}}?)"
    r" (?:(?:is|are) (?:an?|the) (?:[\w’'-]+ ){1,4}?(?:that|which|who|where|in which|used|designed|intended|for|of)\b"
    r"|means? (?!that\b)\w+|refers? to\b|(?:is|are) defined as\b).{15,}",
    re.DOTALL,
)
# What leans on the sentences before, or names nothing.
_NO_THING = re.compile(
    r"\b(?:this|that|these|those|it|they|he|she|we|you|i|there|here|one|ones|each|both|such|our|your|their|his|her|its|my"
    r"|what|which|who|other|another|same|first|second|next|last|idea|goal|aim|result|reason|purpose|problem|thing"
    r"|following|above|below|and|or|but|if|when|as|in|on|at|of|for|to|by|with|from)\b",
    re.IGNORECASE,
)


def definition_questions(sentence: str, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield the question for what a thing is that `sentence` defines; none where it defines none."""
    words = " ".join(re.sub(r"[*`]", "", sentence).split())
    match = _DEFINED.fullmatch(words)
    if match is None or _NO_THING.search(match["thing"]):
        return
    thing, article = match["thing"], match["article"].lower()
    first = thing.split()[0].removesuffix("’s")
    if not article and first.lower() in vocabulary.common and first not in vocabulary.names:
        thing = thing[0].lower() + thing[1:]
    verb = "are" if re.search(r"(?<![sui])s\Z", thing) and re.match(r".* are\b", words) else "is"
    yield f"What {verb} {article}{thing}?"
