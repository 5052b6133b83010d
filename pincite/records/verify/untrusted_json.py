"""Reads the JSON of an exported file and reports everything in it that no export writes: others may have edited it.

It reports a field that occurs twice, because a program reads only one of the values; an invalid number; an unknown
field; and a value that differs from an export of the answer's own citations.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path

from pydantic import JsonValue, TypeAdapter, ValidationError

from pincite.evaluation.fields import json_values
from pincite.records.export.data import KIND, answer_data, digest_of
from pincite.records.export.excerpts import citations_of
from pincite.records.verify import schema_1
from pincite.records.verify.consistency import excerpts_of_record
from qa.errors import ExportedFileError
from qa.types import SCHEMA_VERSION, Answer, Citation, Timings

_SHOWN = 80  # characters of a value
_ANSWER = frozenset(f.name for f in fields(Answer)) | {"schema_version", "digest"}
_CITATION = frozenset(f.name for f in fields(Citation)) | {"link", "sentence"}
_CONVERSATION = frozenset({"schema_version", "kind", "pincite", "created", "answers", "digest"})
_TIMINGS = frozenset(f.name for f in fields(Timings))
_ADAPTER = TypeAdapter(Answer)


def read_values(text: str, path: Path) -> tuple[list[JsonValue], list[str]]:
    """Return the JSON values in `text`, in order, and the problems that parsing would hide, a line each.

    Raises `ExportedFileError` for a text that is not JSON.
    """
    problems: list[str] = []
    try:
        return list(json_values(text, _decoder(problems))), problems
    except json.JSONDecodeError as error:
        cut = "; it seems to be cut off" if error.pos >= len(text.rstrip()) - 1 else ""
        where = f"line {error.lineno}, column {error.colno}"
        raise ExportedFileError(f"{str(path)!r}, {where}: not JSON ({error.msg}){cut}; export it again") from error
    except (RecursionError, ValueError) as error:  # nested too deep; a number of thousands of digits
        raise ExportedFileError(f"{str(path)!r} holds JSON that cannot be read; export it again") from error


def _decoder(problems: list[str]) -> json.JSONDecoder:
    """Return a decoder that adds repeated fields and invalid numbers to `problems`."""

    def unique_fields(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
        value: dict[str, JsonValue] = {}
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

    return json.JSONDecoder(object_pairs_hook=unique_fields, parse_float=number, parse_constant=number)


def foreign_fields(values: Sequence[JsonValue]) -> list[str]:
    """Return what a file's data have that no export of its citations has, a line each."""
    foreign: list[str] = []
    if len(values) > 1 and any(isinstance(value, dict) and value.get("kind") == KIND for value in values):
        foreign.append("the file holds more than one exported conversation")
    for where, value in _places(values):
        if isinstance(value, dict) and "answers" in value:
            foreign += [f"{where}{problem}" for problem in _unknown(value, _CONVERSATION)]
    return foreign + [f"{name}{problem}" for name, answer in answers_in(values) for problem in _problems(answer)]


def digest_problems(values: Sequence[JsonValue]) -> list[str]:
    """Return the answers and conversations whose data do not match their checksum, a line each."""
    problems = [
        f"{name.removesuffix(': ') or 'the question'} or its answer was altered: the data do not match their checksum"
        for name, answer in answers_in(values)
        if "digest" in answer and answer["digest"] != digest_of(answer)
    ]
    for where, value in _places(values):
        if isinstance(value, dict) and (value.get("kind") == KIND or "answers" in value):
            version = value.get("schema_version", schema_1.VERSION)
            if isinstance(version, int) and version > schema_1.VERSION and value.get("digest") != digest_of(value):
                problems.append(f"{where}the conversation was altered: the data do not match their checksum")
    return problems


def _places(values: Sequence[JsonValue]) -> Iterator[tuple[str, JsonValue]]:
    """Yield each value with the words that name it, "" for a single value."""
    for number, value in enumerate(values, start=1):
        yield f"value {number}: " if len(values) > 1 else "", value


def answers_in(values: Sequence[JsonValue]) -> Iterator[tuple[str, dict[str, JsonValue]]]:
    """Yield each answer with the words that name it; `claims` raises for other values, which are skipped here."""
    for where, value in _places(values):
        listed = value["answers"] if isinstance(value, dict) and "answers" in value else value
        for number, answer in enumerate(listed if isinstance(listed, list) else [listed], start=1):
            if isinstance(answer, dict):
                yield f"{where}question {number}: " if isinstance(listed, list) else where, answer


def _problems(answer: dict[str, JsonValue]) -> Iterator[str]:
    yield from _unknown(answer, _ANSWER)
    for citation in _citations(answer):
        yield from _unknown(citation, _CITATION)
    timings = answer.get("timings")
    if isinstance(timings, dict):
        yield from _unknown(timings, _TIMINGS)
    fields_of_answer = {k: v for k, v in answer.items() if k in _ANSWER - {"schema_version", "digest"}}
    try:
        parsed = _ADAPTER.validate_python(fields_of_answer)
    except ValidationError as error:
        for problem in error.errors():
            if problem["type"] != "missing":  # an older or a shorter record lacks some fields
                yield f"{'.'.join(map(str, problem['loc'])) or 'the answer'}: {' '.join(str(problem['msg']).split())}"
        return
    yield from confidence_problems(parsed)
    yield from _differing_values(answer, json.loads(json.dumps(_data(answer, parsed))), "")


def confidence_problems(answer: Answer) -> Iterator[str]:
    """Yield a line if the confidence of an answer is not a probability."""
    if answer.confidence is not None and not 0 <= answer.confidence <= 1:
        yield f"confidence: {answer.confidence} is not a probability"


def _data(answer: Mapping[str, JsonValue], parsed: Answer) -> dict[str, JsonValue]:
    """Return the data that an export of the answer has, without its digest."""
    data = answer_data(parsed, excerpts_of_record(recorded_sentences(answer, parsed)))
    old = answer.get("schema_version", SCHEMA_VERSION) != SCHEMA_VERSION
    return {k: v for k, v in data.items() if k != "digest" and not (old and k == "schema_version")}


def recorded_sentences(answer: Mapping[str, JsonValue], parsed: Answer) -> dict[Citation, str | None]:
    """Return the sentence of each citation in the data `answer`, None where they have none."""
    values = [record.get("sentence") for record in _citations(answer)]
    sentences = [value if isinstance(value, str) and value else None for value in values]
    return dict(zip(citations_of(parsed), sentences, strict=True))


def _citations(answer: Mapping[str, JsonValue]) -> list[dict[str, JsonValue]]:
    listed = answer.get("citations")
    citations = [*(listed if isinstance(listed, list) else ()), answer.get("nearest")]
    return [record for record in citations if isinstance(record, dict)]


def _unknown(value: Mapping[str, JsonValue], known: frozenset[str]) -> Iterator[str]:
    for name in value:
        if name not in known:
            yield f"the field {_short(name)} does not belong in an export: it says {_short(value[name])}"


def _differing_values(shown: JsonValue, expected: JsonValue, where: str) -> Iterator[str]:
    """Yield a line for each value that differs, of the fields that both have."""
    if isinstance(shown, dict) and isinstance(expected, dict):
        for name in shown.keys() & expected.keys():
            yield from _differing_values(shown[name], expected[name], f"{where}.{name}".lstrip("."))
    elif isinstance(shown, list) and isinstance(expected, list) and len(shown) == len(expected):
        for i, (value, expected_value) in enumerate(zip(shown, expected, strict=True)):
            yield from _differing_values(value, expected_value, f"{where}[{i}]")
    elif shown != expected or isinstance(shown, bool) is not isinstance(expected, bool):
        yield f"{where}: the file has {_short(shown)}, its citations make {_short(expected)}"


def _short(value: JsonValue) -> str:
    text = ascii(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
