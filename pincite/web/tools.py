"""Renders the links below an answer: ask why, copy it, judge it."""

from __future__ import annotations

from pincite.html.marks import escape
from pincite.html.words import words_html
from pincite.web.conversation import ChatExchange
from qa.types import Status

__all__ = ["export_html", "tools_html"]

_LINKS = {
    "copy": ("page_copy", "page_copy_label"),
    "copy_markdown": ("page_copy_markdown", "page_copy_markdown_label"),
    "up": ("page_up", "page_up_label"),
    "down": ("page_down", "page_down_label"),
    "mark": ("page_mark", "page_mark_label"),
}
_OPINIONS = {
    "up": "page_opinion_up",
    "down": "page_opinion_down",
    "marked": "page_opinion_marked",
    "denied": "page_opinion_denied",
}
_EXPORTS = {"html": "page_export_html", "md": "page_export_md", "json": "page_export_json"}
# What the page's script says.
_SPOKEN = {
    "copied": "page_copied",
    "not-copied": "page_not_copied",
    "marking": "page_marking",
    "marking-keep": "page_marking_keep",
    "marking-none": "page_marking_none",
    "marking-cancel": "page_marking_cancel",
    "marking-nothing": "page_marking_nothing",
}


def tools_html(exchange: ChatExchange, turn: int, *, rates: bool) -> str:
    """Render the links below the answer of a turn. `rates`: whether visitors can rate it."""
    answer = exchange.answer
    if answer is None or answer.status is Status.REPLIED:
        return ""
    links = [_link(name, turn) for name in ("copy", "copy_markdown")]
    if exchange.passages is None:
        took = words_html("page_why_time", total=round(answer.timings.total))
        words = words_html("page_why" if answer.answered else "page_why_not")
        links.insert(0, f'<a class="pc-tool" role="button" href="#pc-why-{turn}" title="{took}">{words}</a>')
    if rates:
        links += [_link(name, turn, pressed=exchange.rating == name) for name in ("up", "down")]
        links.append(_link("mark", turn, pressed=exchange.rating in ("marked", "denied")))
    note = ""
    if exchange.refused is not None:
        note = f'<p class="pc-note pc-warning">{escape(exchange.refused)}</p>'
    elif exchange.rating is not None:
        note = f'<p class="pc-note">{words_html(_OPINIONS[exchange.rating])}</p>'
    return f'<p class="pc-why-link">{" ".join(links)}</p>{note}'


def export_html() -> str:
    """Render the menu of export formats of a conversation; the page's script knows their addresses."""
    # Without `download` a browser thinks that the page is left: Gradio says goodbye, and the visitor is forgotten.
    items = "".join(
        f'<li><a class="pc-tool pc-export" data-suffix="{suffix}" href="#" download>{words_html(key)}</a></li>'
        for suffix, key in _EXPORTS.items()
    )
    words = " ".join(f'data-{name}="{words_html(key)}"' for name, key in _SPOKEN.items())
    return (
        f'<details class="pc-take" hidden {words}><summary class="pc-button">{words_html("page_export")}</summary>'
        f'<ul role="list">{items}</ul></details><p class="pc-told" role="status"></p>'
    )


def _link(name: str, turn: int, *, pressed: bool = False) -> str:
    key, label = _LINKS[name]
    hint, state = words_html(label, number=turn), " pc-pressed" if pressed else ""
    address = f"#pc-{name.replace('_', '-')}-{turn}"
    return f'<a class="pc-tool{state}" role="button" href="{address}" title="{hint}">{words_html(key)}</a>'
