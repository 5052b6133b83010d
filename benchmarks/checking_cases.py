"""Quotations that are hard to judge, written by hand over a source of our own, with the verdict that a reader gives.

Each case: its kind, the quotation, the verdict. The source has pages with a running head, so that a quotation may run
over their edge, and a word be divided there.
"""

from __future__ import annotations

from index import Document
from index.types import Segment, SegmentKind
from pincite.records.check import Verdict

_PAGES = (
    "The Harbour Board met on 3 March 1887 in the long room. Only the pilot saw the light go out. "
    "Ada Wren lent the boat to Tom Hale, and Tom Hale lent it to the vicar. The tide rose eleven feet in two hours. "
    "The keeper writes that he lit the lamp at dusk, that he had drunk nothing, and that he rang the bell until it "
    "broke. The board does not hold him to blame.",
    "If the chain had held, the boat would have been saved. The captain said, “I never left the wheel,” and nobody "
    "contradicted him. The damage came to £4,250, of which the town paid almost half. The inspector examined the ",
    "The old lamp was allegedly sold for three pounds. It weighed 12 kg and burned 3.5 litres of oil a night. "
    "Members may attend unless they owe the board money. The clerk, who was ill, had not read the letter; the chairman "
    "had. The sea took the wall in the storm, not the lighthouse. Nobody was told before Sunday.",
)
_BROKEN = ("ma-\n", "chinery at low water and found it sound. ")
_HEAD = "HARBOUR BOARD 1887\n"


def source() -> Document:
    """Return the report, three pages of it, a running head on each, a word divided between the second and the third."""
    texts = (f"{_PAGES[0]}\n", f"{_PAGES[1]}{_BROKEN[0]}", f"{_BROKEN[1]}{_PAGES[2]}\n")
    text, segments = "", list[Segment]()
    for number, page in enumerate(texts, start=1):
        start = len(text)
        text += _HEAD + page
        segments.append(Segment(SegmentKind.PAGE, start, len(text), number=number))
        segments.append(Segment(SegmentKind.RUNNING_HEAD, start, start + len(_HEAD) - 1))
        segments.append(Segment(SegmentKind.PARAGRAPH, start + len(_HEAD), len(text) - 1))
    return Document("harbour.pdf", text, segments=tuple(segments))


_OK, _ALTERED, _NONE = Verdict.VERBATIM, Verdict.ALTERED, Verdict.NOT_FOUND

CASES: tuple[tuple[str, str, Verdict], ...] = (
    ("changed tense", "The keeper wrote that he lit the lamp at dusk", _ALTERED),
    ("changed tense", "he had drunk nothing, and that he rings the bell until it broke", _ALTERED),
    ("changed tense", "The sea takes the wall in the storm", _ALTERED),
    ("changed tense", "the boat would be saved", _ALTERED),
    ("changed tense", "The board did not hold him to blame", _ALTERED),
    ("changed unit", "The tide rose eleven metres in two hours", _ALTERED),
    ("changed unit", "It weighed 12 lb and burned 3.5 litres of oil a night", _ALTERED),
    ("changed unit", "burned 3.5 litres of oil a week", _ALTERED),
    ("changed unit", "The damage came to $4,250", _ALTERED),
    ("changed unit", "The tide rose eleven feet in two days", _ALTERED),
    ("swapped names", "Tom Hale lent the boat to Ada Wren", _ALTERED),
    ("swapped names", "Ada Wren lent the boat to the vicar", _ALTERED),
    ("swapped names", "The clerk had; the chairman, who was ill, had not read the letter", _ALTERED),
    ("swapped names", "The sea took the lighthouse in the storm, not the wall", _ALTERED),
    ("swapped names", "The chairman, who was ill, had not read the letter", _ALTERED),
    ("dropped limit", "the pilot saw the light go out", _OK),  # these very words stand there
    ("dropped limit", "The town paid half of the damage, which came to £4,250", _ALTERED),
    ("dropped limit", "of which the town paid half", _ALTERED),
    ("dropped limit", "The old lamp was sold for three pounds", _ALTERED),
    ("dropped limit", "in the long room. The pilot saw the light go out", _ALTERED),
    ("dropped limit", "Members may attend if they owe the board money", _ALTERED),
    ("dropped limit", "Members must attend unless they owe the board money", _ALTERED),
    ("number in words", "The tide rose 11 feet in two hours", _ALTERED),
    ("number in words", "The tide rose twelve feet in two hours", _ALTERED),
    ("number in words", "It weighed twelve kg and burned 3.5 litres of oil", _ALTERED),
    ("number in words", "burned 35 litres of oil a night", _ALTERED),
    ("number in words", "The damage came to £4250", _ALTERED),
    ("number in words", "met on 3 March 1878 in the long room", _ALTERED),
    ("over a page", "The inspector examined the machinery at low water and found it sound", _OK),
    ("over a page", "The inspector examined the ma-\nchinery at low water", _OK),
    ("over a page", "examined the machinery at high water and found it sound", _ALTERED),
    ("over a page", "The board does not hold him to blame. If the chain had held", _OK),
    ("over a page", "The board does hold him to blame. If the chain had held", _ALTERED),
    ("over a page", "the town paid almost half. The inspector … found it sound", _OK),
    ("marks that change", "The board does … hold him to blame", _ALTERED),
    ("marks that change", "I … left the wheel", _ALTERED),
    ("marks that change", "The old lamp was … sold for three pounds", _ALTERED),
    ("marks that change", "Members may attend …", _OK),  # what is left out stands after the quotation
    ("marks that change", "[Tom Hale] lent the boat to Tom Hale", _ALTERED),
    ("marks that change", "The damage came to [£5,250], of which the town paid almost half", _ALTERED),
    ("marks that change", "Nobody was told [on] Sunday", _ALTERED),
    ("marks that change", "The board does [certainly] hold him to blame", _ALTERED),
    ("marks that hold", "The keeper writes … that he rang the bell until it broke", _OK),
    ("marks that hold", "[He] writes that he lit the lamp at dusk", _OK),
    ("marks that hold", "The tide rose eleven feet [3.4 m] in two hours", _OK),
    ("marks that hold", "Ada Wren lent [it] to Tom Hale", _OK),
    ("marks that hold", "The clerk […] had not read the letter", _OK),
    ("marks that hold", "[t]he town paid almost half", _OK),
    ("another mark", "The damage came to £4,250, of which the town paid almost half!", _OK),
    ("another mark", "I never left the wheel, and nobody contradicted him", _OK),
    ("invented", "The vicar drowned on the way home and was buried at Leeds", _NONE),
    ("invented", "No bell was ever heard by the women on the quay that night", _NONE),
)
