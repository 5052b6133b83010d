"""Renders *Why this answer*: the passages considered, their scores as bars, the reader's tokens as a heat map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import prompts
from index.types import Document
from pincite.html.marks import MarkedSpan, escape
from pincite.html.words import words_html
from pincite.service.explaining import ExplainedPassage
from pincite.web.document import excerpt_html
from pincite.web.names import place_name
from qa.types import Answer

__all__ = ["why_html"]

_STEPS = 5  # shades of heat
_FAINTEST = 0.02  # a probability below this has no shade


def why_html(passages: Sequence[ExplainedPassage], documents: Mapping[str, Document], answer: Answer) -> str:
    """Render the `passages` that were considered for `answer` as a list, below a legend of their marks."""
    unchanged = [passage for passage in passages if _is_unchanged(passage, documents)]
    if not unchanged:
        return f'<p class="pc-note">{words_html("page_why_none")}</p>'
    best = max((passage.hit.parts.lexical or 0.0 for passage in unchanged), default=0.0)
    items = "".join(f"<li>{_passage(passage, documents, best, answer)}</li>" for passage in unchanged)
    text = words_html("page_why_text", total=round(answer.timings.total))
    return f'<p class="pc-note">{text}</p>{_legend(answer)}<ol class="pc-passages" role="list">{items}</ol>'


def _legend(answer: Answer) -> str:
    """Render the legend: what each kind of mark means, marked in that way."""
    given = words_html("page_why_given" if answer.answered else "page_why_nearest")
    marked = [
        f'<mark class="pc-given">{given}</mark>',
        f'<mark class="pc-word">{words_html("page_why_words")}</mark>',
        f'<span class="pc-heat pc-starts-{_STEPS} pc-ends-0">{words_html("page_why_begins")}</span> '
        f'<span class="pc-heat pc-starts-0 pc-ends-{_STEPS}">{words_html("page_why_ends")}</span>',
    ]
    return f'<p class="pc-note pc-key">{"".join(f"<span>{label}</span>" for label in marked)}</p>'


def _is_unchanged(passage: ExplainedPassage, documents: Mapping[str, Document]) -> bool:
    """Return whether the passage's document is still there and has not changed."""
    document = documents.get(passage.hit.chunk.document_id)
    return document is not None and passage.document_sha256 in ("", document.sha256)


def _passage(passage: ExplainedPassage, documents: Mapping[str, Document], best: float, answer: Answer) -> str:
    parts, chunk = passage.hit.parts, passage.hit.chunk
    document = documents[chunk.document_id]
    lexical = parts.lexical or 0.0
    margin, probability = f"{passage.margin:+.1f}", passage.probability
    bars = [
        _bar("page_why_dense", "page_why_dense_hint", parts.dense, parts.dense or 0.0),
        _bar("page_why_lexical", "page_why_lexical_hint", parts.lexical, lexical / best if best else 0.0),
        _bar("page_why_reader", "page_why_reader_hint", probability, probability, margin=margin),
    ]
    name = place_name(document.id, document.page_at(chunk.start))
    given = _given(passage, answer)
    if given and answer.answered:
        name = prompts.render("page_why_here", name=name)
    text = excerpt_html(document, chunk.start, chunk.end, [*given, *_spans(passage)])
    head = f'<p class="pc-passage-name">{escape(name)}</p><div class="pc-bars">{"".join(bars)}</div>'
    return f'{head}<p class="pc-passage">{text}</p>'


def _given(passage: ExplainedPassage, answer: Answer) -> list[MarkedSpan]:
    """Return the spans of the answer in the passage, or of the nearest statement."""
    chunk = passage.hit.chunk
    cited = answer.citations or ((answer.nearest,) if answer.nearest is not None else ())
    inside = [c for c in cited if c.document_id == chunk.document_id and chunk.start <= c.start and c.end <= chunk.end]
    return [MarkedSpan(c.start, c.end, "pc-given") for c in inside]


def _bar(key: str, hint_key: str, score: float | None, share: float, **hint: str) -> str:
    """Render a bar that is filled to `share`. `key` and `hint_key`: its name and its meaning in prompts/."""
    width, number = round(100 * min(max(share, 0.0), 1.0)), _number(score)
    return (
        f'<span class="pc-bar" title="{words_html(hint_key, score=number, **hint)}">'
        f'<span class="pc-bar-name">{words_html(key)}</span>'
        f'<span class="pc-bar-track"><span class="pc-bar-fill" style="width:{width}%"></span></span>'
        f'<span class="pc-bar-score">{escape(number)}</span></span>'
    )


def _spans(passage: ExplainedPassage) -> Iterator[MarkedSpan]:
    for start, end in passage.words:
        yield MarkedSpan(start, end, "pc-word")
    for token in passage.tokens:
        starts, ends = _shade(token.starts), _shade(token.ends)
        if token.start < token.end and starts + ends:
            yield MarkedSpan(token.start, token.end, f"pc-heat pc-starts-{starts} pc-ends-{ends}", tag="span")


def _shade(probability: float) -> int:
    return 0 if probability < _FAINTEST else max(1, round(_STEPS * probability))


def _number(score: float | None) -> str:
    return "–" if score is None else f"{score:.2f}"
