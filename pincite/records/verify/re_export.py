"""Checks everything that a file shows: exports its data again, and compares the two files.

This finds every change that a person could see, or that could change what they see: added or hidden elements, styles,
scripts, comments, doubled attributes, headings, confidences, the list of documents, look-alike and invisible letters.
Only line endings and white space at line ends, which no reader sees, may differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from difflib import SequenceMatcher

from pydantic import JsonValue, TypeAdapter, ValidationError

from pincite.records.export.data import KIND
from pincite.records.export.dossier import dossier_html
from pincite.records.export.markdown import conversation_markdown
from pincite.records.verify import schema_1
from pincite.records.verify.cited_passage import shared_length
from pincite.records.verify.consistency import excerpts_of_record
from pincite.records.verify.untrusted_json import answers_in, confidence_problems, recorded_sentences
from qa.errors import ExportedFileError
from qa.types import Answer, Citation

MOST_NAMED = 5  # differences
_SHOWN = 100  # characters of each
_LONGEST_COMPARED = 3000  # lines that are compared; of more, only the first difference is named


def re_export(text: str, values: Sequence[JsonValue], path: str, *, html: bool) -> tuple[str | None, list[str]]:
    """Return the dossier or Markdown document that the data of `text` give, and how `text` differs, a line each.

    None for data that no export writes. Raises `ExportedFileError` for data that are no valid answers.
    """
    record = values[0] if len(values) == 1 else None
    if not isinstance(record, dict) or record.get("kind") != KIND:
        return None, ["the file's data are not an exported conversation"]
    answers = _answers(record, path)
    problems = [problem for answer in answers for problem in confidence_problems(answer)]
    if problems:
        return None, problems
    expected = _expected(record, answers, text, path, html=html)
    return expected, list(_differences(_lines(text), _lines(expected)))


def _expected(record: dict[str, JsonValue], answers: list[Answer], text: str, path: str, *, html: bool) -> str:
    """Return the file as it was exported."""
    sentences: dict[Citation, str | None] = {}
    for (_, plain), answer in zip(answers_in([record]), answers, strict=True):
        sentences |= recorded_sentences(plain, answer)
    known = excerpts_of_record(sentences)
    if record.get("schema_version") == schema_1.VERSION:
        if html:
            return schema_1.html(answers, known, record, text)
        return schema_1.markdown(answers, known, record)
    try:
        created = datetime.fromisoformat(str(record.get("created")))
    except ValueError as error:
        raise ExportedFileError(f"{path!r}: {record.get('created')!r} is not a date; export it again") from error
    make = dossier_html if html else conversation_markdown
    return make(answers, known, created, record=record)


def _answers(record: Mapping[str, JsonValue], path: str) -> list[Answer]:
    try:
        return TypeAdapter(list[Answer]).validate_python(record.get("answers"))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        message = " ".join(str(first["msg"]).split())
        raise ExportedFileError(f"{path!r}, answers.{where}: {message}; export it again") from error


def _lines(text: str) -> list[str]:
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").rstrip()
    return [line.rstrip(" \t") for line in plain.split("\n")]


def _differences(shown: list[str], expected: list[str]) -> Iterator[str]:
    if shown == expected:
        return
    for number, (line, words, expected_words) in enumerate(_unequal(shown, expected)):
        if number == MOST_NAMED:
            yield "… and more"
            return
        given, wanted = _short(words, expected_words), _short(expected_words, words)
        yield f"line {line + 1}: the file has {given}, its data make {wanted}"


def _unequal(shown: list[str], expected: list[str]) -> Iterator[tuple[int, str, str]]:
    """Yield the lines that differ: the line's index, the text shown, and the text expected."""
    first = shared_length(shown, expected)
    if max(len(shown), len(expected)) - first > _LONGEST_COMPARED:
        yield first, "\n".join(shown[first : first + 1]), "\n".join(expected[first : first + 1])
        return
    matcher = SequenceMatcher(None, shown[first:], expected[first:], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            yield first + a, "\n".join(shown[first + a : first + b]), "\n".join(expected[first + c : first + d])


def _short(text: str, other: str) -> str:
    """Return the part of `text` that is not in `other`, with context, in ASCII, so that look-alike letters show."""
    if not text:
        return "nothing"
    start = max(0, shared_length(text, other) - 20)
    cut = text[start : start + _SHOWN]
    return ascii(f"{'…' if start else ''}{cut}{'…' if start + _SHOWN < len(text) else ''}").replace("\\u2026", "…")
