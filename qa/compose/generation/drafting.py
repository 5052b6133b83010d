"""Drafts questions from a document, those first that are likeliest to be worth asking.

Overgenerate and rank: Heilman and Smith, "Good question! Statistical ranking for question generation", NAACL 2010, with
narrow rules in place of parse trees, and a few features in place of a learnt ranking. What no rule fits makes no
question, rather than a stiff one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from index.split.sentences import Span, split_sentences
from index.types import Document, SegmentKind
from qa.compose.generation.headings import DraftQuestion, heading_drafts, list_drafts
from qa.compose.generation.instructions import addressed_questions
from qa.compose.generation.statements import STATEMENT_RULES, definition_questions, statement_questions
from qa.understand.clauses import Vocabulary, clause_of

LOOKED_AT = 120  # paragraphs, spread over the document: a long one has more than anybody waits for
LONGEST_PARAGRAPH = 3_000  # characters
LONGEST = 18  # words of a question
OFTEN = 3  # so many times a word stands in a document that speaks of it

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_MARKER = re.compile(r"(?:[-*•–]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+")
# Words that name no subject.
_EMPTY = frozenset(
    """a an the and or not no of in on at to for from by with as if so than then into about over under after before who
    whom whose what which when where why how many much long old tall high wide deep is are was were be been do does did
    has have had can could may might must shall should will would said say says happen happens there i me my you your
    they them their he she it its we our us this that these those first last other others more most some any all soon
    later again also main points one two three way thing things person people someone something since based""".split()
)
# Words of a subject that only what stands before it explains.
_LEANING = re.compile(
    r"\b(?:remaining|latter|aforementioned|foregoing|above|following|rest|otherwise|so-called|respective(?:ly)?|thereof)\b"
    r"|\b(?:much|even|still|far) \w+er\b(?! than)",
    re.IGNORECASE,
)
# What each rule's questions are worth by their kind: those for a reason or a way tell more than those for a number.
_KINDS = {"why": 2.0, "asked": 2.0, "way": 2.0, "thing": 1.5, "list": 1.5, "addressed": 1.0, "section": 0.0}
_KIND, _NAME, _FULL, _ENOUGH = 0.5, 1.0, 0.4, 4


def drafts(document: Document) -> list[DraftQuestion]:
    """Draft questions that name their subject, of all parts of `document`, the likeliest to be worth asking first."""
    counts = Counter(word.casefold() for word in _WORD.findall(document.text))
    all_drafts = [*heading_drafts(document), *list_drafts(document), *_of_sentences(document)]
    worth = {draft: _worth(draft, counts) for draft in all_drafts if len(draft.question.split()) <= LONGEST}
    return sorted((draft for draft in worth if worth[draft] > 0), key=lambda draft: (-worth[draft], draft.start))


def statement_drafts(document: Document) -> list[DraftQuestion]:
    """Return questions that words of a statement answer, kinds in turn, so that few are alike."""
    made: dict[str, list[DraftQuestion]] = {kind: [] for kind in STATEMENT_RULES}
    for draft in _of_sentences(document):
        if draft.kind in made:
            made[draft.kind].append(draft)
    ordered: list[DraftQuestion] = []
    while any(made.values()):
        ordered += [drafts.pop(0) for drafts in made.values() if drafts]
    return ordered


def _of_sentences(document: Document) -> Iterator[DraftQuestion]:
    places = list(_sentences(document))
    vocabulary = Vocabulary.of("\n".join(document.text[start:end] for start, end in places))
    for start, end in places:
        sentence = document.text[start:end]
        for question in addressed_questions(sentence):
            yield DraftQuestion(question, "", start, end, "addressed")
        for question in definition_questions(sentence, vocabulary):
            yield DraftQuestion(question, "", start, end, "thing")
        clause = clause_of(sentence, vocabulary)
        if clause is not None:
            yield from (DraftQuestion(q, a, start, end, kind) for kind, q, a in statement_questions(clause, sentence))


def _sentences(document: Document) -> Iterator[Span]:
    """Yield the sentences of some of its paragraphs and items, from all parts of it."""
    prose = [(s.start, s.end) for s in document.segments if s.kind in (SegmentKind.PARAGRAPH, SegmentKind.LIST_ITEM)]
    if not document.segments:
        prose = [(0, len(document.text))]
    every = max(1, -(-len(prose) // LOOKED_AT))
    for start, end in prose[::every]:
        paragraph = document.text[start : min(end, start + LONGEST_PARAGRAPH)]
        if paragraph.strip():
            for a, b in split_sentences(Document("", paragraph)):
                marker = _MARKER.match(paragraph, a, b)
                yield start + (marker.end() if marker else a), start + b


def _worth(draft: DraftQuestion, counts: Mapping[str, int]) -> float:
    """Return what a question is worth, more the more it says of its subject; 0 for one that names none."""
    if _LEANING.search(draft.question):
        return 0.0
    words = _WORD.findall(draft.question)
    content = [word for word in words if word.casefold() not in _EMPTY]
    named = any(word[0].isupper() or word[0].isdigit() for word in words[1:] if word != "I")
    spoken_of = any(counts[word.casefold()] >= OFTEN for word in content)
    least = 2 if named else _ENOUGH if draft.answer else 2 if spoken_of else 3
    if draft.kind == "thing" and spoken_of:
        least = 1
    if len(content) < least:
        return 0.0
    return _KIND + _KINDS.get(draft.kind, 0.5) + _NAME * named + _FULL * min(len(content), _ENOUGH)
