"""What can be done with an answer, as links below it: ask why, copy it, say what one thinks of it."""

from __future__ import annotations

import prompts
from pincite.html.marks import escape
from pincite.web.conversation import Exchange

__all__ = ["export_html", "tools_html"]

_COPIES = ("copy", "copy_markdown")
_THUMBS = ("up", "down")
# What the page's script says.
_SPOKEN = ("copied", "not_copied", "marking", "marking_keep", "marking_none", "marking_cancel", "marking_nothing")


def tools_html(exchange: Exchange, turn: int, *, rates: bool) -> str:
    """The links below the answer of a turn. `rates`: whether opinions are asked for."""
    answer = exchange.answer
    if answer is None:
        return ""
    links = [_link(name, turn) for name in _COPIES]
    if exchange.passages is None:
        took = _words("page_why_time", total=round(answer.timings.total))
        words = _words("page_why" if answer.answered else "page_why_not")
        links.insert(0, f'<a class="pc-tool" role="button" href="#pc-why-{turn}" title="{took}">{words}</a>')
    if rates:
        links += [_link(name, turn, pressed=exchange.rating == name) for name in _THUMBS]
        links.append(_link("mark", turn, pressed=exchange.rating in ("marked", "denied")))
    said = ""
    if exchange.refused is not None:
        said = f'<p class="pc-note pc-warning">{escape(exchange.refused)}</p>'
    elif exchange.rating is not None:
        said = f'<p class="pc-note">{_words(f"page_opinion_{exchange.rating}")}</p>'
    return f'<p class="pc-why-link">{" ".join(links)}</p>{said}'


def export_html() -> str:
    """The menu of files that a conversation can be taken along as; the page's script knows their addresses."""
    # Without `download` a browser thinks that the page is left: Gradio says goodbye, and the visitor is forgotten.
    items = "".join(
        f'<li><a class="pc-tool pc-export" data-suffix="{suffix}" href="#" download>'
        f"{_words(f'page_export_{suffix}')}</a></li>"
        for suffix in ("html", "md", "json")
    )
    words = " ".join(f'data-{name.replace("_", "-")}="{_words("page_" + name)}"' for name in _SPOKEN)
    return (
        f'<details class="pc-take" hidden {words}><summary class="pc-button">{_words("page_export")}</summary>'
        f'<ul role="list">{items}</ul></details><p class="pc-told" role="status"></p>'
    )


def _link(name: str, turn: int, *, pressed: bool = False) -> str:
    hint, state = _words(f"page_{name}_label", number=turn), " pc-pressed" if pressed else ""
    address = f"#pc-{name.replace('_', '-')}-{turn}"
    return f'<a class="pc-tool{state}" role="button" href="{address}" title="{hint}">{_words("page_" + name)}</a>'


def _words(template: str, **values: object) -> str:
    return escape(prompts.render(template, **values))
