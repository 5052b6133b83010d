"""A draft held to its sources: every quotation looked up, its figures asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from index.types import Document
from pincite.records.check.ascribing import Names
from pincite.records.check.drafts import Draft
from pincite.records.check.figures import Figures
from pincite.records.check.finding import find_quotations
from pincite.records.check.judging import judge
from pincite.records.check.pattern import patterns_of
from pincite.records.check.sources import MARKDOWN, Sources
from pincite.records.check.types import Checked, Quotation


def check(
    draft: Draft,
    documents: Iterable[Document],
    *,
    failures: Sequence[str] = (),
    watch: Callable[[], None] = lambda: None,
) -> Checked:
    """What became of every quotation of `draft`, and which of its figures and names no source bears out.

    `failures`: sources that could not be read, for the report. `watch` is called now and then, and may raise.
    """
    sources = Sources(documents)
    watch()
    document = draft.document
    found = find_quotations(draft, Names(sources.documents))
    markdown = document.media_type == MARKDOWN
    patterns = patterns_of([(q.text, q.start) for q in found.quotations], markdown=markdown)
    figures = Figures(draft, found.spans)
    runs = [pattern.numbers[first:last] for pattern in patterns for first, last in pattern.parts()]
    seeds = sources.look_up([*runs, *(pattern.numbers for pattern in patterns), *figures.runs])
    within: dict[int, list[Quotation]] = {}
    for quotation in found.quotations:
        if quotation.inside is not None:
            within.setdefault(quotation.inside, []).append(quotation)
    findings = []
    for quotation, pattern in zip(found.quotations, patterns, strict=True):
        watch()
        if len(pattern):
            inner = [(q.start, q.end) for q in within.get(quotation.number, ())]
            findings.append(judge(quotation, pattern, seeds, document.text, inner))
    return Checked(
        document.id,
        document.text,
        tuple(findings),
        tuple(figures.questions(seeds)),
        found.left_alone,
        tuple((one.id, one.source, one.sha256) for one in sources.documents),
        tuple(failures),
    )
