"""Reads the JSON of an exported file with distrust: a person sees in it what a program reads, and no more.

A field that stands twice shows one value and means the other; a number that is none, a field that no answer has, and a
value that the answer's own citations do not make are words that nothing bears out.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from pincite.records.export.data import KIND, answer_data
from pincite.records.export.excerpts import citations_of
from pincite.records.verify.consistency import recorded
from qa.errors import ExportedFileError
from qa.types import SCHEMA_VERSION, Answer, Citation, Timings

_SHOWN = 80  # characters of a value
_ANSWER = frozenset(f.name for f in fields(Answer)) | {"schema_version", "digest"}
_CITATION = frozenset(f.name for f in fields(Citation)) | {"link", "sentence"}
_CONVERSATION = frozenset({"schema_version", "kind", "pincite", "created", "answers", "digest"})
_TIMINGS = frozenset(f.name for f in fields(Timings))
_ADAPTER = TypeAdapter(Answer)


def read_values(text: str, path: Path) -> tuple[list[Any], list[str]]:
    """Return the JSON values in `text`, one after the other, and what no exported file has in them, a line each.

    Raises `ExportedFileError` for what is no JSON.
    """
    problems: list[str] = []
    decoder, at, values = _decoder(problems), 0, []
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
        values.append(value)
    return values, problems


def _decoder(problems: list[str]) -> json.JSONDecoder:
    """Return a decoder that adds to `problems` what it would pass over."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for name, member in pairs:
            if name in value:
                problems.append(f"the field {_short(name)} occurs twice: {_short(value[name])} and {_short(member)}")
            value[name] = member
        return value

    def number(digits: str) -> float:
        value = float(digits)
        if not math.isfinite(value):
            problems.append(f"the data have {digits[:_SHOWN]}, which is not a number")
        return value

    return json.JSONDecoder(object_pairs_hook=once, parse_float=number, parse_constant=number)


def foreign_fields(values: Sequence[Any]) -> list[str]:
    """Return what the data of a file say that no export says of these citations, a line each."""
    foreign_fields: list[str] = []
    if len(values) > 1 and any(isinstance(value, dict) and value.get("kind") == KIND for value in values):
        foreign_fields.append("the file holds more than one exported conversation")
    for i, value in enumerate(values):
        where = f"value {i + 1}: " if len(values) > 1 else ""
        for name, answer in _answers(value, foreign_fields, where):
            foreign_fields += [f"{name}{problem}" for problem in _problems(answer)]
    return foreign_fields


def _answers(value: Any, problems: list[str], where: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and "answers" in value:
        problems += [f"{where}{problem}" for problem in _unknown(value, _CONVERSATION)]
        value = value["answers"]
    elif not isinstance(value, list):
        yield where, value
        return
    for number, answer in enumerate(value if isinstance(value, list) else (), start=1):
        yield f"{where}question {number}: ", answer


def _problems(answer: Any) -> Iterator[str]:
    if not isinstance(answer, dict):
        return  # which is said elsewhere, as an error
    yield from _unknown(answer, _ANSWER)
    for citation in _citations(answer):
        yield from _unknown(citation, _CITATION)
    timings = answer.get("timings")
    if isinstance(timings, dict):
        yield from _unknown(timings, _TIMINGS)
    fields_of_answer = {k: v for k, v in answer.items() if k in _ANSWER - {"schema_version", "digest"}}
    try:
        made = _ADAPTER.validate_python(fields_of_answer)
    except ValidationError as error:
        for problem in error.errors():
            if problem["type"] != "missing":  # an older or a shorter record lacks some fields
                yield f"{'.'.join(map(str, problem['loc'])) or 'the answer'}: {' '.join(str(problem['msg']).split())}"
        return
    yield from no_probability(made)
    yield from _otherwise(answer, json.loads(json.dumps(_data(answer, made))), "")


def no_probability(answer: Answer) -> Iterator[str]:
    """Yield whether the confidence of an answer is none, in a line."""
    if answer.confidence is not None and not 0 <= answer.confidence <= 1:
        yield f"confidence: {answer.confidence} is not a probability"


def _data(answer: Mapping[str, Any], made: Answer) -> dict[str, Any]:
    """Return what an export makes of the answer, its digest apart."""
    data = answer_data(made, recorded(recorded_sentences(answer, made)))
    old = answer.get("schema_version", SCHEMA_VERSION) != SCHEMA_VERSION
    return {k: v for k, v in data.items() if k != "digest" and not (old and k == "schema_version")}


def recorded_sentences(answer: Mapping[str, Any], made: Answer) -> dict[Citation, str | None]:
    """Return the sentence of each citation, as the data `answer` keep it, None where they do not."""
    records = zip(citations_of(made), _citations(answer), strict=True)
    return {citation: record.get("sentence") or None for citation, record in records}


def _citations(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    listed = answer.get("citations")
    citations = [*(listed if isinstance(listed, list) else ()), answer.get("nearest")]
    return [record for record in citations if isinstance(record, dict)]


def _unknown(value: Mapping[str, Any], known: frozenset[str]) -> Iterator[str]:
    for name in value:
        if name not in known:
            yield f"the field {_short(name)} does not belong in an export: it says {_short(value[name])}"


def _otherwise(shown: Any, made: Any, where: str) -> Iterator[str]:
    """Yield the values that differ, of the fields that both have."""
    if isinstance(shown, dict) and isinstance(made, dict):
        for name in shown.keys() & made.keys():
            yield from _otherwise(shown[name], made[name], f"{where}.{name}".lstrip("."))
    elif isinstance(shown, list) and isinstance(made, list) and len(shown) == len(made):
        for i, (here, there) in enumerate(zip(shown, made, strict=True)):
            yield from _otherwise(here, there, f"{where}[{i}]")
    elif shown != made or isinstance(shown, bool) is not isinstance(made, bool):
        yield f"{where}: the file has {_short(shown)}, its citations make {_short(made)}"


def _short(value: Any) -> str:
    text = ascii(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
