"""Reads what Office files draw from data, in .xlsx, .pptx and .docx alike: charts, and diagrams (SmartArt).

A chart (ECMA-376 part 1, 21.2) keeps the values that it was drawn from, a diagram (21.4) its words and their order.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from index.load.archive import parse_xml
from index.load.headers import TableCell
from index.load.marked import added
from index.load.parsed import Composer, plain_line
from index.load.sheets.shown import shown_as
from index.types import SegmentKind

MAX_VALUES = 20_000  # of a chart
MAX_AREA = 200_000  # rows times columns of its table
MAX_LEVELS = 9  # of categories, and of a diagram's list
LONGEST_NAME, LONGEST_CODE = 100, 64  # characters of a group's name, which is repeated, and of a format
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,20})?(?:E[+-]?\d{1,2})?", re.IGNORECASE)
_PLACE = re.compile(r"\d{1,6}")
_DAY_0, _LAST_DAY = datetime(1899, 12, 30), 2_900_000  # as Office counts days
_NODES = ("doc", "node", "asst")
_OF_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


class Drawn:
    """Reads what parts of a presentation or a text show by relations. `parts`: whether each was read, by name."""

    def __init__(self, name: str, suffix: str) -> None:
        """`name`: the file's, for messages."""
        self.parts: dict[str, bool] = {}
        self._name, self._suffix = name, suffix

    def add(self, composer: Composer, element: Any, relations: Mapping[str, Any]) -> bool:
        """Append the charts and diagrams that `element` shows, each once; return whether it shows one that is read."""
        is_read = False
        for shown in element.iter("{*}chart", "{*}relIds"):
            is_chart = shown.tag.endswith("}chart")
            relation = relations.get(shown.get(_OF_OFFICE + ("id" if is_chart else "dm"), ""))
            if relation is None or relation.is_external:
                continue
            part = str(relation.target_part.partname)
            if part not in self.parts:
                root = parse_xml(self._name, relation.target_part.blob, self._suffix)
                self.parts[part] = (add_chart if is_chart else add_diagram)(composer, root)
            is_read |= self.parts[part]
        return is_read


def add_chart(composer: Composer, root: Any, sheets: Collection[str] = ()) -> bool:
    """Append a chart: its title, those of its axes, and its values as a table of categories and series.

    `sheets`: of a workbook; values that stand there are not repeated. Returns whether there is anything to read.
    """
    if sum(1 for _ in root.iter("{*}pt", "{*}ser")) > MAX_VALUES:
        return False
    titles = [
        words for title in root.iter("{*}title") if (words := plain_line(" ".join(title.itertext("{*}t", "{*}v"))))
    ]
    cells = [] if _stands_in(root, sheets) else _cells(root)
    for i, words in enumerate(titles):
        composer.add(SegmentKind.PARAGRAPH, words if i else f"{added('Chart:')} {words}")
    composer.add_table(cells)
    return bool(titles or cells or sheets)


def add_diagram(composer: Composer, root: Any) -> bool:
    """Append the words of a diagram as a list, each below what it belongs to; return whether there are any."""
    points = {p.get("modelId"): p for p in root.iter("{*}pt") if p.get("type", "node") in _NODES}
    below: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for line in root.iter("{*}cxn"):
        if line.get("type", "parOf") == "parOf" and _PLACE.fullmatch(line.get("srcOrd", "")):
            below[line.get("srcId")].append((int(line.get("srcOrd")), line.get("destId")))
    waiting = [(1, i) for i in reversed(points)]  # after what stands in the tree
    waiting += [(0, i) for i, point in points.items() if point.get("type") == "doc"]
    before = composer.length
    while waiting:
        level, i = waiting.pop()
        point = points.pop(i, None)
        if point is not None:
            words = ("".join(paragraph.itertext("{*}t")) for paragraph in point.iter("{*}p"))
            composer.add(SegmentKind.LIST_ITEM, plain_line(" ".join(words)), level=min(max(1, level), MAX_LEVELS))
            waiting += [(level + 1, other) for _, other in sorted(below[i], reverse=True)]
    return composer.length > before


def _stands_in(root: Any, sheets: Collection[str]) -> bool:
    """Return whether these sheets contain all values of a chart."""
    sources = [(source.text or "").rpartition("!")[0].strip("'").replace("''", "'") for source in root.iter("{*}f")]
    return bool(sources) and all(source in sheets for source in sources)


def _cells(root: Any) -> list[TableCell]:
    """Return a row a category, or a point of a scatter chart, and a column a series."""
    cells: list[TableCell] = []
    rows: dict[int, int] = {}
    for x, series in enumerate(root.iter("{*}ser"), start=1):
        name = next((plain_line("".join(tx.itertext("{*}v"))) for tx in series.iterchildren("{*}tx")), "")
        cells.append(TableCell(0, x, name, is_header=True))
        scattered = series.find("{*}yVal")
        labels = _labels(series.find("{*}cat" if scattered is None else "{*}xVal"))
        for place, value in _points(series.find("{*}val") if scattered is None else scattered).items():
            key = place if scattered is None else len(rows) + MAX_VALUES
            if key not in rows:
                rows[key] = len(rows) + 1
                cells.append(TableCell(rows[key], 0, labels.get(place, str(place + 1))))
            cells.append(TableCell(rows[key], x, value))
        if len(rows) * x > MAX_AREA:
            return []
    return cells if rows else []


def _labels(part: Any) -> dict[int, str]:
    """Return what the categories are called, each after what it belongs to."""
    levels = [] if part is None else part.findall(".//{*}lvl") or [part]
    labels = _points(levels[0]) if levels else {}
    for level in levels[1:MAX_LEVELS]:
        names = {place: name[:LONGEST_NAME] for place, name in _points(level).items()}
        places = sorted(names)
        for place in labels:
            if i := bisect_right(places, place):
                labels[place] = f"{names[places[i - 1]]} {labels[place]}"
    return labels


def _points(part: Any) -> dict[int, str]:
    """Return what stands at each place of a series, as its format shows it."""
    points: dict[int, str] = {}
    if part is None:
        return points
    code = next((format_code.text or "" for format_code in part.iter("{*}formatCode")), "")
    for point in part.iter("{*}pt"):
        place, value = point.get("idx", ""), plain_line(point.findtext("{*}v") or "")
        if value and _PLACE.fullmatch(place):
            points[int(place)] = _shown(value, point.get("formatCode") or code)
    return points


def _shown(value: str, code: str) -> str:
    if not _NUMBER.fullmatch(value):
        return value
    number, code = float(value), code if len(code) <= LONGEST_CODE else ""
    if re.search(r"[ymd]", re.sub(r'"[^"]*"|\[[^]]*\]|General', "", code), re.IGNORECASE) and 0 < number < _LAST_DAY:
        return shown_as(_DAY_0 + timedelta(days=number), code)
    return shown_as(number, "" if code == "General" else code)
