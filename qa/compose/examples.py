"""Makes example questions that a document really answers: made by rule, kept if answered from their own place.

Round trip: a question is kept only where the answer to it stands where the question came from (Alberti et al.,
"Synthetic QA corpora generation with roundtrip consistency", ACL 2019; Lewis et al., "PAQ", TACL 2021). They come from
all parts of the document, and the first asks what it is about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from index import Document
from prompts import render
from qa.compose.evidence import stems
from qa.compose.generation.drafting import drafts
from qa.compose.generation.headings import HEADING_KINDS, DraftQuestion
from qa.compose.outline import says_something
from qa.compose.titles import main_subject, short_title
from qa.types import Answer, Citation, Form

TRIED = 16  # made questions at most that are asked for one document
SURE = 0.5  # the confidence from which a question is shown
_LEAST_OVERVIEW = 2  # sentences of an overview that tells something
_SAME = 0.6  # F1 of the words that were meant and those that are cited
_SHARED = 0.8  # of two questions' words, from which they are alike
_OF_A_KIND = 2  # questions that one rule made
_SAID = frozenset({"said"})  # stems of "What is said about …?" that name no subject
_LEADS = frozenset("in on at near to since the".split())  # words that an answer may be given without
_WORD = re.compile(r"\w+")


def example_questions(
    document: Document, ask: Callable[[str], Answer], *, first: Sequence[str] = (), most: int = 4, tried: int = TRIED
) -> list[str]:
    """Return up to `most` questions that `ask` answers from `document` with confidence; `first` are tried first.

    Without any, the one that asks for an overview comes first. The others follow in the order of the document: each
    counts only if it is answered from the place that it was made of, with the words that it was made for. At most
    `tried` of them are asked.
    """
    kept: list[str] = []
    for question in first:
        if len(kept) < most and _is_sure(ask(question), document):
            kept.append(question)
    if not first and most:
        asks = (question for question in _overview_questions(document) if _tells(ask(question), document))
        kept += list(islice(asks, 1))
    return kept + made_questions(document, ask, most - len(kept), tried=tried)


def made_questions(document: Document, ask: Callable[[str], Answer], most: int, *, tried: int = TRIED) -> list[str]:
    """Return questions made of `most` stretches of the document, one for each with an answered one, in its order."""
    stretches: list[list[DraftQuestion]] = [[] for _ in range(most)]
    for draft in drafts(document) if most else ():
        stretches[min(draft.start * most // len(document.text), most - 1)].append(draft)
    kept: dict[int, DraftQuestion] = {}  # by stretch
    for number, draft in _by_turns(stretches, kept):
        if any(_alike(draft, other) for other in kept.values()):
            continue
        answer = ask(draft.question)
        if _is_sure(answer, document) and _as_meant(answer, draft, document):
            kept[number] = draft
        tried -= 1
        if not tried:
            break
    return [draft.question for draft in sorted(kept.values(), key=lambda draft: draft.start)]


def _by_turns(
    stretches: Sequence[list[DraftQuestion]], kept: Mapping[int, DraftQuestion]
) -> Iterator[tuple[int, DraftQuestion]]:
    """Yield the next best of each stretch, with the stretch's number, in turn, as long as none of it is kept.

    A stretch that has none left is given those of the others that are left.
    """
    while len(kept) < len(stretches) and any(stretches):
        for number in range(len(stretches)):
            left = stretches[number] or max(stretches, key=len)
            if number not in kept and left:
                yield number, left.pop(_next(left, [draft.kind for draft in kept.values()]))


def _next(left: Sequence[DraftQuestion], kinds: Sequence[str]) -> int:
    """Return the position of the best that is not made by the rule that `_OF_A_KIND` of the kept ones were made by."""
    return next((i for i, draft in enumerate(left) if kinds.count(draft.kind) < _OF_A_KIND), 0)


def _overview_questions(document: Document) -> Iterator[str]:
    """Yield questions for an overview of the document, the best first: by its title, or by what it names most often."""
    if title := short_title(document):
        yield render("example_about_title", title=title)
        yield render("example_about_title_long", title=title)
    if subject := main_subject(document):
        yield render("example_about_subject", subject=subject)
    yield render("example_about")


def _is_sure(answer: Answer, document: Document) -> bool:
    sure = answer.confidence is None or answer.confidence >= SURE
    return answer.answered and sure and answer.citations[0].document_id == document.id


def _tells(overview: Answer, document: Document) -> bool:
    """Return whether `answer` is an overview that says something of the document."""
    own = [citation for citation in overview.citations if citation.document_id == document.id]
    return overview.form is Form.OVERVIEW and len(own) >= _LEAST_OVERVIEW


def _as_meant(answer: Answer, draft: DraftQuestion, document: Document) -> bool:
    """Return whether the intended words are cited; without such words, whether most of the citation is in the place."""
    cited = answer.citations[0]
    if not draft.answer or answer.form is not Form.SPAN:
        inside = [_overlaps(citation, draft) for citation in answer.citations]
        tells = answer.form is Form.LIST or says_something(cited.quote, item=True)
        return tells and inside[0] and 2 * sum(inside) > len(inside) and _speaks_of(answer, draft, document)
    meant = _counted(draft.answer)
    return any(_overlaps(citation, draft) and _is_said(citation.quote, meant) for citation in answer.citations)


def _counted(answer: str) -> Counter[str]:
    return Counter(word for word in _WORD.findall(answer.casefold()) if word not in _LEADS)


def _is_said(quote: str, meant: Counter[str]) -> bool:
    """Return whether the words of `quote` are nearly those that were `meant`."""
    words = _counted(quote)
    return 2 * (words & meant).total() >= _SAME * (words.total() + meant.total())


def _speaks_of(answer: Answer, draft: DraftQuestion, document: Document) -> bool:
    """Return whether what is cited holds most words of a question that a heading asks, or is most of its section.

    Unless it begins the section, it may speak of a detail alone.
    """
    if draft.kind not in HEADING_KINDS:
        return True
    quotes = " ".join(citation.quote for citation in answer.citations)
    asked = stems(draft.question) - _SAID
    before = document.text[draft.start : min(citation.start for citation in answer.citations)]
    most = 2 * len(quotes) > draft.end - draft.start and not _WORD.search(before)
    return most or 2 * len(asked & stems(quotes)) > len(asked)


def _overlaps(citation: Citation, draft: DraftQuestion) -> bool:
    return citation.start < draft.end and draft.start < citation.end


def _alike(first: DraftQuestion, other: DraftQuestion) -> bool:
    """Return whether two questions come from one sentence, or ask nearly the same."""
    if first.start < other.end and other.start < first.end:
        return True
    a, b = (frozenset(_WORD.findall(draft.question.casefold())) for draft in (first, other))
    return len(a & b) >= _SHARED * min(len(a), len(b))
