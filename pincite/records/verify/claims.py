"""Reads the claims that an exported file makes, with distrust: it has been in other hands.

It reads a dossier (.html), an exported conversation (.json, .md) and what `pincite ask --json` prints, one answer or
several after another. Numbers are valid or an error; what a dossier or a Markdown document shows is compared with the
data in it (`consistency`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pincite.evaluation.fields import JsonRecord
from pincite.records.export.data import KIND
from pincite.records.export.markdown import DATA_BEGINS, DATA_ENDS
from pincite.records.verify.consistency import ClaimedAnswer, foreign_words, held_to_dossier, held_to_markdown, shown_in
from pincite.records.verify.re_export import shown_otherwise, unsealed
from pincite.records.verify.types import Claim
from pincite.records.verify.untrusted_json import foreign_fields, read_values
from qa.errors import ExportedFileError
from qa.rendering import WIDE
from qa.types import SCHEMA_VERSION, Citation, Status

MAX_BYTES = 100_000_000


def read_claims(path: Path) -> tuple[list[Claim], list[str]]:
    """Read every citation of the file at `path`, nearest statements too, in order; and the problems of the whole file.

    Raises `ExportedFileError` for a file that cannot be opened, that holds no answers, that is cut off, or that holds
    what cannot be one.
    """
    text = _text(path)
    start = text.lstrip()[:1]
    if start in ("{", "["):
        values, problems = read_values(text, path)
        claims = [claim for asked in _asked(values, path) for claim in asked.claims]
        return claims, [*problems, *unsealed(values), *foreign_fields(values)]
    if start == "<" and "<html" in text[:2000].lower():
        return _of_dossier(text, path)
    if DATA_BEGINS in text:
        return _of_markdown(text, path)
    raise ExportedFileError(
        f"{str(path)!r} holds no answers that can be checked; give a dossier (.html), a conversation exported as JSON "
        "or Markdown, whole, or what `pincite ask --json` printed"
    )


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ExportedFileError(f"cannot read {str(path)!r} ({error.strerror}); check the path") from error
    if len(data) > MAX_BYTES:
        raise ExportedFileError(f"{str(path)!r} has more than {MAX_BYTES} bytes; split it")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExportedFileError(f"{str(path)!r} is not UTF-8 at byte {error.start}; export it again") from error


def _answers(values: list[Any], path: Path) -> list[JsonRecord]:
    records: list[JsonRecord] = []
    for i, value in enumerate(values):
        where = "" if len(values) == 1 else f"value {i + 1}"
        if isinstance(value, list):
            records += [_record(entry, path, f"{where}[{n}]") for n, entry in enumerate(value)]
            continue
        record = _record(value, path, where)
        if record.has("answers"):
            if record.optional_text("kind") not in (None, KIND):
                raise record.error("kind", f"{record.value('kind')!r} is not {KIND!r}")
            _check_version(record)
            records += record.records("answers")
        else:
            records.append(record)
    if not records:
        raise ExportedFileError(f"{str(path)!r} holds no answers; export a conversation with some")
    return records


def _record(value: Any, path: Path, where: str) -> JsonRecord:
    return JsonRecord.of(
        value, repr(str(path)), where, lambda problem: ExportedFileError(f"{problem}; export it again")
    )


def _check_version(record: JsonRecord) -> None:
    version = record.whole_number("schema_version") if record.has("schema_version") else SCHEMA_VERSION
    if version > SCHEMA_VERSION:
        raise ExportedFileError(
            f"{record}: schema version {version} is newer than {SCHEMA_VERSION}; update Pincite to check it"
        )


def _of_dossier(text: str, path: Path) -> tuple[list[Claim], list[str]]:
    page = shown_in(text)
    if page.data is None:
        raise ExportedFileError(f"{str(path)!r} is not a dossier, or is cut off: its data are missing; export it again")
    values, problems = read_values(page.data, path)
    claims = held_to_dossier(_asked(values, path), page)
    return claims, [*problems, *unsealed(values), *shown_otherwise(text, values, str(path), html=True)]


def _of_markdown(text: str, path: Path) -> tuple[list[Claim], list[str]]:
    shown, _, rest = text.rpartition(DATA_BEGINS)
    data, ended, _ = rest.partition(DATA_ENDS)
    if not ended:
        raise ExportedFileError(f"{str(path)!r} is cut off: its data do not end; export it again")
    values, problems = read_values(data, path)
    claims = held_to_markdown(_asked(values, path), shown)
    return claims, [*problems, *unsealed(values), *shown_otherwise(text, values, str(path), html=False)]


def _asked(values: list[Any], path: Path) -> list[ClaimedAnswer]:
    """Return the questions in JSON values, with the claims of their answers, numbered through."""
    answers: list[ClaimedAnswer] = []
    number = 1
    for answer in _answers(values, path):
        claims = tuple(_claims(answer, number))
        shown = answer.text("status") == Status.ANSWERED and answer.value("form") not in WIDE
        quotes = tuple(record.text("quote") for record in answer.records("citations")) if shown else ()
        answers.append(ClaimedAnswer(answer.text("question"), claims, quotes))
        number += len(claims)
    return answers


def _claims(answer: JsonRecord, first: int) -> Iterator[Claim]:
    _check_version(answer)
    question, status = answer.text("question"), answer.text("status")
    cited = answer.records("citations")
    if status != Status.REPLIED and (status == Status.ANSWERED) is not bool(cited):
        raise answer.error("status", f"{status!r}, but there are {len(cited)} citations")
    nearest = answer.record("nearest")
    for number, record in enumerate([*cited, nearest] if nearest is not None else cited, start=first):
        citation = _citation(record)
        sentence = record.optional_text("sentence")
        problem = _contradiction(citation, sentence)
        if number == first and status == Status.ANSWERED and problem is None:
            text = answer.text("text")
            if foreign_words(text, [cited_record.text("quote") for cited_record in cited]):
                problem = f"the file's answer, {text[:80]!r}, is not what it quotes"
        yield Claim(number, question, citation, sentence, problem)


def _citation(record: JsonRecord) -> Citation:
    start, end = record.whole_number("start"), record.whole_number("end")
    if start >= end:
        raise record.error("end", f"{end} is not after the start, {start}")
    focus = _focus(record, start, end)
    return Citation(
        document_id=record.text("document_id"),
        source=record.text("source"),
        start=start,
        end=end,
        quote=record.text("quote"),
        sentence_start=min(start, record.whole_number("sentence_start", default=start)),
        sentence_end=max(end, record.whole_number("sentence_end", default=end)),
        page=record.whole_number("page") if record.value("page") is not None else None,
        prefix=record.optional_text("prefix") or "",
        suffix=record.optional_text("suffix") or "",
        document_sha256=record.text("document_sha256"),
        heading=record.optional_text("heading"),
        added=tuple(_added(record, start, end)),
        file_sha256=record.optional_text("file_sha256"),
        part=record.optional_text("part"),
        focus_start=focus[0],
        focus_end=focus[1],
        where=tuple(_where(record)),
        boxes=tuple(_boxes(record)),
    )


def _focus(record: JsonRecord, start: int, end: int) -> tuple[int, int] | tuple[None, None]:
    """Return the words that matter most, which stand in the quote at `[start, end)`."""
    if record.value("focus_start") is None and record.value("focus_end") is None:
        return None, None
    first, last = record.whole_number("focus_start"), record.whole_number("focus_end")
    if not start <= first < last <= end:
        raise record.error("focus_start", f"{first} to {last} is not part of the quote, {start} to {end}")
    return first, last


def _where(record: JsonRecord) -> Iterator[tuple[str, str]]:
    """Yield where it stands besides page and heading: pairs of a kind of place and its name."""
    for pair in record.value("where") or ():
        match pair:
            case [str(kind), str(name)]:
                yield kind, name
            case _:
                raise record.error("where", f"{ascii(pair)[:60]} is not a pair of a kind of place and its name")


def _boxes(record: JsonRecord) -> Iterator[tuple[int, float, float, float, float]]:
    """Yield where recognised words stand in their picture: page, left, top, right and bottom."""
    for box in record.value("boxes") or ():
        match box:
            case [int(page), *edges] if len(edges) == 4 and all(isinstance(edge, int | float) for edge in edges):
                x0, y0, x1, y1 = map(float, edges)
                yield page, x0, y0, x1, y1
            case _:
                raise record.error("boxes", f"{ascii(box)[:60]} is not a page with left, top, right and bottom")


def _added(record: JsonRecord, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the characters that a loader put in, which stand in the quote at `[start, end)`."""
    for pair in record.value("added") or ():
        match pair:
            case [int(first), int(last)] if start <= first < last <= end:
                yield first, last
            case _:
                raise record.error("added", f"{ascii(pair)[:60]} is not part of the quote, {start} to {end}")


def _contradiction(citation: Citation, sentence: str | None) -> str | None:
    if len(citation.quote) != citation.end - citation.start:
        return f"the file's quote has {len(citation.quote)} characters, its offsets {citation.end - citation.start}"
    if sentence is None:
        return None
    inside = sentence[citation.start - citation.sentence_start : citation.end - citation.sentence_start]
    if inside != citation.quote or len(sentence) != citation.sentence_end - citation.sentence_start:
        return "the file's sentence does not hold its quote where the offsets say"
    return None
