"""Why this answer: the passages that were considered, with their scores as bars and the reader's view as a heat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import prompts
from index.types import Document
from qa.explaining import Passage
from web.document import excerpt_html
from web.marks import Span, escape
from web.pane import title_of

__all__ = ["why_html"]

_STEPS = 5  # shades of heat
_FAINTEST = 0.02  # a probability below this has no shade


def why_html(passages: Sequence[Passage], documents: Mapping[str, Document], total: float) -> str:
    """`passages` as a list. `total`: how long the answer took, in milliseconds."""
    known = [passage for passage in passages if passage.hit.chunk.document_id in documents]
    if not known:
        return f'<p class="pc-note">{_words("page_why_none")}</p>'
    best = max((passage.hit.parts.lexical or 0.0 for passage in known), default=0.0)
    items = "".join(f"<li>{_passage(passage, documents, best)}</li>" for passage in known)
    took = _words("page_why_time", total=round(total))
    return f'<p class="pc-note">{_words("page_why_text")} {took}</p><ol class="pc-passages" role="list">{items}</ol>'


def _passage(passage: Passage, documents: Mapping[str, Document], best: float) -> str:
    parts, chunk = passage.hit.parts, passage.hit.chunk
    document = documents[chunk.document_id]
    lexical = parts.lexical or 0.0
    bars = [
        _bar("dense", parts.dense or 0.0, score=_number(parts.dense)),
        _bar("lexical", lexical / best if best else 0.0, score=_number(parts.lexical)),
        _bar("reader", passage.probability, score=f"{passage.probability:.2f}", margin=f"{passage.margin:+.1f}"),
    ]
    page = document.page_at(chunk.start)
    title = title_of(document)
    name = title if page is None else prompts.render("page_source", name=title, page=page)
    text = excerpt_html(document, chunk.start, chunk.end, list(_spans(passage)))
    return f'<p class="pc-passage-name">{escape(name)}</p><div class="pc-bars">{"".join(bars)}</div><p>{text}</p>'


def _bar(name: str, share: float, **values: str) -> str:
    width = round(100 * min(max(share, 0.0), 1.0))
    return (
        f'<span class="pc-bar" title="{_words(f"page_why_{name}_hint", **values)}">'
        f'<span class="pc-bar-name">{_words(f"page_why_{name}")}</span>'
        f'<span class="pc-bar-track"><span class="pc-bar-fill" style="width:{width}%"></span></span>'
        f'<span class="pc-bar-score">{escape(values["score"])}</span></span>'
    )


def _spans(passage: Passage) -> Iterator[Span]:
    for start, end in passage.words:
        yield Span(start, end, "pc-word")
    for token in passage.tokens:
        starts, ends = _shade(token.starts), _shade(token.ends)
        if token.start < token.end and starts + ends:
            yield Span(token.start, token.end, f"pc-heat pc-starts-{starts} pc-ends-{ends}", tag="span")


def _shade(probability: float) -> int:
    return 0 if probability < _FAINTEST else max(1, round(_STEPS * probability))


def _number(score: float | None) -> str:
    return "–" if score is None else f"{score:.2f}"


def _words(template: str, **values: object) -> str:
    return escape(prompts.render(template, **values))
