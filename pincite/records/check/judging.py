"""Judges each quotation: finds its best place in the sources, and gives the verdict."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pincite.records.check.comparing import Comparison, Hunk, compare, compare_exact
from pincite.records.check.locating import Spans, exact_places, likely_windows
from pincite.records.check.meaning import is_negation, is_number
from pincite.records.check.pattern import Pattern
from pincite.records.check.sources import Seeds, Sources
from pincite.records.check.types import Attribution, Change, Difference, Finding, Quotation, SourcePlace, Verdict

LEAST_SIMILARITY = 0.6  # share of agreeing words from which a quotation counts as altered, below it as not found
LEAST_CONTENT = 0.5  # the same share, of the content words
LEAST_UNORDERED = 0.85  # the same share, of the content words in any order: two names may be swapped
LEAST_NEAREST = 0.25  # similarity from which the nearest place is shown for a quotation that is not found
MOST_JUDGED = 5000  # places of the same words that are compared with an ascription
_CLEARLY = 0.05  # another place is preferred to one in the named document if its similarity is higher by this


def judge(
    quotation: Quotation, pattern: Pattern, seeds: Seeds, draft: str, inner: Sequence[tuple[int, int]] = ()
) -> Finding:
    """Judge a quotation against the sources. `draft`: the draft's text; `inner`: the spans of quotations within it."""
    sources, ascription = seeds.sources, quotation.ascription or Attribution("")
    exact = exact_places(pattern, seeds)
    compared = _exact(pattern, ascription, exact, sources)
    if all(comparison.hunks for comparison in compared):
        compared += _likely(pattern, ascription, seeds)
    same = [comparison for comparison in compared if not comparison.hunks]
    if same:
        return _judge_same_words(quotation, ascription, pattern, same, max(0, len(exact) - 1), sources, draft)
    if not compared:
        return Finding(quotation, Verdict.NOT_FOUND, None)
    best = _best(compared, ascription, sources)
    similar = best.similarity >= LEAST_SIMILARITY and best.content >= LEAST_CONTENT
    if not (similar or best.unordered >= LEAST_UNORDERED) or not _has_own_words(best, pattern, inner):
        near = _place(best, sources) if best.similarity >= LEAST_NEAREST else None
        return Finding(quotation, Verdict.NOT_FOUND, near, (), 0, round(best.similarity, 3))
    differences = tuple(_difference(hunk, pattern, sources, draft, quotation) for hunk in best.hunks)
    notes = [*best.notes, *_warnings(differences), *_ascribed_notes(best, ascription, sources)]
    place = _place(best, sources)
    return Finding(quotation, Verdict.ALTERED, place, differences, 0, round(best.similarity, 3), tuple(notes))


def _exact(pattern: Pattern, ascription: Attribution, exact: Sequence[Spans], sources: Sources) -> list[Comparison]:
    """Compare the exact places, those in the named document first, up to one that fits the ascription verbatim."""
    named, ids = ascription.document_ids, [document.id for document in sources.documents]
    ordered = sorted(exact, key=lambda spans: ids[sources.document_at(spans[0][0])] not in named) if named else exact
    comparisons: list[Comparison] = []
    for spans in ordered[:MOST_JUDGED]:
        comparisons.append(compare_exact(pattern, sources, spans))
        settled = ascription.start is None and fits(comparisons[-1], ascription, sources)
        if settled and not comparisons[-1].hunks:
            break
    return comparisons


def _has_own_words(best: Comparison, pattern: Pattern, inner: Sequence[tuple[int, int]]) -> bool:
    """Return whether enough words agree outside the quotations within it, which are judged separately."""
    if not inner:
        return True
    own = {i for i, at in enumerate(pattern.starts) if not any(start <= at < end for start, end in inner)}
    differing = {i for hunk in best.hunks for i in range(hunk.a, hunk.b)}
    return len(own & differing) <= (1 - LEAST_SIMILARITY) * len(own)


def _likely(pattern: Pattern, ascription: Attribution, seeds: Seeds) -> list[Comparison]:
    """Compare the quotation with each window that may contain it; windows with equal text once."""
    sources = seeds.sources
    comparisons: list[Comparison] = []
    texts: list[str] = []
    for first, last in likely_windows(pattern, seeds):
        document = sources.documents[sources.document_at(first)]
        window = document.text[int(sources.starts[first]) : int(sources.ends[last - 1])]
        if document.id not in ascription.document_ids and any(text in window for text in texts):
            continue
        comparison = compare(pattern, sources, (first, last))
        if comparison is not None:
            comparisons.append(comparison)
            number, start, end = _span(comparison, sources)
            texts.append(sources.documents[number].text[start:end])
    return comparisons


def _judge_same_words(
    quotation: Quotation,
    ascription: Attribution,
    pattern: Pattern,
    same: Sequence[Comparison],
    others: int,
    sources: Sources,
    draft: str,
) -> Finding:
    """Judge a quotation whose words a source has: at the named place, or elsewhere."""
    fitting = [comparison for comparison in same if fits(comparison, ascription, sources)]
    named = [comparison for comparison in same if _in_named(comparison, ascription, sources)]
    best = [*fitting, *named, *same][0]
    start = ascription.start
    if start is not None and fitting:
        best = min(fitting, key=lambda comparison: abs(int(sources.starts[comparison.first]) - start))
    notes = list(best.notes)
    if not fitting:
        notes += _ascribed_notes(best, ascription, sources)
    elif start not in (None, int(sources.starts[best.first])):
        notes.append(f"it begins at character {int(sources.starts[best.first])}, not {start}")
    if other_punctuation(pattern, draft, best.first, best.last, sources):
        notes.append("punctuation differs")
    verdict = Verdict.VERBATIM if fitting else Verdict.ELSEWHERE
    return Finding(quotation, verdict, _place(best, sources), (), others, 1.0, tuple(notes))


def fits(comparison: Comparison, ascription: Attribution, sources: Sources) -> bool:
    """Return whether a place is in the document, and on one of the pages, that the draft names."""
    if not _in_named(comparison, ascription, sources):
        return False
    if ascription.pages is None:
        return True
    page, last = sources.page_of(comparison.first), sources.page_of(comparison.last - 1)
    if page is None:
        return True  # a document without pages cannot contradict the draft
    return page <= ascription.pages[1] and (last or page) >= ascription.pages[0]


def _in_named(comparison: Comparison, ascription: Attribution, sources: Sources) -> bool:
    if not ascription.document_ids and ascription.unknown is None:
        return True
    return sources.documents[sources.document_at(comparison.first)].id in ascription.document_ids


def _best(compared: Sequence[Comparison], ascription: Attribution, sources: Sources) -> Comparison:
    """Return the most similar place; one in the named document, unless another is clearly more similar."""

    def key(comparison: Comparison) -> tuple[float, float, int]:
        named = fits(comparison, ascription, sources)
        return comparison.similarity + named * _CLEARLY, comparison.content, -comparison.first

    return max(compared, key=key)


def _ascribed_notes(comparison: Comparison, ascription: Attribution, sources: Sources) -> list[str]:
    if fits(comparison, ascription, sources):
        return []
    if ascription.unknown is not None:
        return [f"no source is named {ascription.unknown!r}"]
    if not _in_named(comparison, ascription, sources):
        return [f"it is ascribed to {', '.join(ascription.document_ids)}"]
    assert ascription.pages is not None
    first, last = ascription.pages
    return [f"it is ascribed to page {first}" if first == last else f"it is ascribed to pages {first} to {last}"]


def _warnings(differences: Sequence[Difference]) -> list[str]:
    """Return remarks on differences that change the meaning: a negation or a number."""
    warnings = []
    words = [(d.draft.split(), d.source.split()) for d in differences]
    for test, name in ((is_negation, "a negation"), (is_number, "a number")):
        if any({w for w in mine if test(w)} != {w for w in theirs if test(w)} for mine, theirs in words):
            warnings.append(f"{name} differs")
    return warnings


def _difference(hunk: Hunk, pattern: Pattern, sources: Sources, draft: str, quotation: Quotation) -> Difference:
    if hunk.a < hunk.b:
        start, end = pattern.starts[hunk.a], pattern.ends[hunk.b - 1]
    else:
        start = end = pattern.ends[hunk.a - 1] if hunk.a else quotation.start
    change = Change.LEFT_OUT if hunk.a == hunk.b else Change.PUT_IN if hunk.first == hunk.last else Change.CHANGED
    # An omission at the end of a document belongs to that document.
    inside = hunk.first if hunk.first < hunk.last else max(0, hunk.first - 1)
    document = sources.documents[sources.document_at(inside)]
    if hunk.first < hunk.last:
        first, last = int(sources.starts[hunk.first]), int(sources.ends[hunk.last - 1])
    else:
        first = last = int(sources.ends[hunk.first - 1]) if hunk.first else 0
    return Difference(change, draft[start:end], document.text[first:last], start, end, first, last)


def _place(comparison: Comparison, sources: Sources) -> SourcePlace:
    return sources.place(*_span(comparison, sources))


def _span(comparison: Comparison, sources: Sources) -> tuple[int, int, int]:
    """Return the index of the comparison's document, and its span in that document's text."""
    first, last = comparison.first, max(comparison.first + 1, comparison.last)
    return sources.document_at(first), int(sources.starts[first]), int(sources.ends[last - 1])


_MARKS = re.compile(r"[,;:.!?]")


def other_punctuation(pattern: Pattern, draft: str, first: int, last: int, sources: Sources) -> bool:
    """Return whether the source has other stops, commas, colons, question or exclamation marks between the words.

    This adds a remark and does not change the verdict. Punctuation at the end, or beside omissions, is not compared.
    """
    if pattern.gaps or last - first != len(pattern):
        return False
    text = sources.documents[sources.document_at(first)].text
    starts, ends = sources.starts[first:last].tolist(), sources.ends[first:last].tolist()
    return any(
        _marks(draft[pattern.ends[i] : pattern.starts[i + 1]]) != _marks(text[ends[i] : starts[i + 1]])
        for i in range(len(pattern) - 1)
    )


def _marks(between: str) -> list[str]:
    return _MARKS.findall(between) if len(between) < 40 else []
