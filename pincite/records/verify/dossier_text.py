"""Reads what a dossier shows, and the data in it, from its HTML."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from pincite.records.export.dossier import DATA_ID

_EMPTY = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})


@dataclass(slots=True)
class DossierText:
    """`texts`: the text in the elements of each `data-span`. `data`: the JSON text, None if it is incomplete."""

    texts: dict[str, str] = field(default_factory=dict)
    data: str | None = None


def shown_in(html: str) -> DossierText:
    """Return what the dossier `html` shows."""
    parser = _Parser()
    parser.feed(html)
    return parser.shown


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown = DossierText()
        self._open: list[tuple[str, str | None]] = []
        self._data: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _EMPTY:
            return
        attributes = dict(attrs)
        self._open.append((tag, attributes.get("data-span")))
        if tag == "script" and attributes.get("id") == DATA_ID:
            self._data = []

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._data is not None:
            self.shown.data, self._data = "".join(self._data), None
        for i in range(len(self._open) - 1, -1, -1):
            if self._open[i][0] == tag:
                del self._open[i:]
                return

    def handle_data(self, data: str) -> None:
        if self._data is not None:
            self._data.append(data)
            return
        for span in {span for _, span in self._open if span is not None}:
            self.shown.texts[span] = self.shown.texts.get(span, "") + data
