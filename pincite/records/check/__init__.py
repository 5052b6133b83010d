"""Checks the quotations of any text against its sources: does a source contain these words, and where?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from index.types import Document
from pincite.records.check.attribution import DocumentNames
from pincite.records.check.drafts import Draft, draft_of, draft_of_text, read_draft
from pincite.records.check.figures import Figures
from pincite.records.check.judging import judge
from pincite.records.check.pattern import patterns_of
from pincite.records.check.quotations import find_quotations
from pincite.records.check.sources import MARKDOWN, Sources
from pincite.records.check.types import Change, Checked, Doubt, Finding, Quotation, Verdict

__all__ = [
    "Change",
    "Checked",
    "Doubt",
    "Draft",
    "Finding",
    "Verdict",
    "check",
    "draft_of",
    "draft_of_text",
    "read_draft",
]


def check(
    draft: Draft,
    documents: Iterable[Document],
    *,
    failures: Sequence[str] = (),
    watch: Callable[[], None] = lambda: None,
) -> Checked:
    """Check every quotation of `draft`, and find its figures and names that no source contains.

    `failures`: sources that could not be read, for the report. `watch`: called between steps; it may raise to stop.
    """
    sources = Sources(documents)
    watch()
    document = draft.document
    quoted = find_quotations(draft, DocumentNames(sources.documents))
    markdown = document.media_type == MARKDOWN
    patterns = patterns_of([(q.text, q.start) for q in quoted.quotations], markdown=markdown)
    figures = Figures(draft, quoted.spans)
    runs = [pattern.numbers[first:last] for pattern in patterns for first, last in pattern.parts()]
    seeds = sources.look_up([*runs, *(pattern.numbers for pattern in patterns), *figures.runs])
    within: dict[int, list[Quotation]] = {}
    for quotation in quoted.quotations:
        if quotation.inside is not None:
            within.setdefault(quotation.inside, []).append(quotation)
    findings = []
    for quotation, pattern in zip(quoted.quotations, patterns, strict=True):
        watch()
        if len(pattern):
            inner = [(q.start, q.end) for q in within.get(quotation.number, ())]
            findings.append(judge(quotation, pattern, seeds, document.text, inner))
    return Checked(
        document.id,
        document.text,
        tuple(findings),
        tuple(figures.questions(seeds)),
        quoted.left_alone,
        tuple((source.id, source.source, source.sha256) for source in sources.documents),
        tuple(failures),
    )
