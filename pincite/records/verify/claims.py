"""Reads the citations of an exported file, and checks every value, because others may have edited the file.

It reads a dossier (.html), an exported conversation (.json, .md), and the output of `pincite ask --json`, one or
several answers. An invalid number is an error. The visible text of a dossier or a Markdown document is compared with
the data in it (`consistency`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path

from pydantic import JsonValue, TypeAdapter, ValidationError

from index.bounded import read_bounded
from pincite.evaluation.fields import JsonRecord
from pincite.records.export.data import KIND
from pincite.records.export.markdown import DATA_BEGINS, DATA_ENDS
from pincite.records.verify.consistency import ClaimedAnswer, DossierText, compare_with_dossier, compare_with_markdown
from pincite.records.verify.re_export import re_export
from pincite.records.verify.types import Claim
from pincite.records.verify.untrusted_json import digest_problems, foreign_fields, read_values
from qa.errors import ExportedFileError
from qa.rendering import WIDE
from qa.types import SCHEMA_VERSION, Citation, Status

MAX_BYTES = 100_000_000
_BETWEEN = re.compile(r"[\s;,…]+|\band\b")  # between several quotes
_CITATION = TypeAdapter(Citation)
_FIELDS = frozenset(field.name for field in fields(Citation))


def read_claims(path: Path) -> tuple[list[Claim], list[str]]:
    """Return all citations of the file at `path` in order, nearest statements included, and problems of the whole file.

    Raises `ExportedFileError` for a file that cannot be opened, has no answers, is cut off, or has an invalid answer.
    """
    text = _text(path)
    start = text.lstrip()[:1]
    if start in ("{", "["):
        values, problems = read_values(text, path)
        claims = [claim for asked in _asked(values, path) for claim in asked.claims]
        return claims, [*problems, *digest_problems(values), *foreign_fields(values)]
    if start == "<" and "<html" in text[:2000].lower():
        return _of_dossier(text, path)
    if DATA_BEGINS in text:
        return _of_markdown(text, path)
    raise ExportedFileError(
        f"{str(path)!r} holds no answers that can be checked; give a dossier (.html), a conversation exported as JSON "
        "or Markdown, complete, or the output of `pincite ask --json`"
    )


def _text(path: Path) -> str:
    data = read_bounded(path, MAX_BYTES, ExportedFileError, repr(str(path)), "check the path", "split it")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExportedFileError(f"{str(path)!r} is not UTF-8 at byte {error.start}; export it again") from error


def _answers(values: list[JsonValue], path: Path) -> list[JsonRecord]:
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


def _record(value: JsonValue, path: Path, where: str) -> JsonRecord:
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
    page = DossierText(text)
    if page.data is None:
        raise ExportedFileError(f"{str(path)!r} is not a dossier, or is cut off: its data are missing; export it again")
    values, problems = read_values(page.data, path)
    asked = _asked(values, path)
    expected, differences = re_export(text, values, str(path), html=True)
    claims = compare_with_dossier(asked, page, page if expected is None else DossierText(expected))
    return claims, [*problems, *digest_problems(values), *differences]


def _of_markdown(text: str, path: Path) -> tuple[list[Claim], list[str]]:
    shown, _, rest = text.rpartition(DATA_BEGINS)
    data, ended, _ = rest.partition(DATA_ENDS)
    if not ended:
        raise ExportedFileError(f"{str(path)!r} is cut off: its data do not end; export it again")
    values, problems = read_values(data, path)
    claims = compare_with_markdown(_asked(values, path), shown)
    return claims, [*problems, *digest_problems(values), *re_export(text, values, str(path), html=False)[1]]


def _asked(values: list[JsonValue], path: Path) -> list[ClaimedAnswer]:
    """Return the questions in JSON values with the claims of their answers, numbered through the file."""
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
            if _foreign_words(text, [cited_record.text("quote") for cited_record in cited]):
                problem = f"the file's answer, {text[:80]!r}, is not what it quotes"
        yield Claim(number, question, citation, sentence, problem)


def _citation(record: JsonRecord) -> Citation:
    """Return the checked citation in `record`, with defaults for fields that older or shorter records lack."""
    for name in ("document_id", "source", "quote", "document_sha256"):
        record.text(name)
    for name in ("prefix", "suffix", "heading", "file_sha256", "part"):
        record.optional_text(name)
    own = {name: value for name, value in record.fields.items() if name in _FIELDS and value is not None}
    defaults = {"sentence_start": own.get("start"), "sentence_end": own.get("end"), "page": None}
    try:
        c = _CITATION.validate_json(json.dumps(defaults | {"prefix": "", "suffix": ""} | own), strict=True)
    except ValidationError as error:
        problem = error.errors()[0]
        raise record.error(str(next(iter(problem["loc"]), "where")), problem["msg"]) from error
    for name in ("start", "end", "sentence_start", "sentence_end", "page", "focus_start", "focus_end"):
        if own.get(name) is not None:
            record.whole_number(name)
    if c.start >= c.end:
        raise record.error("end", f"{c.end} is not after the start, {c.start}")
    parts: dict[str, Sequence[tuple[int | None, int | None]]] = {"added": c.added}
    if c.focus_start is not None or c.focus_end is not None:
        parts["focus_start"] = [(c.focus_start, c.focus_end)]
    for name, spans in parts.items():
        for first, last in spans:
            if first is None or last is None or not c.start <= first < last <= c.end:
                raise record.error(name, f"{first} to {last} is not part of the quote, {c.start} to {c.end}")
    return replace(c, sentence_start=min(c.start, c.sentence_start), sentence_end=max(c.end, c.sentence_end))


def _contradiction(citation: Citation, sentence: str | None) -> str | None:
    if len(citation.quote) != citation.end - citation.start:
        return f"the file's quote has {len(citation.quote)} characters, its offsets {citation.end - citation.start}"
    if sentence is None:
        return None
    inside = sentence[citation.start - citation.sentence_start : citation.end - citation.sentence_start]
    if inside != citation.quote or len(sentence) != citation.sentence_end - citation.sentence_start:
        return "the file's sentence does not hold its quote where the offsets say"
    return None


def _foreign_words(text: str, quotes: Collection[str]) -> bool:
    """Return whether an answer has words outside its quotes."""
    left = " ".join(text.split())
    for quote in sorted({" ".join(quote.split()) for quote in quotes}, key=len, reverse=True):
        left = left.replace(quote, " ")
    return bool((_BETWEEN.sub("", left) if len(quotes) > 1 else left).strip())
