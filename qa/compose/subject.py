"""Finds the subject of a question, and tells whether a sentence speaks of it.

A number, a date or a cause of the right kind is often said of something else. A name in the question, which is a word
that the text itself writes as one, has to stand in the sentence that answers, in those before it in its paragraph
("he", "this" may take it up), or in what it stands under.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from index import Index
from qa.compose.blocks import Blocks, announced_by, before
from qa.compose.evidence import Sentence, stems

# What a sentence loses, in logits, that says nothing of the question's names where another does.
OF_OTHERS = 1.5
_WORD = re.compile(r"[^\W\d_][\w'’-]*\w")
# A capital within a sentence: after a small letter or a comma.
_WITHIN = r"(?<=[^\W\d_A-Z][ \n]|,[ \n])"


def names_of(question: str, texts: Sequence[str]) -> frozenset[str]:
    """Return the stems of the words of `question` that `texts` always write with a capital, within sentences too.

    "how did socrates die" names Socrates, in whatever letters it is typed.
    """
    whole = "\n".join(texts)
    return frozenset(stem for word in _WORD.findall(question) if _is_name(word, whole) for stem in stems(word))


def _is_name(word: str, text: str) -> bool:
    bare = re.sub(r"['’]s?$", "", word)
    forms = re.findall(rf"(?<!\w){re.escape(bare)}(?!\w)", text, re.IGNORECASE)
    if not forms or any(form[0].islower() for form in forms):
        return False
    return re.search(rf"{_WITHIN}(?i:{re.escape(bare)})(?!\w)", text) is not None


def held_to_subject(
    question: str,
    ranked: Sequence[Sentence],
    texts: Sequence[str],
    index: Index,
    blocks: Callable[[str], Blocks],
) -> list[Sentence]:
    """Rank sentences that say nothing of the names in `question` last, if one of the nearest passages has the names.

    `texts`: of the passages that were read; `blocks`: those of a document, by its id.
    """
    names = names_of(question, texts)
    speaking = [not names or speaks_of(names, sentence, index, blocks(sentence.document_id)) for sentence in ranked]
    if all(speaking) or not any(speaking):
        return list(ranked)
    held = [s if speaks else replace(s, score=s.score - OF_OTHERS) for s, speaks in zip(ranked, speaking, strict=True)]
    return sorted(held, key=lambda s: -s.score)


def speaks_of(names: frozenset[str], sentence: Sentence, index: Index, blocks: Blocks) -> bool:
    """Return whether one of `names` stands in the sentence, shortly before it in its paragraph, or above it."""
    return any(names & stems(words) for words in surroundings(sentence, index, blocks))


def surroundings(sentence: Sentence, index: Index, blocks: Blocks) -> tuple[str, str, str]:
    """Return the sentence with those before it that it may lean on, its heading, and the announcement of its list."""
    document = blocks.document
    start = before(index.sentences(document.id), sentence.start, document.text)
    return document.text[start : sentence.end], blocks.heading(sentence.start), announced_by(blocks, sentence.start)
