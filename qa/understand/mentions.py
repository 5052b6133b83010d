"""Finds what earlier turns speak of: their noun phrases, each with the kind of thing it can be.

Noun phrases are the stretches between function words and verbs, as in RAKE (Rose et al. 2010). This needs no tagger;
the price is that a phrase sometimes has one word too many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from qa.understand.verbs import PASSIVE, PAST, PRESENT


class MentionKind(StrEnum):
    """The kind of thing that a phrase stands for, as far as its form shows it."""

    PERSON = "person"
    PLACE = "place"
    TIME = "time"
    NUMBER = "number"
    NAME = "name"  # a name, of whatever
    THING = "thing"


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase of an earlier turn.

    `back`: how many turns ago, from 0. `order`: its place among the phrases of its turn. `of_answer`: whether it is the
    answer's; `is_answer`: whether a short answer begins with it. `several`: whether it is plural. `article`: "the"
    where it stands before it. `carried`: whether its turn spoke of it by a pronoun, or without naming it.
    `relational`: whether it is something of another thing ("the origin of …"). `gender`: "he" or "she", where told.
    """

    text: str
    kind: MentionKind
    several: bool
    article: str = ""
    back: int = 0
    order: int = 0
    of_answer: bool = False
    is_answer: bool = False
    carried: bool = False
    relational: bool = False
    gender: str = ""

    @property
    def head(self) -> str:
        """Its last word, or the last before "of" in "the cost of living", in small letters."""
        return re.split(r"\s+(?:of|for|in|on)\s+", self.text)[0].split()[-1].casefold()

    @property
    def attribute(self) -> bool:
        """Whether it is an attribute of something ("the main advantages"), which is rarely what is spoken of next."""
        return self.head.removesuffix("s") in _ATTRIBUTES

    @property
    def with_article(self) -> str:
        """The phrase with its article "the", if it had one."""
        return f"{self.article} {self.text}".strip()

    @property
    def words(self) -> frozenset[str]:
        """Its words that carry meaning, in small letters."""
        return content_words(self.text)


FUNCTION_WORDS = frozenset(
    """a an the and or but nor so if then than that this these those there here it its he she they them their
    theirs his him her hers i me my mine you your yours we us our ours one ones who whom whose what which when
    where why how is are was were be been being am do does did doing done has have had having can could will
    would shall should may might must ought not no yes any some all both each every either neither much many
    more most less least few several other others another such same own in on at to for from by with without
    about into onto over under after before during until since between among against through of off out up down
    as while because although though however also too very just only even still yet ever never always often
    again else exactly really actually please ok okay hi hello thanks thank let's don't doesn't didn't isn't
    aren't wasn't weren't can't won't couldn't wouldn't shouldn't i'm i'd i've i'll you've we've they've you'd
    you'll he'd she'd they'd we'd they'll we'll we're he'll she'll it'll it'd who've remember especially mostly
    already yesterday today tomorrow far long old anything something
    everything nothing anyone someone everyone people's it's that's there's what's who's where's how's you're
    they're he's she's whether per via versus vs etc like instead rather quite around along across upon within
    toward towards behind beyond despite except regarding concerning according woah whoa hmm hey ah mention lot
    lots kind kinds sort way ways thing things example examples bit interesting great wow cool got oh well sure
    right maybe perhaps sorry awesome nice good now then apart next meanwhile otherwise therefore moreover alright
    definitely probably usually together twice once soon later earlier ago somewhere anywhere everywhere""".split()
)
# A word of these alone is no noun phrase: what "it" stands for is not "available".
ADJECTIVES = frozenset(
    """different similar important available particular native popular big small large new old young main safe free hot
    cold cheap expensive effective common ready likely true false happy difficult hard easy quick fast slow strong weak
    healthy worth aware open closed last first second third fourth present current recent curious tired allergic better
    best worse worst major minor key high low deep full empty early late short wide clean dirty dead alive legal illegal
    normal original real related efficient traditional modern ancient specific general exact certain various whole
    entire main own only typical necessary permitted forbidden permanent temporary public private local global correct
    incorrect wrong due able unable capable famous dangerous wonderful successful useful harmful harmless possible
    impossible sick ill pregnant late absent married single retired visible flexible reliable comfortable suitable
    affordable valid invalid eligible mandatory optional compulsory""".split()
)
_VERBS = (
    frozenset(PAST)
    | frozenset(PAST.values())
    | frozenset(PRESENT)
    | frozenset(PASSIVE)
    | frozenset(
        """know known need needs needed trying going getting using do doing making taking giving seem seems suppose
        supposed able look looks looking talk talking talked consider considered compare compared affect affects
        affected differ differs involve involves involved let lets like likes liked love loves loved hate
        interested pick avoid saying asking happening based""".split()
    )
)
# Nouns for what something has or does, each without its "s".
_ATTRIBUTES = frozenset(
    """advantage alternative argument aspect background benefit cause characteristic consequence contribution cost
    definition detail difference disadvantage drawback duration effect evidence fact feature function goal history idea
    impact importance influence issue job level limitation look meaning method mechanism origin outlook part
    price problem pro con process purpose rate reason result risk role rule side sign similarity size source stage step
    story structure symptom tip treatment trend type use value view""".split()
)
SHORT = 8  # words of an answer that is a phrase, and no sentence
_DETERMINERS = frozenset(
    "the a an same this that these those my your his her its our their some any each every no".split()
)
_ADVERB = re.compile(r"^(?!family|supply|reply|assembly|monopoly|anomaly|rally|ally|fly|lily|belly|jelly)[a-z-]+ly$")
_BEFORE_VERBS = frozenset("i you we they he she please".split())
_TOKEN = re.compile(r"[^\W_](?:[\w’'&./+-]*\w)?\+*|[,;:()?!.\n“”\"/`*|–—]")
_ASK = frozenset(
    "do does did can could will would should may might must".split()
)  # a verb follows the name: "does Anki sync"
_JOINS = {"of", "de", "von", "van", "bin", "al", "and", "&"}
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_TIME = re.compile(
    rf"\b(?:1[0-9]{{3}}|20[0-9]{{2}}|{_MONTH}|monday|tuesday|wednesday|thursday|friday|saturday|sunday|century|years?|months?"
    r"|weeks?|days?|hours?|minutes?|today|tomorrow|yesterday)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^(?:about |around )?[£$€]?\d[\d,.]*%?$")
_PERSON = re.compile(
    r"\b(?:minister|president|director|captain|engineer|mayor|spokes(?:man|woman|person)|chief|chair(?:man|woman)?|"
    r"professor|author|founder|officer|manager|leader|king|queen|prince(?:ss)?|emperor|actor|actress|writer|poet|scientist|"
    r"secretary|judge|ambassador|governor|senator|coach|architect|artist|painter|singer|composer|historian|lawyer|doctor|"
    r"dr|mr|mrs|ms|sir|wife|husband|mother|father|son|daughter|brother|sister|man|woman|boy|girl|person|friend|inventor|"
    r"player|pope|saint|teacher|nurse|patient|child|creator|owner|ceo|winner)\b",
    re.IGNORECASE,
)
_GROUP = re.compile(
    r"\b(?:inc|corp|ltd|company|university|party|team|band|club|council|government|army|church|union|s|fc)\b"
)
_SINGULAR_S = re.compile(r"(?:ss|us|is|ics|news|series|diabetes|species|as)$")
_PLURAL = frozenset("people men women children police media data mice feet teeth geese criteria".split())
_IN_PLACE = re.compile(r"(?:in|at|near|from|to)$")

CONTENT = re.compile(r"\w[\w’'-]*")


@lru_cache(maxsize=4096)
def content_words(text: str) -> frozenset[str]:
    """Return the words that carry meaning, in small letters, possessives without their ending."""
    content = (re.sub(r"[’']s?$", "", word) for word in CONTENT.findall(text.casefold()))
    return frozenset(word for word in content if word not in FUNCTION_WORDS)


def mentions_in(text: str, *, back: int = 0, of_answer: bool = False, asked: str = "") -> list[Mention]:
    """Return the noun phrases of `text`, in order. `asked`: the question that `text` answers, which tells its kind."""
    mentions = [
        Mention(
            phrase, _kind(phrase, before), _is_several(phrase), "the" if before.casefold() == "the" else "",
            back, order, of_answer, relational=after.casefold() == "of",
        )
        for order, (phrase, before, after) in enumerate(phrases_of(text))
    ]  # fmt: skip
    return _as_asked(mentions, text, asked) if of_answer else mentions


def is_verb(word: str) -> bool:
    """Return whether `word` looks like a verb: it is on the list or has a past ending, and is not also a noun."""
    small = word.casefold()
    return (small in _VERBS or small.endswith("ed")) and small not in _NOUNS_TOO


def phrases_of(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield each noun phrase with the word before and the word after it, as they stand."""
    run: list[re.Match[str]] = []
    before = previous = ""
    for token in [*_TOKEN.finditer(text), None]:
        acts = bool(run) and before.casefold() in _ASK and run[-1][0][0].isupper() and token is not None
        if token is not None and not (acts and token[0][0].islower()) and _belongs(token[0], run, previous, text):
            if not run:
                before = previous
            run.append(token)
        else:
            yield from _closed(run, before, token[0] if token else "", text)
            run = []
        previous = token[0] if token else ""


def _belongs(token: str, run: list[re.Match[str]], previous: str, text: str) -> bool:
    small = token.casefold().replace("’", "'")
    if not token[0].isalnum():
        return False
    if small in _JOINS and run and run[-1][0][0].isupper():
        return True
    if small in FUNCTION_WORDS and not (token.isupper() and len(token) > 1 and not text.isupper()):
        return False
    if not run and previous.casefold() in _BEFORE_VERBS and token[0].islower():
        return False  # "after I delete it"
    is_verb = small in _VERBS or (small.endswith("ing") and not run and previous.casefold() not in _DETERMINERS)
    starts = not run and (previous == "" or previous in ".?!\n")
    if is_verb and (token[0].islower() or starts):
        after_noun = bool(run) and not run[-1][0][0].isupper() and small.removesuffix("s") in _NOUNS_TOO
        return previous.casefold() in _DETERMINERS or after_noun
    return True


_NOUNS_TOO = frozenset(
    """issue test track search team state record report survey attack stage measure design mark trial process value
    plan program network question answer change cost cause effect release form type limit rate price use play
    work deal study""".split()
)


def _closed(run: list[re.Match[str]], before: str, after: str, text: str) -> Iterator[tuple[str, str, str]]:
    while run and run[-1][0].casefold() in _JOINS:
        run.pop()
    while run and (run[-1][0] in ADJECTIVES or _ADVERB.search(run[-1][0])):
        run.pop()  # "is the sea cold?"
    if run:
        yield re.sub(r"['’]s?$", "", text[run[0].start() : run[-1].end()]), before, after


def _kind(phrase: str, before: str) -> MentionKind:
    if _NUMBER.match(phrase):
        return MentionKind.TIME if re.fullmatch(r"1\d{3}|20\d{2}", phrase) else MentionKind.NUMBER
    if _TIME.search(phrase) and not _PERSON.search(phrase):
        return MentionKind.TIME
    first, last = phrase.split()[0], phrase.split()[-1]
    if _PERSON.search(last) or (_PERSON.search(first) and not re.search(r"['’]s?$", first)):
        return MentionKind.PERSON
    if phrase[0].isupper() and all(w[0].isupper() or w in _JOINS or w[0].isdigit() for w in phrase.split()):
        return MentionKind.PLACE if _IN_PLACE.match(before) else MentionKind.NAME
    return MentionKind.THING


def _is_several(phrase: str) -> bool:
    head = re.split(r"\s+(?:of|for|in|on)\s+", phrase)[0].split()[-1].casefold()
    if head in _PLURAL or " and " in phrase:
        return True
    return head.endswith("s") and not _SINGULAR_S.search(head) and not head.endswith(("'s", "’s"))


def _as_asked(mentions: list[Mention], text: str, asked: str) -> list[Mention]:
    """Give the first phrase of a short answer the kind that was asked for: a person for "who", a place for "where"."""
    if not mentions or len(text.split()) > SHORT:
        return mentions
    first, word = mentions[0], re.search(r"\b(who|whom|where|when)\b", asked, re.IGNORECASE)
    kind = (
        {"where": MentionKind.PLACE, "when": MentionKind.TIME}.get(word[1].casefold(), MentionKind.PERSON)
        if word
        else first.kind
    )
    if kind is MentionKind.PERSON and (first.several or _GROUP.search(first.text.casefold())):
        kind = first.kind
    return [replace(first, kind=kind, is_answer=True), *mentions[1:]]
