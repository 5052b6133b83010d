"""Makes links to the cited words of a web page.

They are text fragments (WICG, URL Fragment Text Directives): `#:~:text=[prefix-,]start[,end][,-suffix]`.
"""

from __future__ import annotations

import re
from urllib.parse import quote as percent_encoded

from index.load import is_url
from qa.types import Citation

# A longer quote, or one over several blocks, is given by its first and last words.
LONGEST_TERM = 120
ENDS = 5  # words

_DIRECTIVE = ":~:"
_ALLOWED = "!#$%&'()*+,/:;=?@[]~"  # in a URL


def citation_link(citation: Citation) -> str | None:
    """Return the address of the cited words on the web, or of their page if the source has pages (a PDF).

    None for a file, and for an address that is not an http(s) URL.
    """
    if not is_url(citation.source):
        return None
    address, _, fragment = percent_encoded(citation.source, safe=_ALLOWED).partition("#")
    if citation.page is not None:
        return f"{address}#page={citation.page}"
    fragment = fragment.partition(_DIRECTIVE)[0]
    return f"{address}#{fragment}{_DIRECTIVE}text={text_directive(citation.prefix, citation.quote, citation.suffix)}"


def text_directive(prefix: str, quote: str, suffix: str) -> str:
    """Return the value of `text=` that finds `quote` between `prefix` and `suffix`.

    A browser searches for whole words, and for each part within one block. So words cut off at the far ends of prefix
    and suffix are left out, words cut by the quote are completed, and a line break ends a part.
    """
    before, start = _split_word(prefix, quote)
    after, end = _split_word(suffix[::-1], quote[::-1])
    lines = _lines(start + quote + end[::-1])
    first, last = lines[0].split(), lines[-1].split()
    count = ENDS if len(lines) > 1 else min(ENDS, len(first) // 2)  # in one line, the two ends must not overlap
    if len(lines) == 1 and (len(lines[0]) <= LONGEST_TERM or not count):
        terms = [_term(lines[0])]
    else:
        terms = [_term(" ".join(first[:count])), _term(" ".join(last[-count:]))]
    leading, trailing = _last_words(before), _last_words(after[::-1], first=True)
    return ",".join([f"{_term(leading)}-"] * bool(leading) + terms + [f"-{_term(trailing)}"] * bool(trailing))


def _split_word(context: str, quote: str) -> tuple[str, str]:
    """Split `context`, which ends where `quote` begins, before a word that continues in the quote."""
    cut = re.search(r"\w+\Z", context) if re.match(r"\w", quote) else None
    return (context[: cut.start()], cut[0]) if cut else (context, "")


def _last_words(context: str, *, first: bool = False) -> str:
    """Return the whole words of the line of `context` next to the quote: the last line, or the `first`."""
    lines = _lines(context)
    if not lines:
        return ""
    line = lines[0] if first else lines[-1]
    words = line.split()
    # The context has a fixed length, so its far end is probably inside a word.
    if len(lines) == 1:
        words = words[:-1] if first else words[1:]
    return " ".join(words)


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _term(text: str) -> str:
    """Percent-encode `text`, including the characters of the directive's syntax: "-", "," and "&"."""
    return percent_encoded(text, safe="").replace("-", "%2D")
