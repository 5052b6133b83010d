"""Rewrites a question as the documents word it: its subject by their name for it, and spelt as they spell it.

Search and reader see a passage without the title of its document, so "this medicine" or "the app" is named as the title
names it. Of a misspelt word, all words at one edit (a letter left out, added, changed, or two swapped) are looked up,
as in P. Norvig, "How to Write a Spelling Corrector", 2007, which finds four of five misspelt words in that way. A word
that the reader's vocabulary holds as one piece is not misspelt; the documents just do not use it.
`qa.understand.spelling` corrects the words that ask.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from string import ascii_lowercase

from index import Index
from index.split.passages import document_title
from qa.compose.evidence import stems
from qa.languages import other_language
from qa.read import Reader
from qa.understand.spelling import deletions, swaps


def in_their_words(question: str, index: Index, reader: Reader) -> str:
    """Rewrite `question`: "this medicine" as the only document's title names it, and misspelt words corrected.

    A question in another language is left as it is.
    """
    if other_language(question):
        return question
    if index.in_memory and len(index.documents) == 1:
        (document,) = index.documents.values()
        question = with_subject(question, document_title(document), document.text)
    return correct_spelling(question, index.vocabulary, stems, lambda word: reader.count_tokens(word) < 2)


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


SHORTEST = 5  # letters
# Of a word written as one that the index holds as two ("breastfeeding", "breast-feeding").
SHORTEST_PART = 4
_WORD = re.compile(r"(?<![\w@./'’-])[^\W\d_]+(?![\w@/'’-]|\.\w)")
# Words that ask, whole in no vocabulary of word pieces.
_ASKS = frozenset("summarize summarise summarized summarised enumerate overview takeaways".split())

Stems = Callable[[str], set[str]]


def correct_spelling(question: str, vocabulary: Mapping[str, int], stems: Stems, is_word: Callable[[str], bool]) -> str:
    """Spell the misspelt words of `question` as the index does.

    `vocabulary`: the stems of the index, with how many passages hold each. `is_word`: whether a word is known from
    elsewhere. Names in capitals, code and short words are left alone.
    """
    if not vocabulary:
        return question

    def respelt(match: re.Match[str]) -> str:
        word = match[0]
        lower = word.casefold()
        if len(word) < SHORTEST or word.isupper() or not lower.isascii() or stems(lower) <= vocabulary.keys():
            return word
        if is_word(lower) or lower in _ASKS:
            return word
        instead = _nearest(lower, vocabulary, stems) or _in_two(lower, vocabulary, stems)
        return word if instead is None else instead.capitalize() if word[0].isupper() else instead

    return _WORD.sub(respelt, question)


def _nearest(word: str, vocabulary: Mapping[str, int], stems: Stems) -> str | None:
    """Return the commonest word of the index that is one slip from `word`, begins alike, and is no inflection of it."""
    others = {other for other in _slips(word) if other[:1] == word[0] and not _only_ends_otherwise(word, other)}
    counts = {other: _count(other, vocabulary, stems) for other in others}
    best = max(counts, key=lambda other: (counts[other], other), default=None)
    return best if best is not None and counts[best] else None


def _only_ends_otherwise(word: str, other: str) -> bool:
    return word[:-1] in (other, other[:-1]) or word == other[:-1]


def _in_two(word: str, vocabulary: Mapping[str, int], stems: Stems) -> str | None:
    for at in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        if not _count(word[:at], vocabulary, stems):
            continue
        rest = word[at:] if _count(word[at:], vocabulary, stems) else _nearest(word[at:], vocabulary, stems)
        if rest:
            return f"{word[:at]} {rest}"
    return None


def _count(word: str, vocabulary: Mapping[str, int], stems: Stems) -> int:
    return sum(vocabulary.get(stem, 0) for stem in stems(word))


def _slips(word: str) -> Iterator[str]:
    """Yield the words at one edit from `word`."""
    yield from deletions(word)
    yield from swaps(word)
    for at in range(len(word) + 1):
        for letter in ascii_lowercase:
            yield word[:at] + letter + word[at:]
            yield word[:at] + letter + word[at + 1 :]
