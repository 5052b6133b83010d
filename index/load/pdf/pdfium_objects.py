"""Reads what stands on a PDF's page beside its text: rules, dots, pictures, and annotations with their values.

Loaded by path by `pdfium.py`, in its process; it imports nothing of ours.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

MAX_OBJECTS = 20_000  # of a page that are looked at
MAX_SHAPES = 5_000  # of a page that are kept
MAX_PICTURES = 50  # of a page whose places are kept
MAX_SEGMENTS = 400  # of a path that may be a grid; longer ones are drawings
MAX_DEEP = 4  # forms in forms
MAX_ATTACHED, MAX_NAME = 1_000, 500  # files in the file; characters of a name
MAX_OPTIONS = 1_000  # of a list to choose from
MAX_VALUE = 20_000  # characters of a field's value

DOT, ACROSS, DOWN = "dot", "across", "down"
_THIN = 2.5  # points across a rule, at most
_DOT = (1.0, 12.0)  # points across a dot, at least and at most
_LARGE = 0.03  # share of the page that a picture has at least to be counted

_PATH, _IMAGE, _FORM = 2, 3, 5
_LINE, _MOVE = 0, 2  # FPDF_SEGMENT_
_HIDDEN = 2 | 32  # FPDF_ANNOT_FLAG_HIDDEN, NOVIEW
_WIDGET, _FREE_TEXT, _NO_REMARKS = 20, 3, (2, 16, 20, 3)  # links and popups hold no words of their own
_CHECK, _RADIO, _COMBO, _LIST, _TEXT = 2, 3, 4, 5, 6
_PASSWORD = 1 << 13

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
Map = Callable[[float, float], tuple[float, float]]
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Objects:
    """`shapes`: [kind, x0, y0, x1, y1]; `picture`: the largest share of the page that one covers; `pictures`: how many.

    `placed`: the boxes of these, as many as are kept; `fields`: [x0, y0, x1, y1, text]; `remarks`: what reviewers wrote
    beside the text.
    """

    def __init__(self, raw: Any, page: Any, form: Any, place: Map, area: float) -> None:
        self._raw, self._place, self._area = raw, place, max(area, 1.0)
        self.shapes: list[list[Any]] = []
        self.picture, self.pictures = 0.0, 0
        self.placed: list[list[float]] = []
        self.fields: list[list[Any]] = []
        self.remarks: list[str] = []
        self._left = MAX_OBJECTS
        count = raw.FPDFPage_CountObjects(page)
        self._look(count, lambda i: raw.FPDFPage_GetObject(page, i), _SAME, 0)
        for i in range(min(raw.FPDFPage_GetAnnotCount(page), MAX_OBJECTS)):
            annotation = raw.FPDFPage_GetAnnot(page, i)
            if annotation:
                self._annotation(annotation, form)
                raw.FPDFPage_CloseAnnot(annotation)

    def _look(self, count: int, get: Callable[[int], Any], matrix: Matrix, depth: int) -> None:
        raw = self._raw
        for i in range(count):
            self._left -= 1
            if self._left < 0:
                return
            item = get(i)
            kind = raw.FPDFPageObj_GetType(item)
            if kind == _FORM and depth < MAX_DEEP:
                inner = _times(self._matrix(item), matrix)
                self._look(
                    raw.FPDFFormObj_CountObjects(item), partial(raw.FPDFFormObj_GetObject, item), inner, depth + 1
                )
            elif kind == _IMAGE:
                x0, y0, x1, y1 = self._bounds(item, matrix)
                share = (x1 - x0) * (y1 - y0) / self._area
                self.picture = max(self.picture, min(share, 1.0))
                self.pictures += share >= _LARGE
                if share >= _LARGE and len(self.placed) < MAX_PICTURES and all(map(math.isfinite, (x0, y0, x1, y1))):
                    self.placed.append([round(edge, 2) for edge in (x0, y0, x1, y1)])
            elif kind == _PATH and len(self.shapes) < MAX_SHAPES:
                self._path(item, matrix)

    def _matrix(self, item: Any) -> Matrix:
        matrix = self._raw.FS_MATRIX()
        self._raw.FPDFPageObj_GetMatrix(item, matrix)
        return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f

    def _bounds(self, item: Any, matrix: Matrix) -> Box:
        edges = [ctypes.c_float() for _ in range(4)]
        self._raw.FPDFPageObj_GetBounds(item, *edges)
        left, bottom, right, top = (edge.value for edge in edges)
        return self._box([(left, bottom), (right, bottom), (left, top), (right, top)], matrix)

    def _box(self, points: list[tuple[float, float]], matrix: Matrix) -> Box:
        placed = [self._place(*_applied(matrix, x, y)) for x, y in points]
        xs, ys = zip(*placed, strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    def _path(self, item: Any, matrix: Matrix) -> None:
        raw = self._raw
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(item, fill, stroke)
        if not (stroke.value or (fill.value and not self._is_white(item))):
            return
        box = self._bounds(item, matrix)
        width, height = box[2] - box[0], box[3] - box[1]
        if min(width, height) <= _THIN and max(width, height) > 2 * _THIN:
            self._rule(box)
        elif all(_DOT[0] <= side <= _DOT[1] for side in (width, height)) and 0.4 < width / height < 2.5:
            self._keep(DOT, box)
        elif raw.FPDFPath_CountSegments(item) <= MAX_SEGMENTS:
            for a, b in self._lines(item, _times(self._matrix(item), matrix)):
                self._rule((min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])))

    def _is_white(self, item: Any) -> bool:
        colour = [ctypes.c_uint() for _ in range(4)]
        self._raw.FPDFPageObj_GetFillColor(item, *colour)
        return all(part.value >= 0xFE for part in colour[:3]) or colour[3].value == 0

    def _lines(self, item: Any, matrix: Matrix) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
        """Yield the straight pieces of a path, those that close it too."""
        raw = self._raw
        start = before = (0.0, 0.0)
        for i in range(raw.FPDFPath_CountSegments(item)):
            segment = raw.FPDFPath_GetPathSegment(item, i)
            x, y = ctypes.c_float(), ctypes.c_float()
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            point = self._place(*_applied(matrix, x.value, y.value))
            kind = raw.FPDFPathSegment_GetType(segment)
            if kind == _MOVE:
                start = point
            elif kind == _LINE:
                yield before, point
            if raw.FPDFPathSegment_GetClose(segment):
                yield point, start
            before = point

    def _rule(self, box: Box) -> None:
        width, height = box[2] - box[0], box[3] - box[1]
        if height <= _THIN < width:
            self._keep(ACROSS, box)
        elif width <= _THIN < height:
            self._keep(DOWN, box)

    def _keep(self, kind: str, box: Box) -> None:
        if len(self.shapes) < MAX_SHAPES and all(map(math.isfinite, box)):
            self.shapes.append([kind, *(round(edge, 2) for edge in box)])

    def _annotation(self, annotation: Any, form: Any) -> None:
        raw = self._raw
        if raw.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
            return
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        if kind == _WIDGET and form is not None:
            text = self._value(annotation, form)
        else:
            text = _string(partial(raw.FPDFAnnot_GetStringValue, annotation, b"Contents"))
            if kind not in _NO_REMARKS and text.strip():
                self.remarks.append(text)
            if kind != _FREE_TEXT:
                return
        rect = raw.FS_RECTF()
        raw.FPDFAnnot_GetRect(annotation, rect)
        box = self._box([(rect.left, rect.bottom), (rect.right, rect.top)], _SAME)
        if text.strip() and all(map(math.isfinite, box)) and len(self.fields) < MAX_SHAPES:
            self.fields.append([*(round(edge, 2) for edge in box), text])

    def _value(self, annotation: Any, form: Any) -> str:
        raw = self._raw
        kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
        if kind in (_CHECK, _RADIO):
            state = _string(partial(raw.FPDFAnnot_GetStringValue, annotation, b"AS"))
            return "\u2610" if state in ("", "Off") else "\u2612"
        if kind not in (_COMBO, _LIST, _TEXT) or raw.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD:
            return ""
        if kind == _LIST and (chosen := self._chosen(annotation, form)):
            return chosen
        return _string(partial(raw.FPDFAnnot_GetFormFieldValue, form, annotation))

    def _chosen(self, annotation: Any, form: Any) -> str:
        """Return what is chosen of a list that more than one may be chosen of."""
        raw = self._raw
        count = min(raw.FPDFAnnot_GetOptionCount(form, annotation), MAX_OPTIONS)
        chosen = [i for i in range(count) if raw.FPDFAnnot_IsOptionSelected(form, annotation, i)]
        labels = (_string(partial(raw.FPDFAnnot_GetOptionLabel, form, annotation, i)) for i in chosen)
        return ", ".join(label for label in labels if label)[:MAX_VALUE]


def _string(call: Callable[[Any, int], int], most: int = MAX_VALUE) -> str:
    """Return what a function of PDFium writes, `most` characters at most."""
    size = min(call(None, 0), 2 * most)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    call(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw.decode("utf-16-le", "ignore").rstrip("\0")


def attached(raw: Any, document: Any) -> list[str]:
    """Return the names of the files inside the document."""
    count = min(raw.FPDFDoc_GetAttachmentCount(document), MAX_ATTACHED)
    attachments = (raw.FPDFDoc_GetAttachment(document, i) for i in range(count))
    return [_string(partial(raw.FPDFAttachment_GetName, attachment), MAX_NAME) for attachment in attachments]


def _applied(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _times(first: Matrix, then: Matrix) -> Matrix:
    """Return the matrix that applies `first`, and `then` the other."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u
