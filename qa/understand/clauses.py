"""Finds the main clause of a plain English sentence: subject, verb and the rest. By rule, and only where it is plain.

Questions are made of clauses (`qa.compose.examples`); a sentence that cannot be taken apart with confidence
has none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.understand.verbs import PASSIVE, PAST, PRESENT

LONGEST_SENTENCE = 300  # characters

_AUXILIARY = "has been|have been|had been|will be|can be|is being|was|were|is|are|has|have|had|will"
_DETERMINERS = {"the", "a", "an"}
# Words that lean on another sentence, or that a question cannot begin or end with.
_LEANING = frozenset(
    """he she it they we i you his her its their our my your him them us himself herself itself themselves this that
    these those there here former latter such same other another also then however thus therefore yet still meanwhile
    moreover instead only even not no nobody nothing none who whom which what whose when where while if as although
    though because than so too both either neither each more most less few many several today yesterday tomorrow now
    later earlier alone""".split()
)
_PREPOSITIONS = frozenset(
    """in on at by after before during for from with within without under over since until between among against through
    despite following according unlike to into about along around near once of per""".split()
)
_JOINING = re.compile(r"(?:and|but|or|nor|so|yet)\b", re.IGNORECASE)
_ODD = re.compile(r"[^\w\s,.'’£$€%&/-]|\b[A-Z]\.\s")
_MARKUP = re.compile(r"(?P<mark>\*\*|\*|`)(?P<words>[^*`]+)(?P=mark)")
_ASIDE = re.compile(r" ?\([^()]*\)| ?\[\d[\d, –-]*\]| (?=[.,]$)")  # in brackets; notes, as in "shared [2]"
_REPORTED = re.compile(r"^[^,]{3,60}? (?:said|says|reported|announced|added|noted|stated|confirmed) that (?=[A-Za-z])")
# Nouns that are no names, whatever stands first in the sentence.
_COMMON = re.compile(r"^[A-Z][a-z]+(?:tion|sion|ment|ness|ity|ance|ence|ship)$")
_FIGURES = frozenset(
    "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty".split()
)
_LEADING_DATE = re.compile(
    r"^(?P<when>(?:In|On|Since) (?:[A-Z][a-z]+ )?(?:\d{1,2},? )?\d{4}|(?:In|On) [A-Z][a-z]+day),? (?=[A-Za-z])"
)
_OBJECT = re.compile(r"(?:the|a|an|about|around|nearly|[£$€]?\d.*|two|three|four|five|six|seven|eight|nine|ten)$")
_CUT = re.compile(
    r",(?!\d)| (?:but|after|before|because|which|when|while|where|who|although|as|so|until|that|if|"
    r"and (?:was|were|is|are|has|had|will|then|also|later))\b"
)
_FIGURE = re.compile(
    r"^(?P<count>(?:About |Around |Nearly |More than )?(?:\d[\d,.]*|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|"
    r"Eleven|Twelve|Fifteen|Twenty|Thirty|Forty|Fifty)) "
    r"(?P<things>(?:[a-zA-Z-]+ ){0,2}[a-z-]+(?:s|people|men|women|children))$"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """`subject` `auxiliary` `verb` `rest`. What is not there is empty.

    `asked_subject`: the subject as it stands inside a sentence. `is_name`: whether it is a name. `apposition`: what
    stands beside it between commas ("the foreign minister of Iran"); `relative`, `relative_rest`: the verb and the
    rest of "…, who …,"; `based`: the place of "…, based in …,". `figure`: a number and what is counted, where the
    subject is that.
    """

    subject: str
    asked_subject: str
    is_name: bool
    auxiliary: str
    verb: str
    rest: str
    apposition: str = ""
    relative: str = ""
    relative_rest: str = ""
    based: str = ""
    figure: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How a document writes its words: which in small letters, and which with a capital within a sentence."""

    common: frozenset[str]
    names: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Vocabulary:
        """Return those of the words of `text`."""
        return cls(frozenset(re.findall(r"\b[a-z]+\b", text)), frozenset(re.findall(r"[a-z],? ([A-Z][\w’'-]+)", text)))


def clause_of(sentence: str, vocabulary: Vocabulary) -> Clause | None:
    """Return the main clause of `sentence`, or None."""
    words = _plain_words(sentence)
    if words is None:
        return None
    moved = ""
    if leading := _LEADING_DATE.match(words):
        moved = f" {leading['when'][0].lower()}{leading['when'][1:]}"
        words = words[leading.end() :]
    beside, words = _without_beside(words)
    subject, auxiliary, verb, rest = _parted(words) or ("", "", "", "")
    rest = _CUT.split(rest)[0] + moved if rest else moved
    if not subject or _leans(rest):
        if not beside:
            return None
        subject, auxiliary, verb, rest = beside["subject"], "", "", ""
    asked = _inside(subject, vocabulary)
    if asked is None or _leans(subject) or _JOINING.match(subject):
        return None
    figure = _FIGURE.match(subject)
    return Clause(
        subject=subject,
        asked_subject=asked,
        is_name=_is_name(subject, vocabulary),
        auxiliary=auxiliary,
        verb=verb,
        rest=rest.strip(),
        apposition=beside.get("apposition", ""),
        relative=beside.get("relative", ""),
        relative_rest=beside.get("relative_rest", ""),
        based=beside.get("based", ""),
        figure=(figure["count"], figure["things"]) if figure else None,
    )


def _plain_words(sentence: str) -> str | None:
    """Return the sentence without markup, asides and attribution, up to a semicolon; None if it is not plain."""
    words = _MARKUP.sub(r"\g<words>", " ".join(sentence.split()))
    words = _ASIDE.sub("", words)
    if not words.endswith(".") or len(words) > LONGEST_SENTENCE:
        return None
    words = words[:-1].partition(";")[0]
    if reported := _REPORTED.match(words):
        words = words[reported.end() :]
        words = words[:1].upper() + words[1:]
    return None if _ODD.search(words) else words


def _inside(subject: str, vocabulary: Vocabulary) -> str | None:
    """Return the subject as it is written inside a sentence; None if that cannot be told."""
    first, space, others = subject.partition(" ")
    if first.lower() in _DETERMINERS:  # a quotation may begin with one, in the middle of a sentence
        return first.lower() + space + others
    if first.lower() in vocabulary.common | _FIGURES or _COMMON.search(first):
        return first.lower() + space + others if first not in vocabulary.names else subject
    return subject if first in vocabulary.names or others[:1].isupper() else None


def _without_beside(words: str) -> tuple[dict[str, str], str]:
    """Return what stands beside the subject between commas, with the subject; and the sentence without it."""
    match = re.match(r"^(?P<subject>[^,]{2,60}), (?P<beside>[^,]{3,90}), (?P<rest>[a-z].*)$", words)
    if not match or not _is_subject(match["subject"].split()):
        return {}, words
    apposition, without = match["beside"], f"{match['subject']} {match['rest']}"
    beside = {"subject": match["subject"]}
    if who := re.match(r"who (?P<verb>\w+) (?P<rest>.+)$", apposition):
        if who["verb"] not in PAST or _leans(who["rest"]):
            return {}, words
        return beside | {"relative": who["verb"], "relative_rest": who["rest"]}, without
    if based := re.match(r"(?:a \w+ )?(?:\w+ ){0,2}based (?P<place>in [A-Z][\w ’'-]*)$", apposition):
        return beside | {"based": based["place"]}, without
    if re.match(r"(?:a|an|the) [a-z]", apposition) and not _leans(apposition):
        return beside | {"apposition": apposition}, without
    return {}, words


def _parted(words: str) -> tuple[str, str, str, str] | None:
    """Split into subject, auxiliary, verb and rest."""
    tokens = words.split()
    for i, token in enumerate(tokens[1:10], start=1):
        if "," in token or tokens[i - 1].endswith(","):
            return None
        after = " ".join(tokens[i:])
        auxiliary = re.match(rf"(?:{_AUXILIARY})\b", after)
        # In the present a verb looks like the plural of a noun: what it is shows in what follows.
        is_verb = token in PAST or (token in PRESENT and _OBJECT.match(" ".join(tokens[i + 1 : i + 2])))
        if not auxiliary and not is_verb:
            continue
        subject = " ".join(tokens[:i])
        if not _is_subject(tokens[:i]):
            return None
        if not auxiliary:
            return _plain(subject, token, " ".join(tokens[i + 1 :]))
        verb, _, rest = after[auxiliary.end() :].strip().partition(" ")
        return _with_auxiliary(subject, auxiliary[0], verb, rest)
    return None


def _plain(subject: str, verb: str, rest: str) -> tuple[str, str, str, str] | None:
    words = rest.split()
    # "The bridge built by …" says no more of what was built, and another finite verb may be the real one.
    if (
        not words
        or words[0] == "by"
        or any(w in PAST and w not in PRESENT.values() for w in _CUT.split(rest)[0].split())
    ):
        return None
    return subject, "", verb, rest


def _with_auxiliary(subject: str, auxiliary: str, verb: str, rest: str) -> tuple[str, str, str, str] | None:
    if not verb or verb in _LEANING or verb.endswith((",", "ly", "ing")):
        return None
    if auxiliary in {"has", "have", "had"} and verb not in PASSIVE:
        return None
    if auxiliary == "will" and verb not in PAST.values():
        return None
    return subject, auxiliary, verb, rest


def _is_subject(tokens: list[str]) -> bool:
    first = tokens[0].lower()
    if first in _LEANING or first in _PREPOSITIONS or first.endswith(("ing", "ly")) or len(tokens) > 8:
        return False
    if first in _DETERMINERS and len(tokens) < 2:
        return False
    return tokens[-1].lower() not in _PREPOSITIONS | _DETERMINERS | {"and", "or"}


def _leans(words: str) -> bool:
    return any(word.strip(",.").lower() in _LEANING for word in words.split())


def _is_name(subject: str, vocabulary: Vocabulary) -> bool:
    tokens = subject.split()
    if len(tokens) == 1:
        return subject in vocabulary.names and subject.lower() not in vocabulary.common
    small = {"of", "the", "de", "von", "van", "bin", "al", "el", "and", "&"}
    names = [token for token in tokens if token.lower() not in small]
    return len(names) > 1 and tokens[0] not in {"The", "A", "An"} and all(token[0].isupper() for token in names)
