"""Answers questions that ask for several things: a list's items, spans of several sentences, or each part's answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import islice

from index.types import SegmentKind
from qa.candidates import Candidate
from qa.compose.blocks import ListBlock, end_within, lists_of
from qa.compose.draft import DraftAnswer, Material, Place
from qa.compose.evidence import Sentence, content_stems, stems
from qa.compose.span import items, several
from qa.compose.statement import chance, statement
from qa.confidence import FormCalibration
from qa.types import Form
from qa.understand.answer_type import MANY, names_in
from qa.understand.form import understand
from qa.understand.parsed_question import ParsedQuestion

# Items of a list at most, and characters of each and of prose beside it.
MOST, LONGEST_ITEM, LONGEST = 16, 200, 650
# The best sentences that are looked for in lists, what standing in one counts (the first most), and what it counts that
# the thing asked for, the question's first content word, stands above (of few lists); from when on a list is what is
# asked for; and how nearly as good another list under its heading is to be given too.
BEST, INSIDE, HEAD, FEW, LEAST_WORTH, ALSO = 5, 0.4, 0.4, 2, 0.5, 0.6
HALF, UNNAMED = 0.5, 0.5
# Sentences that are so many logits behind the best count nothing for the list that they stand in.
FAR = 4.0
OF_KINDS = r"(?:types|kinds|sorts|names|examples)\s+of"
# The first noun of many behind the word that asks; the kinds of a thing are asked for by its name.
_THINGS = re.compile(
    rf"\b(?:what|which|name|list|give|enumerate)\s+(?:[\w'’-]+\s+){{0,4}}?(?!{OF_KINDS})(?P<things>{MANY})\b",
    re.IGNORECASE,
)
_COUNTS = re.compile(r"\bhow (?:many|much)\b", re.IGNORECASE)
_PEOPLE = frozenset(
    "member peopl person guest particip attende visitor user custom tenant applic student volunt".split()
)
_NO_THINGS = frozenset("thing item one peopl part differ exampl".split())


def listing(material: Material, fit: FormCalibration | None, minimum: float | None, most: int) -> DraftAnswer:
    """Draft a list: the items of the list that answers, or else the spans that do, or else the best sentences."""
    best = material.sentences[:BEST]
    if not best:
        return DraftAnswer(Form.LIST, (), 0.0 if fit else None, likely=False)
    confidence, likely = chance(material, fit, minimum)
    listed = _items(material, best)
    if listed:
        return DraftAnswer(Form.LIST, listed, confidence, likely)
    spans = _spans(material, most)
    if len(spans) > 1 or (spans and len(items(material.text(spans[0].document_id, spans[0].start, spans[0].end))) > 1):
        return DraftAnswer(Form.LIST, spans, confidence, likely)
    return statement(material, fit, minimum)


def stands_in_labelled_list(material: Material, place: Place) -> bool:
    """Return whether `place` is in a list of several items that the question's own words announce, or a heading there.

    "What should I bring?" asks for all items under "Bring:", and not for the title of the document. A question for a
    number asks for one item.
    """
    if _COUNTS.search(material.asked.question):
        return False
    asked = content_stems(material.asked.question)
    blocks = material.blocks(place.document_id)
    lists = [block for block in lists_of(blocks) if len(block.items) > 1 and _is_labelled(block, asked)]
    if blocks.kind(place.start) is SegmentKind.HEADING:
        return bool(lists)
    return any(block.span[0] <= place.start < block.span[1] for block in lists)


def _items(material: Material, best: list[Sentence]) -> tuple[Place, ...]:
    """Return the items of the list that the question names, or that several of the best sentences stand in."""
    asked, thing = content_stems(material.asked.question), _thing_asked(material.asked.question)
    scored = []
    for document_id in dict.fromkeys(sentence.document_id for sentence in best):
        items = list(lists_of(material.blocks(document_id)))
        headed = [block for block in items if asked and _is_headed(block, asked, thing or asked[0])]
        for block in items:
            named = HEAD if _is_labelled(block, asked) or (block in headed and len(headed) <= FEW) else 0.0
            scored.append((named + _worth(block, document_id, asked, thing, best), document_id, block))
    if not scored:
        return ()
    worth, document_id, best_block = max(scored, key=lambda row: row[0])
    if worth < LEAST_WORTH:
        return ()
    document = material.index.documents[document_id]
    # "Board members in attendance were: …", "Also in attendance were: …": one list in two parts.
    beside = [(other, block) for other, where, block in scored if where == document_id]
    if _is_labelled(best_block, asked):
        beside = [(other, block) for other, block in beside if set(asked) & stems(block.announced)]
    of_heading = _covered(set(asked), best_block.heading) >= HALF
    chosen = [b for other, b in beside if b.heading == best_block.heading and (of_heading or other >= ALSO * worth)]
    cut = [(start, end_within(document, start, end, LONGEST_ITEM)) for block in chosen for start, end in block.items]
    unsaid_above = [name for name in names_in(material.asked.question) if name not in best_block.above]
    of_names = _of_names(document.text, cut, unsaid_above)
    return tuple(Place(document.id, start, end) for start, end in of_names[:MOST])


def _of_names(text: str, spans: list[tuple[int, int]], names: list[str]) -> list[tuple[int, int]]:
    """Keep only the items with a name that is asked about, if some have one: "What does Jacob have to do?"."""
    named = [(start, end) for start, end in spans if any(name in text[start:end] for name in names)]
    return named or spans


def _thing_asked(question: str) -> str | None:
    """Return the stem of the noun that is asked for several of: "What response classes are there?" asks for classes."""
    match = _THINGS.search(question)
    nouns = content_stems(match["things"]) if match else []
    return nouns[-1] if nouns and nouns[-1] not in _NO_THINGS else None


def _is_headed(block: ListBlock, asked: list[str], thing: str) -> bool:
    """Return whether the list is announced by the `thing` that is asked for, or its heading has few other words."""
    if thing in stems(block.announced):
        return True
    return thing in stems(block.heading) and _covered(set(asked), block.heading) >= HALF


def _is_labelled(block: ListBlock, asked: list[str]) -> bool:
    """Return whether the question holds all words that announce the list: "Done:" of "Which jobs are done?".

    Whoever asks for themselves ("What should I bring?") may be one of those whom the text names ("Members bring:").
    """
    label = stems(block.announced) - _PEOPLE
    return bool(label) and label <= set(asked)


def _worth(block: ListBlock, document_id: str, asked: list[str], thing: str | None, best: list[Sentence]) -> float:
    """Return how far a list is what is asked for: the question's words above it, and the best sentences in it.

    Words above it count half if the `thing` asked for is not among them: a page's every list stands below its subject.
    """
    named = _covered(set(asked), block.announced) + _covered(set(asked), block.heading)
    if thing is not None and thing not in stems(block.above):
        named *= UNNAMED
    start, end = block.span
    near = [s for s in best if s.score >= best[0].score - FAR]
    inside = [i for i, s in enumerate(near) if s.document_id == document_id and start <= s.start < end]
    return named + INSIDE * sum(1 / (1 + i) for i in inside)


def _covered(asked: set[str], words: str) -> float:
    """Return how well the words above a list and the question's fit: the harmonic mean of both shares."""
    above = stems(words)
    both = len(asked & above)
    return 2 * both / (len(asked) + len(above)) if both else 0.0


def _spans(material: Material, most: int) -> tuple[Place, ...]:
    """Return the different spans that answer; words of a heading are no items."""
    candidates = [c for c in material.candidates if not _in_heading(material, c)]
    if not candidates:
        return ()
    different = several(candidates, lambda c: material.text(c.document_id, c.start, c.end), itemised=False)
    return tuple(Place(c.document_id, c.start, c.end) for c in islice(different, most))


def _in_heading(material: Material, candidate: Candidate) -> bool:
    return material.blocks(candidate.document_id).kind(candidate.start) is SegmentKind.HEADING


# Places that a part cites at most.
OF_A_PART = 2


def in_parts(asked: ParsedQuestion, draft: Callable[[ParsedQuestion], DraftAnswer]) -> DraftAnswer:
    """Draft the places of all parts that `draft` answers, in the order of the parts.

    Its confidence is that of the least likely answered part.
    """
    drafts = {part: draft(replace(understand(part), parts=())) for part in asked.parts}
    answered = {part: part_draft for part, part_draft in drafts.items() if part_draft.likely and part_draft.places}
    places = tuple(
        replace(place, part=part) for part, part_draft in answered.items() for place in part_draft.places[:OF_A_PART]
    )
    chances = [
        part_draft.confidence for part_draft in (answered or drafts).values() if part_draft.confidence is not None
    ]
    missing = tuple(part for part in drafts if part not in answered)
    return DraftAnswer(Form.LIST, places, min(chances, default=None), bool(answered), missing)
