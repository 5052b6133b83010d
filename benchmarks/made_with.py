"""What each result was made with: the reader, the embedder and the versions of the loaders that its figures depend on.

A result names them under `made_with` (`pincite eval`: under `settings`), and a test holds them to what ships.
Where a result is of an earlier reader, `benchmarks.tables` says so below its table, until it is measured again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from index.embed import default_embedder
from index.load.formats import by_suffix
from qa.read import default_reader

ASKED = ("reader", "embedder")
DEPENDS: Mapping[str, tuple[str, ...]] = {
    "ablation": (),  # of readers that it trains itself; it names their data
    "bundled-article": (*ASKED, ".md"),
    "checking": (".md", ".txt"),
    "conversations": ASKED,
    "documents": (".html",),
    "embedding": ("embedder",),
    "evidence": ASKED,
    "followups": ("embedder",),
    "load": ASKED,
    "million": ASKED,
    "other-texts": ASKED,
    "overview": ("embedder",),
    "page": ASKED,
    "peers": (*ASKED, ".md"),  # each kept under its date and commit
    "power": (),  # computed
    "ratios": ASKED,
    "reader-v1.1-test": ASKED,
    "reader-v2.0-test": ASKED,
    "reading": ASKED,
    "refusals-without-article": ASKED,
    "refusals-without-paragraph": ASKED,
    "retrieval": ("embedder",),
    "scale": ("embedder",),
    "scaling": ASKED,
    "stages": ASKED,
    "stores": ASKED,
    "training": (),  # of readers on the way to the one that ships
    "update": ("embedder",),
}


def depends(name: str) -> tuple[str, ...]:
    """Return what the result `name` depends on."""
    return DEPENDS["peers" if name[:1].isdigit() else name]


def made_with(name: str) -> dict[str, str | int]:
    """Return what a result `name` that is made now is made with; a loader by its suffix, with its version."""
    return {part: _shipped(part) for part in depends(name)}


def stated(found: Mapping[str, Any]) -> dict[str, str | int]:
    """Return what a result says that it was made with."""
    settings = found.get("settings", {})
    named = {part: settings[part] for part in ASKED if part in settings}
    return {**named, **found.get("made_with", {})}


def earlier(found: Mapping[str, Any]) -> str:
    """Return a sentence where a result was made with something else than what ships; empty where it was not."""
    other = {part: value for part, value in stated(found).items() if value != _shipped(part)}
    named = [str(value) if part in ASKED else f"version {value} of what reads {part}" for part, value in other.items()]
    return f"Measured with {' and '.join(named)}, and not yet with what ships." if named else ""


def _shipped(part: str) -> str | int:
    if part in ASKED:
        return default_reader().id if part == "reader" else default_embedder().id
    known = by_suffix(part)
    if known is None:
        raise ValueError(f"{part!r} is neither one of {', '.join(ASKED)} nor the suffix of a format")
    return known.version
