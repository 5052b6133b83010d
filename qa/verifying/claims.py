"""The claims that an exported file makes, read with distrust: it has been in other hands.

Read are a dossier (.html), an exported conversation (.json, .md) and what `pincite ask --json` prints, one answer or
several after another. Numbers are what they should be or an error; quotes that a dossier or a Markdown document shows
are compared with the data in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa.errors import ExportedFileError
from qa.export.data import KIND
from qa.export.excerpts import headline
from qa.export.markdown import DATA_BEGINS, DATA_ENDS, escape_markdown
from qa.types import SCHEMA_VERSION, Citation
from qa.verifying.fields import Record
from qa.verifying.shown import shown_in
from qa.verifying.types import Claim

MAX_BYTES = 100_000_000

_AND = re.compile(r"\W+|\band\b")


def read_claims(path: Path) -> list[Claim]:
    """Every citation of the file at `path`, nearest statements too, in its order.

    Raises `ExportedFileError` for a file that holds no answers, that is cut off, or that holds what cannot be one;
    `OSError` if it cannot be opened.
    """
    text = _text(path)
    start = text.lstrip()[:1]
    if start in ("{", "["):
        return _numbered(_answers(_values(text, path), path))
    if start == "<" and "<html" in text[:2000].lower():
        return _compared(text, path)
    if DATA_BEGINS in text:
        return _compared_with_markdown(text, path)
    raise ExportedFileError(
        f"{str(path)!r} holds no answers that can be checked; give a dossier (.html), a conversation exported as JSON "
        "or Markdown, whole, or what `pincite ask --json` printed"
    )


def _text(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ExportedFileError(f"{str(path)!r} has more than {MAX_BYTES} bytes; split it")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExportedFileError(f"{str(path)!r} is not UTF-8 at byte {error.start}; export it again") from error


def _values(text: str, path: Path) -> list[Any]:
    """The JSON values in `text`, which stand one after the other."""
    decoder, at, found = json.JSONDecoder(), 0, []
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        try:
            value, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            cut = "; it seems to be cut off" if error.pos >= len(text.rstrip()) - 1 else ""
            where = f"line {error.lineno}, column {error.colno}"
            raise ExportedFileError(f"{str(path)!r}, {where}: not JSON ({error.msg}){cut}; export it again") from error
        except (RecursionError, ValueError) as error:  # nested too deep; a number of thousands of digits
            raise ExportedFileError(f"{str(path)!r} holds JSON that cannot be read; export it again") from error
        found.append(value)
    return found


def _answers(values: list[Any], path: Path) -> list[Record]:
    found: list[Record] = []
    for i, value in enumerate(values):
        where = "" if len(values) == 1 else f"value {i + 1}"
        if isinstance(value, list):
            found += [Record.of(one, path, f"{where}[{n}]") for n, one in enumerate(value)]
            continue
        record = Record.of(value, path, where)
        if record.has("answers"):
            if record.optional_text("kind") not in (None, KIND):
                raise record.error("kind", f"{record.value('kind')!r} is not {KIND!r}")
            _check_version(record)
            found += record.records("answers")
        else:
            found.append(record)
    if not found:
        raise ExportedFileError(f"{str(path)!r} holds no answers; export a conversation with some")
    return found


def _check_version(record: Record) -> None:
    version = record.whole_number("schema_version") if record.has("schema_version") else SCHEMA_VERSION
    if version > SCHEMA_VERSION:
        raise record.error("schema_version", f"{version} is newer than {SCHEMA_VERSION}; update Pincite to check it")


def _numbered(answers: list[Record]) -> list[Claim]:
    claims: list[Claim] = []
    for answer in answers:
        claims += _claims(answer, len(claims) + 1)
    return claims


def _claims(answer: Record, first: int) -> Iterator[Claim]:
    _check_version(answer)
    question, status = answer.text("question"), answer.text("status")
    cited = answer.records("citations")
    if (status == "answered") is not bool(cited):
        raise answer.error("status", f"{status!r}, but there are {len(cited)} citations")
    nearest = answer.record("nearest")
    for number, record in enumerate([*cited, nearest] if nearest is not None else cited, start=first):
        citation = _citation(record)
        sentence = record.optional_text("sentence")
        problem = _contradiction(citation, sentence)
        if number == first and cited and problem is None:
            problem = _foreign_words(answer.text("text"), [one.text("quote") for one in cited])
        yield Claim(number, question, citation, sentence, problem)


def _citation(record: Record) -> Citation:
    start, end = record.whole_number("start"), record.whole_number("end")
    if start >= end:
        raise record.error("end", f"{end} is not after the start, {start}")
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
    )


def _contradiction(citation: Citation, sentence: str | None) -> str | None:
    if len(citation.quote) != citation.end - citation.start:
        return f"the file's quote has {len(citation.quote)} characters, its offsets {citation.end - citation.start}"
    if sentence is None:
        return None
    inside = sentence[citation.start - citation.sentence_start : citation.end - citation.sentence_start]
    if inside != citation.quote or len(sentence) != citation.sentence_end - citation.sentence_start:
        return "the file's sentence does not hold its quote where the offsets say"
    return None


def _foreign_words(text: str, quotes: list[str]) -> str | None:
    """That the answer says more than it quotes, or None."""
    left = text
    for quote in sorted(quotes, key=len, reverse=True):
        left = left.replace(quote, " ")
    return f"the file's answer, {text[:80]!r}, is not what it quotes" if _AND.sub("", left) else None


def _compared(text: str, path: Path) -> list[Claim]:
    """The claims of a dossier, with what it shows for each."""
    page = shown_in(text)
    if page.data is None:
        raise ExportedFileError(f"{str(path)!r} is no dossier, or is cut off: its data are missing; export it again")
    answers = _answers(_values(page.data, path), path)
    claims = []
    for claim in _numbered(answers):
        shown = page.texts.get(f"quote-{claim.number}", "")
        claims.append(_held_to(claim, _bare(shown) == _bare(claim.citation.quote), shown))
    firsts = _first_numbers(answers)
    for number, answer in enumerate(answers, start=1):
        shown = page.texts.get(f"answer-{number}", "")
        quotes = [_bare(one.text("quote")) for one in answer.records("citations")]
        if quotes and (not shown.strip() or _foreign_words(_bare(shown), quotes) is not None):
            at = firsts[number - 1] - 1
            claims[at] = _held_to(claims[at], False, shown)
    return claims


def _first_numbers(answers: list[Record]) -> list[int]:
    """The number of the first citation of each answer."""
    numbers, number = [], 1
    for answer in answers:
        numbers.append(number)
        number += len(answer.records("citations")) + (answer.record("nearest") is not None)
    return numbers


def _compared_with_markdown(text: str, path: Path) -> list[Claim]:
    shown, _, rest = text.rpartition(DATA_BEGINS)
    data, ended, _ = rest.partition(DATA_ENDS)
    if not ended:
        raise ExportedFileError(f"{str(path)!r} is cut off: its data do not end; export it again")
    answers = _answers(_values(data, path), path)
    lines, words = {line.strip() for line in shown.splitlines()}, " ".join(shown.split())
    claims = [_held_to(claim, escape_markdown(claim.citation.quote) in words, "") for claim in _numbered(answers)]
    for first, answer in zip(_first_numbers(answers), answers, strict=True):
        quotes = [one.text("quote") for one in answer.records("citations")]
        if quotes:
            claims[first - 1] = _held_to(claims[first - 1], f"**{escape_markdown(headline(quotes))}**" in lines, "")
    return claims


def _held_to(claim: Claim, agrees: bool, shown: str) -> Claim:
    if agrees or claim.problem is not None:
        return claim
    words = f"shows {' '.join(shown.split())[:80]!r}" if shown.strip() else "does not show the quote"
    return _with_problem(claim, f"the file {words}, its data have {claim.citation.quote[:80]!r}")


def _with_problem(claim: Claim, problem: str) -> Claim:
    return Claim(claim.number, claim.question, claim.citation, claim.sentence, problem)


def _bare(text: str) -> str:
    return " ".join(text.replace("\0", "\u2400").split())
