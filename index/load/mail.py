"""Messages (.eml) and mailboxes (.mbox), by the standard library: head, text, quoted replies apart.

Of a message that says the same as plain text and as HTML, the plain text is read. What is attached, messages among it,
becomes documents of its own (`index.load.documents`); a message names it. Nothing that it refers to is fetched.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from email import policy
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath

from index.errors import DamagedFileError
from index.load import formats, plain
from index.load.html.reading import add_page
from index.load.marked import NO_SIGNS, added
from index.load.parsed import Attached, Composer, Parsed, Raw, plain_line, visible
from index.load.plain import outlined
from index.types import MetadataValue, SegmentKind, UnreadKind

SHOWN = ("From", "To", "Cc", "Date", "Subject")
MAX_PARTS = 2_000
MAX_HEADER = 20_000  # characters of one that is read at all: the standard library's parser takes their square
_HEAD = 2_000  # characters of a header that are read
_LONGEST_NAME = 100  # characters of an attachment's name that are kept
_BREAKING = (ValueError, LookupError, AttributeError, TypeError, MessageError)  # of headers that break parsers
_FROM_LINE = re.compile(rb"^From [^\n]*\n", re.MULTILINE)
_CLOCK = re.compile(rb"\d{1,2}:\d{2}")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_QUOTE = re.compile(r"[ \t]*>")
_WROTE = re.compile(r"(?:On\b.{5,200}\bwrote:|.{3,200}\b(?:schrieb|a écrit|escribió|wrote) ?:)\s*\Z", re.DOTALL)
_ORIGINAL = re.compile(r"^-{2,}\s*(?:Original Message|Forwarded message|Original-Nachricht)\s*-{2,}", re.IGNORECASE)


def read_message(raw: Raw) -> Parsed:
    """Return a message. `metadata`: title (its subject), author, date, to. Raises `DamagedFileError`."""
    message = _message(raw.data)
    if not message.keys():
        raise DamagedFileError(f"{raw.name!r} has no headers, as a message has; check that it is one")
    reader = _Reader(raw)
    reader.add(message)
    return reader.parsed(_metadata(message))


def read_mailbox(raw: Raw) -> Parsed:
    """Return the messages in their order, each a place with its number. Raises as `read_message` does."""
    reader = _Reader(raw)
    number = 0
    for number, data in enumerate(_messages(raw.data), start=1):
        first = len(reader.composer.segments)
        reader.add(_message(data), number)
        reader.composer.enclose(SegmentKind.MESSAGE, first, number=number)
    if number == 0:
        raise DamagedFileError(f"{raw.name!r} holds no line that begins with 'From ', as a mailbox does; check it")
    return reader.parsed({"messages": str(number)})


def _messages(data: bytes) -> Iterator[bytes]:
    """Yield the messages of a mailbox (RFC 4155), as they were before they were put into it.

    A line that begins one has a time in it; in mailboxes without any such line, all that begin so do.
    """
    data = data.replace(b"\r\n", b"\n")
    starts = [m for m in _FROM_LINE.finditer(data) if m.start() == 0 or data.startswith(b"\n\n", m.start() - 2)]
    starts = [line for line in starts if _CLOCK.search(line[0])] or starts
    ends = [line.start() for line in starts[1:]]
    for line, end in zip(starts, [*ends, len(data)], strict=False):
        yield _QUOTED_FROM.sub(rb"\1", data[line.end() : end])


def _message(data: bytes) -> EmailMessage:
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(data)


class _Reader:
    def __init__(self, raw: Raw) -> None:
        self._raw = raw
        self.composer = Composer()
        self._attached: dict[str, Attached] = {}
        self._pictures = self._parts = 0

    def parsed(self, metadata: dict[str, MetadataValue]) -> Parsed:
        more = self._parts - MAX_PARTS
        self.composer.leave_out(UnreadKind.ATTACHMENT, more, f"{more} parts after the first {MAX_PARTS}")
        self.composer.leave_out(UnreadKind.IMAGE, self._pictures)
        return replace(self.composer.parsed(metadata), attached=tuple(self._attached.values()))

    def add(self, message: EmailMessage, number: int | None = None) -> None:
        """Append a message: its subject as a heading, who wrote it, what it says, and the names of what is attached.

        `number`: of a message of a mailbox, which stands before the names of its attachments.
        """
        self.composer.add(SegmentKind.HEADING, _header(message, "Subject"), level=1)
        for name in SHOWN[:-1]:
            if value := _header(message, name):
                self.composer.add(SegmentKind.PARAGRAPH, f"{name}: {value}")
        body = _body(message)
        if body is not None:
            self._add_text(body)
        folder = "" if number is None else f"{number}/"
        names = []
        for part in _leaves(message):
            self._parts += part is not body
            if part is not body and self._parts <= MAX_PARTS and not _is_alternative(part, message, body):
                names += self._add_part(part, folder)
        if names:
            self.composer.add(SegmentKind.PARAGRAPH, f"{added('Attachments: ')}{', '.join(names)}")

    def _add_text(self, part: EmailMessage) -> None:
        text = _content(part)
        if part.get_content_subtype() == "html":
            add_page(self.composer, self._raw.name, text)
        else:
            _add_plain(self.composer, text)

    def _add_part(self, part: EmailMessage, folder: str) -> list[str]:
        """Append what a part says, or keep what is attached by it, and give the name of that."""
        kind, name = part.get_content_type(), _file_name(part)
        if not name and kind in ("text/plain", "text/html"):
            self._add_text(part)
            return []
        if not name and part.get_content_maintype() == "image":
            self._pictures += 1
            return []
        name = _unlike(name or _name_of(part), folder, self._attached)
        self._attached[folder + name] = Attached(folder + name, _data_of(part), kind)
        return [name]


def _body(message: EmailMessage) -> EmailMessage | None:
    """Return the body; HTML only if the plain text is empty."""
    try:
        plain_part = message.get_body(("plain",))
        page = message.get_body(("html",))
    except (KeyError, AttributeError, ValueError):
        return None
    body = plain_part if plain_part is not None and _content(plain_part).strip() else page or plain_part
    return body if isinstance(body, EmailMessage) else None


def _is_alternative(part: EmailMessage, message: EmailMessage, body: EmailMessage | None) -> bool:
    """Return whether a part is an alternative to the body."""
    if body is None or part.get_filename() or part.get_content_type() not in ("text/plain", "text/html"):
        return False
    return message.get_content_type() != "multipart/mixed" or part.get_content_type() != body.get_content_type()


def _leaves(message: EmailMessage, depth: int = 0) -> Iterator[EmailMessage]:
    """Yield the parts that hold something themselves; a message within the message is one."""
    if message.get_content_maintype() == "multipart":
        inner = message.get_payload()
        for part in inner if isinstance(inner, list) and depth < 50 else []:
            if isinstance(part, EmailMessage):
                yield from _leaves(part, depth + 1)
    else:
        yield message


def _content(part: MIMEPart) -> str:
    """Return the text of a part, in the charset that it states, or a likely one where that does not hold."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    for charset in (part.get_content_charset() or "utf-8", "utf-8"):
        with suppress(LookupError, ValueError):
            return _clean(payload.decode(charset))
    return _clean(payload.decode("latin-1"))


def _clean(text: str) -> str:
    return visible(text.translate(NO_SIGNS)).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _add_plain(composer: Composer, text: str) -> None:
    """Append paragraphs and lists as in plain text, with quoted messages separate."""
    quoted, run = False, list[str]()
    lines = text.split("\n")
    for i, line in enumerate(lines):
        if _ORIGINAL.match(line):
            _add_run(composer, run, quoted)
            _add_run(composer, lines[i:], quoted=True)
            return
        is_quote = _QUOTE.match(line) is not None
        if is_quote != quoted and line.strip():
            _add_run(composer, run, quoted)
            run, quoted = [], is_quote
        run.append(line.lstrip(" \t>") if is_quote else line)
    _add_run(composer, run, quoted)


def _add_run(composer: Composer, lines: list[str], quoted: bool) -> None:
    text = "\n".join(line.rstrip() for line in lines).strip("\n")
    for segment in outlined(text, plain.segments(text)):
        words = text[segment.start : segment.end]
        kind = SegmentKind.QUOTE if quoted or _WROTE.match(words) else segment.kind
        composer.add(kind, words, level=segment.level if kind is SegmentKind.HEADING else None)


def _name_of(part: EmailMessage) -> str:
    """Return what to call an attachment that has no name."""
    message = _inside(part)
    if message is not None:
        return _plain_name(_header(message, "Subject").replace("/", "-"), ".eml")
    known = formats.by_media_type(part.get_content_type())
    return f"attachment{known.suffixes[0] if known is not None else ''}"


def _file_name(part: EmailMessage) -> str:
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


def _unlike(name: str, folder: str, others: Collection[str]) -> str:
    """Return `name`, with a number where another attachment of the folder has it already."""
    path, number, free_name = PurePosixPath(name), 1, name
    while folder + free_name in others:
        number += 1
        free_name = f"{path.stem} ({number}){path.suffix}"
    return free_name


def _inside(part: EmailMessage) -> EmailMessage | None:
    """Return the message that a part holds, if it does."""
    inner = part.get_payload() if part.get_content_type() == "message/rfc822" else None
    first = inner[0] if isinstance(inner, list) and inner else None
    return first if isinstance(first, EmailMessage) else None


def _data_of(part: EmailMessage) -> bytes:
    """Return the bytes of an attachment; none if they cannot be decoded."""
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


def _header(message: EmailMessage, name: str) -> str:
    if any(len(value) > MAX_HEADER for key, value in message.raw_items() if key.lower() == name.lower()):
        return ""
    try:
        value = message.get(name)
        return _one_line("" if value is None else str(value))[:_HEAD]
    except _BREAKING:
        return ""


def _one_line(text: str) -> str:
    return plain_line(text.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def _metadata(message: EmailMessage) -> dict[str, MetadataValue]:
    metadata: dict[str, MetadataValue] = {}
    for key, name in (("title", "Subject"), ("author", "From"), ("to", "To"), ("cc", "Cc")):
        if value := _header(message, name):
            metadata[key] = value
    with suppress(ValueError, TypeError, IndexError, OverflowError):
        metadata["date"] = parsedate_to_datetime(_header(message, "Date")).date().isoformat()
    return metadata
