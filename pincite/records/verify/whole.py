"""Whether all that a file shows is what its data make of it: the file is made once more from them, and compared.

Nothing that a person may see, and nothing that may change what they see, gets past that: added or hidden elements,
styles, scripts, comments, doubled attributes, headings, confidences, the list of documents, look-alike and invisible
letters. What may differ is how lines end and the white space at their ends, which no reader sees.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from pydantic import TypeAdapter, ValidationError

from pincite.records.export.data import KIND, digest_of
from pincite.records.export.dossier import dossier_html
from pincite.records.export.excerpts import Excerpt, excerpt
from pincite.records.export.markdown import conversation_markdown
from pincite.records.verify import first_edition
from pincite.records.verify.agreeing import recorded_excerpt
from pincite.records.verify.plain import no_probability
from qa.errors import ExportedFileError
from qa.types import Answer, Citation

MOST_NAMED = 5  # differences
_SHOWN = 100  # characters of each
_LONGEST_COMPARED = 3000  # lines that are laid beside each other; of more, only the first difference is named


def shown_otherwise(text: str, values: Sequence[Any], path: str, *, html: bool) -> list[str]:
    """What the dossier or Markdown document `text` shows, and the conversation in it does not make, a line each.

    Raises `ExportedFileError` for data that no answers can be made of.
    """
    record = values[0] if len(values) == 1 else None
    if not isinstance(record, dict) or record.get("kind") != KIND:
        return ["the file's data are no exported conversation"]
    answers = _answers(record, path)
    improbable = [problem for answer in answers for problem in no_probability(answer)]
    if improbable:
        return improbable
    made = _made(record, answers, text, path, html=html)
    return list(_differences(_lines(text), _lines(made)))


def unsealed(values: Sequence[Any]) -> list[str]:
    """Where the data of a file are not those that were written: their own checksum says so."""
    found: list[str] = []
    for value in values:
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                found += _unsealed(one)
    return found


def _unsealed(record: Mapping[str, Any]) -> list[str]:
    found = [
        f"question {number} or its answer was altered: the data do not match their checksum"
        for number, answer in enumerate(record.get("answers") or [record], start=1)
        if isinstance(answer, dict) and "digest" in answer and answer["digest"] != digest_of(answer)
    ]
    if record.get("kind") != KIND and "answers" not in record:
        return found
    version = record.get("schema_version", first_edition.VERSION)
    if isinstance(version, int) and version > first_edition.VERSION and record.get("digest") != digest_of(record):
        found.append("the conversation was altered: the data do not match their checksum")
    return found


def _made(record: dict[str, Any], answers: list[Answer], text: str, path: str, *, html: bool) -> str:
    """The file as it was when it was made."""
    sentences = dict(_sentences(record, answers))

    def known(citation: Citation) -> Excerpt:
        sentence = sentences.get(citation)
        return excerpt(citation, {}) if sentence is None else recorded_excerpt(citation, sentence)

    if record.get("schema_version") == first_edition.VERSION:
        if html:
            return first_edition.html(answers, known, record, text)
        return first_edition.markdown(answers, known, record)
    try:
        created = datetime.fromisoformat(str(record.get("created")))
    except ValueError as error:
        raise ExportedFileError(f"{path!r}: {record.get('created')!r} is no date; export it again") from error
    make = dossier_html if html else conversation_markdown
    return make(answers, known, created, record=record)


def _answers(record: Mapping[str, Any], path: str) -> list[Answer]:
    try:
        return TypeAdapter(list[Answer]).validate_python(record.get("answers"))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        message = " ".join(str(first["msg"]).split())
        raise ExportedFileError(f"{path!r}, answers.{where}: {message}; export it again") from error


def _sentences(record: Mapping[str, Any], answers: Sequence[Answer]) -> Iterator[tuple[Citation, str | None]]:
    for plain, answer in zip(record["answers"], answers, strict=True):
        pairs = list(zip(plain["citations"], answer.citations, strict=True))
        if answer.nearest is not None:
            pairs.append((plain["nearest"], answer.nearest))
        for one, citation in pairs:
            yield citation, one.get("sentence") or None


def _lines(text: str) -> list[str]:
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").rstrip()
    return [line.rstrip(" \t") for line in plain.split("\n")]


def _differences(shown: list[str], made: list[str]) -> Iterator[str]:
    if shown == made:
        return
    for number, (here, there) in enumerate(_unequal(shown, made)):
        if number == MOST_NAMED:
            yield "… and more"
            return
        line, words = here
        yield f"line {line + 1}: the file has {_short(words, there)}, its data make {_short(there, words)}"


def _unequal(shown: list[str], made: list[str]) -> Iterator[tuple[tuple[int, str], str]]:
    """The lines that differ: where, what is shown, and what should be."""
    first = next((i for i, (a, b) in enumerate(zip(shown, made, strict=False)) if a != b), min(len(shown), len(made)))
    if max(len(shown), len(made)) - first > _LONGEST_COMPARED:
        yield (first, "\n".join(shown[first : first + 1])), "\n".join(made[first : first + 1])
        return
    matcher = SequenceMatcher(None, shown[first:], made[first:], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            yield (first + a, "\n".join(shown[first + a : first + b])), "\n".join(made[first + c : first + d])


def _short(text: str, other: str) -> str:
    """What of `text` is not in `other`, with a little around it, in ASCII: a look-alike letter is seen to be one."""
    if not text:
        return "nothing"
    start = next((i for i, (a, b) in enumerate(zip(text, other, strict=False)) if a != b), min(len(text), len(other)))
    start = max(0, start - 20)
    cut = text[start : start + _SHOWN]
    return ascii(f"{'…' if start else ''}{cut}{'…' if start + _SHOWN < len(text) else ''}").replace("\\u2026", "…")
