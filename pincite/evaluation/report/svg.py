"""Draws plots as SVG: a frame with two axes, and lines, bars and points. A style sheet gives the colours.

Lengths are in units of the drawing, which is `WIDTH` wide and `HEIGHT` high and scales with the page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from pincite.html.marks import escape

WIDTH, HEIGHT = 400, 290
LEFT, RIGHT, TOP, BOTTOM = 56, 386, 16, 236

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from `low` to `high`. `label`: its quantity, with the unit. `ticks`: (value, words)."""

    label: str
    low: float
    high: float
    ticks: Sequence[tuple[float, str]]

    def share(self, value: float) -> float:
        """Return the position of `value` on the axis: 0 at `low`, 1 at `high`, clipped to these."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)


def numeric_axis(
    label: str, low: float, high: float, words: Callable[[float], str], *, least_step: float = 0.0
) -> Axis:
    """Return an axis from `low` to a round number at or above `high`, with up to seven ticks at round numbers."""
    length = (high - low) or 1.0
    step = max(round_step(length), least_step)
    values = [low + i * step for i in range(math.ceil(length / step - 1e-9) + 1)]
    return Axis(label, low, values[-1], [(value, words(value)) for value in values])


def round_step(length: float) -> float:
    """Return 1, 2 or 5 times a power of ten, so that three to seven steps cover `length`."""
    power = 10.0 ** math.floor(math.log10(length))
    if length / power < 1.5:
        power /= 10
    return next(power * times for times in (1, 2, 5, 10) if length / (power * times) <= 6)


@dataclass(slots=True)
class Plot:
    """A plot to draw on, with `title` and `description` for screen readers."""

    name: str
    title: str
    description: str
    x: Axis
    y: Axis
    _parts: list[str] = field(default_factory=list)

    def at(self, x: float, y: float) -> Point:
        """Return the position on the drawing of the point (x, y) of the data."""
        return LEFT + (RIGHT - LEFT) * self.x.share(x), BOTTOM - (BOTTOM - TOP) * self.y.share(y)

    def line(self, points: Iterable[Point], css_class: str) -> None:
        """Draw a line through `points`."""
        drawn = " ".join(f"{_short(x)},{_short(y)}" for x, y in (self.at(*point) for point in points))
        self._parts.append(f'<polyline class="{css_class}" points="{drawn}"/>')

    def bar(self, left: float, right: float, bottom: float, top: float, css_class: str) -> None:
        """Draw a bar between these values of the axes, slightly narrower, to leave gaps between neighbours."""
        (x0, y0), (x1, y1) = self.at(left, bottom), self.at(right, top)
        if y0 > y1:
            gap = min(1.0, (x1 - x0) / 8)
            box = f'x="{_short(x0 + gap)}" y="{_short(y1)}" width="{_short(x1 - x0 - 2 * gap)}"'
            self._parts.append(f'<rect class="{css_class}" {box} height="{_short(y0 - y1)}"/>')

    def whisker(self, x: float, low: float, high: float) -> None:
        """Draw a vertical interval with a short bar at each end."""
        (centre, bottom), (_, top) = self.at(x, low), self.at(x, high)
        left, right, middle = _short(centre - 4), _short(centre + 4), _short(centre)
        path = f"M{left} {_short(top)}H{right}M{middle} {_short(top)}V{_short(bottom)}M{left} {_short(bottom)}H{right}"
        self._parts.append(f'<path class="whisker" d="{path}"/>')

    def dot(self, x: float, y: float, css_class: str, radius: float = 4) -> None:
        """Draw a point."""
        centre, height = self.at(x, y)
        self._parts.append(f'<circle class="{css_class}" cx="{_short(centre)}" cy="{_short(height)}" r="{radius:g}"/>')

    def upright(self, x: float, words: str, row: int = 0) -> None:
        """Draw a vertical line at `x`, with words beside it in a row counted from the top."""
        centre, _ = self.at(x, 0)
        self._parts.append(f'<path class="mark-line" d="M{_short(centre)} {BOTTOM}V{TOP}"/>')
        self._words(centre, TOP + 10 + 15 * row, words)

    def say(self, x: float, y: float, words: str, above: float = 12) -> None:
        """Write words beside the point (x, y), `above` units above it."""
        centre, height = self.at(x, y)
        self._words(centre, max(height - above, TOP + 10), words)

    def _words(self, x: float, y: float, words: str) -> None:
        """Write words to the right of `x`, or to its left in the right half of the frame."""
        to_left = x > (LEFT + RIGHT) / 2
        anchor = ' text-anchor="end"' if to_left else ""
        left = _short(x - 5 if to_left else x + 5)
        self._parts.append(f'<text class="note" x="{left}" y="{_short(y)}"{anchor}>{escape(words)}</text>')

    def render(self) -> str:
        """Return the drawing as an `<svg>` element."""
        names = f"{self.name}-title", f"{self.name}-text"
        return (
            f'<svg class="plot" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" aria-labelledby="{names[0]} {names[1]}">'
            f'<title id="{names[0]}">{escape(self.title)}</title>'
            f'<desc id="{names[1]}">{escape(self.description)}</desc>'
            f"{''.join(self._frame())}{''.join(self._parts)}</svg>"
        )

    def _frame(self) -> Iterable[str]:
        for value, words in self.y.ticks:
            _, y = self.at(self.x.low, value)
            yield f'<path class="grid" d="M{LEFT} {_short(y)}H{RIGHT}"/>'
            yield f'<text class="tick" x="{LEFT - 8}" y="{_short(y + 4)}" text-anchor="end">{escape(words)}</text>'
        yield f'<path class="axis" d="M{LEFT} {BOTTOM}H{RIGHT}"/>'
        for value, words in self.x.ticks:
            x, _ = self.at(value, self.y.low)
            yield f'<path class="axis" d="M{_short(x)} {BOTTOM}v4"/>'
            yield f'<text class="tick" x="{_short(x)}" y="{BOTTOM + 19}" text-anchor="middle">{escape(words)}</text>'
        middle, height = (LEFT + RIGHT) / 2, (TOP + BOTTOM) / 2
        beneath = f'x="{_short(middle)}" y="{HEIGHT - 12}"'
        beside = f'transform="translate(13 {_short(height)}) rotate(-90)"'
        for where, axis in ((beneath, self.x), (beside, self.y)):
            yield f'<text class="label" {where} text-anchor="middle">{escape(axis.label)}</text>'


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
