"""Reads parts of messages: their names, their headers, and the bytes of attachments."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Collection
from email.errors import MessageError
from email.message import EmailMessage
from pathlib import PurePosixPath

from index.load import formats
from index.load.marked import NO_SIGNS
from index.load.parsed import one_line

MAX_HEADER = 20_000  # characters of one that is read at all: the standard library's parser takes their square
_HEAD = 2_000  # characters of a header that are read
_LONGEST_NAME = 100  # characters of an attachment's name that are kept
_BREAKING = (ValueError, LookupError, AttributeError, TypeError, MessageError)  # of headers that break parsers


def name_of(part: EmailMessage) -> str:
    """Return what to call an attachment that has no name."""
    message = _inside(part)
    if message is not None:
        return _plain_name(header(message, "Subject").replace("/", "-"), ".eml")
    known = formats.by_media_type(part.get_content_type())
    return f"attachment{known.suffixes[0] if known is not None else ''}"


def file_name(part: EmailMessage) -> str:
    """Return the name that a part states, without folders; "" for none. That of a message ends as messages do."""
    try:
        stated = part.get_filename() or ""
    except _BREAKING:
        return ""
    name = PurePosixPath(_one_line(stated).replace("\\", "/")).name
    return _plain_name(name, ".eml" if part.get_content_type() == "message/rfc822" else "") if name else ""


def _plain_name(name: str, suffix: str) -> str:
    """Return a name that can be shown and is not too long, and that ends in `suffix`."""
    name = "".join(character for character in name if character.isprintable()).strip(". ")
    ending = suffix or PurePosixPath(name).suffix[:_LONGEST_NAME]
    stem = name[: -len(ending)] if ending and name.lower().endswith(ending) else name
    return f"{stem[:_LONGEST_NAME] or 'attachment'}{ending}"


def unlike(name: str, folder: str, others: Collection[str]) -> str:
    """`name`, with a number where another attachment of the folder has it already."""
    path, number, wanted = PurePosixPath(name), 1, name
    while folder + wanted in others:
        number += 1
        wanted = f"{path.stem} ({number}){path.suffix}"
    return wanted


def _inside(part: EmailMessage) -> EmailMessage | None:
    """Return the message that a part holds, if it does."""
    inner = part.get_payload() if part.get_content_type() == "message/rfc822" else None
    first = inner[0] if isinstance(inner, list) and inner else None
    return first if isinstance(first, EmailMessage) else None


def data_of(part: EmailMessage) -> bytes:
    """Return the bytes of an attachment; none where they cannot be told."""
    try:
        message = _inside(part)
        if message is None:
            payload = part.get_payload(decode=True)
        elif not message.keys() and str(part["Content-Transfer-Encoding"]).lower() == "base64":
            return b64decode(message.as_bytes())  # the RFC forbids it, and the standard library leaves it as it is
        else:
            return message.as_bytes()
    except (*_BREAKING, RecursionError):
        return b""
    return payload if isinstance(payload, bytes) else b""


def header(message: EmailMessage, name: str) -> str:
    if any(len(value) > MAX_HEADER for key, value in message.raw_items() if key.lower() == name.lower()):
        return ""
    try:
        value = message.get(name)
        return _one_line("" if value is None else str(value))[:_HEAD]
    except _BREAKING:
        return ""


def _one_line(text: str) -> str:
    return one_line(text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").translate(NO_SIGNS))
