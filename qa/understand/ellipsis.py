"""Completes follow-ups that leave out most of a question: "when?", "and in 2024?", "what about children?".

What is left takes the place of its counterpart in the question before, or is added to that question, as in the clausal
and nominal ellipses of Hobbs and Kehler, A Theory of Parallelism and the Case of VP Ellipsis (1997): the counterpart is
of the same kind and number, and stands as near to the end as may be.
"""

from __future__ import annotations

import re

from qa.understand.mentions import Mention, MentionKind, content_words, is_verb, mentions_in

LEAD = re.compile(
    r"^(?:(?:and|but|so|then|also|ok(?:ay)?|or|well|now)\b[\s,.!]+|(?:great|cool|thanks|interesting|nice)[,.!]+\s+)+",
    re.IGNORECASE,
)
_AUXILIARY = (
    r"(?:do|does|did|is|are|was|were|am|has|have|had|can|could|will|would|should|may|might|must|isn['’]t|aren['’]t|don['’]t"
    r"|doesn['’]t|didn['’]t|can['’]t)\b"
)
_BARE = re.compile(
    r"^(?P<word>who|whom|when|where|why|how|how many|how much|how long|how often|how far|which|what|since when"
    r"|until when|(?:by|with|from|under|for|to|of|after|against|about) (?:whom?|what|where|when))"
    r"(?: (?:exactly|else|so|come|not|is that|was that|is this))?\s*[?.!]*$",
    re.IGNORECASE,
)
# "on which days?", "how many times?": a question word with its noun, and nothing that is asked of it.
_BARE_NOUN = re.compile(
    rf"^(?P<word>(?:(?:on|in|at|for|to|from|by|with|under|since|until) )?(?:what|which|whose|how many|how much)"
    rf"(?: (?!{_AUXILIARY}|about\b|else\b|if\b|then\b)[\w-]+){{1,2}})\s*[?.!]*$",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"^(?P<word>when|where|why|how)\b.* (?:it|this|that) (?:happen|occur|take place)(?:ed|s)?\b|"
    r"^(?P<word2>when|why) (?:was|is) (?:that|this)\s*\??$",
    re.IGNORECASE,
)
_QUESTION_WORD = re.compile(
    rf"^(?:(?:on |in |at |for |to |from |by )?(?:what|which)(?: (?!{_AUXILIARY})\w+)?|who|whom|whose|when|where|why"
    r"|how(?: many| much| long| old| often| far)?)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"^(?:what|how) about (?P<rest>.+?)\s*[?.!]*$", re.IGNORECASE)
_SAME = re.compile(
    r"^(?:(?:is|does|would|was|are) (?:it|that|this|they) )?(?:be )?(?:also |still )?"
    r"(?:the same|true|apply|the case|so|similar)(?: thing| too| as well)? "
    r"(?P<rest>(?:for|in|with|on|at|to|of|about) .+?)\s*[?.!]*$",
    re.IGNORECASE,
)
_IF = re.compile(
    r"^(?:what |how about |what about |even |only |and )?"
    r"(?P<rest>(?:if|unless|in case|(?<=about )when|(?<=only )when)\b .+?)\s*[?.!]*$",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"^(?P<prep>in|on|at|for|with|without|by|from|to|after|before|during|since|until|between|among|under|over|outside|inside|as"
    r"|of|per|through|within|against|about|around|near)\b (?P<object>.+?)\s*[?.!]*$",
    re.IGNORECASE,
)
_AFTER_THAT = re.compile(
    r"^(?:after|before) (?:that|this|it|then)$|^(?:then what|what then|what next|what happens (?:then|next|afterwards|"
    r"after that))$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    rf"^(?:{_QUESTION_WORD.pattern[1:]}|{_AUXILIARY}|tell|show|list|give|explain|describe|name|summari[sz]e)",
    re.IGNORECASE,
)
_FINITE = re.compile(rf"\b{_AUXILIARY}", re.IGNORECASE)
_LEANS = re.compile(
    r"\b(?:ones?(?!\s+\w)|any|some|more|other|others|it|he|she|they|this|that|there|them|him|her|these|those)\b",
    re.IGNORECASE,
)
_STANDS_FOR = re.compile(r"\b(?:ones?(?!\s+\w)|it|he|she|they|this|that|them|him|her|these|those)\b", re.IGNORECASE)
_ANOTHER = re.compile(r"^(?P<which>(?:the|an?) (?:[a-z-]+ )?[a-z-]+) ones?$", re.IGNORECASE)
_RELATIVE_YEAR = re.compile(
    r"^(?:in )?(?:the )?(?:(?P<before>year before|previous year|prior year)|year after|next year|following year)"
    r"(?: (?:that|this))?$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")
_LED_BY = re.compile(
    r"\b(?:in|on|at|after|before|during|since|until|under|over|within|for|by|from)(?: (?:less|more|fewer) than)?"
    r"(?: (?:the|an?|my|your|one|two|three|four|five|six|\d+))?\s+$",
    re.IGNORECASE,
)
_ON_SUBJECT = re.compile(
    r"\b(?:if|unless|in case|when) (?:i|we|you|one|it|they|he|she|this|that|my|your)\b", re.IGNORECASE
)
_MEANT = re.compile(r"^(?:to (?:ask|know|say|hear)(?: you)?(?: about)?|about) ", re.IGNORECASE)
ORDINALS = frozenset("first second third fourth fifth last next other same".split())
_LONGEST = 6  # words of a fragment
_CONDITION = 12  # words of a condition at most, without a question of its own
_SHORT = 3  # words of one that does not begin with "and"
_LONGEST_EARLIER = 25  # words of a question that something is put into


def with_earlier(question: str, earlier: str, answer: str) -> list[str]:
    """Return what an elliptic `question` asks after `earlier`, the likelier reading first; empty if it is not one."""
    led = LEAD.match(question.strip()) is not None
    asked = LEAD.sub("", question.strip())
    earlier = _asked_last(earlier)
    if not asked or not earlier:
        return []
    if bare := _BARE.match(asked):
        return _with_question_word(bare["word"], earlier, answer)
    if (noun := _BARE_NOUN.match(asked)) and not is_verb(noun["word"].split()[-1]):
        return _with_question_word(noun["word"], earlier, answer)
    if event := _EVENT.match(asked):
        return _with_question_word(event["word"] or event["word2"], earlier, answer)
    if _AFTER_THAT.match(asked.rstrip(" ?.!")):
        return [_after(asked, earlier, answer)]
    if condition := _IF.match(asked):
        return [] if _main_clause(condition["rest"]) else [_added(earlier, condition["rest"])]
    if about := _ABOUT.match(asked) or _SAME.match(asked):
        long = len(about["rest"].split()) > _LONGEST
        return [] if long or _LEANS.search(about["rest"]) else _put(about["rest"], earlier)
    if another := _ANOTHER.match(asked.rstrip(" ?.!")):
        return _of_the_kind(another["which"], earlier)
    if year := _RELATIVE_YEAR.match(asked.rstrip(" ?.!")):
        return _year_beside(-1 if year["before"] else 1, earlier)
    fragment = re.sub(r"^(?:any(?:thing)?|some(?:thing)?) (?=for |in |on |with |at )", "", asked.rstrip(" ?.!"))
    short = len(fragment.split()) <= _LONGEST and not _ASKS.match(fragment) and not _FINITE.search(fragment)
    led = led and not question.strip().endswith("!") and not re.search(r"\b(?:I|you)\b", fragment)
    asks = question.strip().endswith("?") and len(fragment.split()) <= _SHORT
    if not short or not (led or asks) or _LEANS.search(fragment):
        return []
    put = _put(fragment, earlier)
    return put if led else [question.strip(), *put[:1]]  # "FICO?" alone may stand on its own


def asks(turn: str) -> bool:
    """Return whether a turn ends with a question or request, not with a remark ("I also want some time to relax.")."""
    last = LEAD.sub("", re.split(r"(?<=[.!?])\s+", turn.strip())[-1])
    return last.endswith("?") or _ASKS.match(last) is not None


def names_its_subject(question: str) -> bool:
    """Return whether an elliptic `question` says itself what it is about: "what about alcohol?"."""
    about = _ABOUT.match(LEAD.sub("", question.strip()))
    return about is not None and not _LEANS.search(about["rest"]) and not _IF.match(about["rest"])


def is_condition(question: str) -> bool:
    """Return whether an elliptic `question` is a condition: "what if I am ill?"."""
    return _IF.match(LEAD.sub("", question.strip())) is not None


def leans_on_subject(condition: str) -> bool:
    """Return whether a condition says of nobody else what may be ("if I am ill", not "if the alarm rings")."""
    return _ON_SUBJECT.search(condition) is not None


def corrected(words: str, wrong: str | None, earlier: str) -> list[str]:
    """Correct `earlier`: put `words` in the place of what was misread (`wrong`, if the user said it)."""
    earlier = _asked_last(earlier)
    words = _MEANT.sub("", words.strip()).rstrip(" .!?")
    if _ASKS.match(words) or (len(words.split()) > _LONGEST and _FINITE.search(words)):
        return [words + "?"]
    if wrong and (at := re.search(rf"\b{re.escape(wrong)}\b", earlier, re.IGNORECASE)):
        return [earlier[: at.start()] + words + earlier[at.end() :]]
    return _put(words, earlier) if earlier and len(words.split()) <= _LONGEST else [words]


def _asked_last(earlier: str) -> str:
    """Return the question that the turn before ends with; empty for a remark, or if it is too long to be changed."""
    last = LEAD.sub("", re.split(r"(?<=[.!?])\s+", earlier.strip())[-1])
    return last if _ASKS.match(last) and len(last.split()) <= _LONGEST_EARLIER else ""


def _main_clause(condition: str) -> bool:
    """Return whether a question follows the condition: "if I move, who pays?"."""
    inverted = (
        rf"\b{_AUXILIARY} (?:i|we|you|they|it|he|she|the|there|my|your)\b|,\s*(?:then )?{_QUESTION_WORD.pattern[1:]}"
    )
    return len(condition.split()) > _CONDITION or bool(re.search(inverted, condition, re.IGNORECASE))


def _of_the_kind(which: str, earlier: str) -> list[str]:
    """Complete "And an extended one?" after "an immediate family member": an extended family member."""
    phrases = [mention for mention in mentions_in(earlier) if len(mention.text.split()) > 1]
    if not phrases or which.split()[-1] in ORDINALS:
        return []
    last = phrases[-1]
    start = earlier.rfind(last.text)
    before = re.sub(r"\b(?:the|an?)\s+$", "", earlier[:start], flags=re.IGNORECASE)
    return [f"{before}{which} {last.text.split(maxsplit=1)[1]}{earlier[start + len(last.text) :]}"]


def _with_question_word(word: str, earlier: str, answer: str) -> list[str]:
    first = _QUESTION_WORD.match(earlier)
    if first is None and re.match(_AUXILIARY, earlier, re.IGNORECASE):
        return [f"{word.capitalize()} {earlier[0].lower()}{earlier[1:]}"]
    rest = earlier[first.end() :].strip() if first else ""
    if not rest or _ABOUT.match(earlier) or (first and first[0].casefold() == word.casefold()):
        return []
    asked_for_person = re.match(r"who|whom", earlier, re.IGNORECASE)
    if asked_for_person and answer and len(answer.split()) <= _LONGEST:  # "Who met Dar? - Araghchi. - When?"
        rest = f"{answer} {rest}"
    return [f"{word.capitalize()} {rest}"]


def _after(asked: str, earlier: str, answer: str) -> str:
    """Complete "And after that?": after the time that was answered, or else after what was asked about."""
    before = "before" if asked.casefold().startswith("before") else "after"
    rest = re.sub(rf"^{_AUXILIARY}\s*", "", _QUESTION_WORD.sub("", earlier).strip(" ?"), flags=re.IGNORECASE)
    times = (
        [m for m in mentions_in(answer, of_answer=True) if m.kind is MentionKind.TIME]
        if len(answer.split()) <= _LONGEST
        else []
    )
    return f"What happens {before} {answer.strip(' .')}: {rest}?" if times else f"What happens {before} {rest}?"


def _year_beside(by: int, earlier: str) -> list[str]:
    """Return the year that is meant: "And the year before?" after 2024 is about 2023."""
    years = list(_YEAR.finditer(earlier))
    if not years:
        return []
    last = years[-1]
    return [f"{earlier[: last.start()]}{int(last[0]) + by}{earlier[last.end() :]}"]


def _added(earlier: str, words: str) -> str:
    return f"{earlier.rstrip(' ?.!')} {words.rstrip(' ?.!')}?"


def _put(words: str, earlier: str) -> list[str]:
    """Put `words` in the place of their counterpart in `earlier`, or add them if there is none."""
    if match := _PREPOSITION.match(words):
        return [_with_preposition(match["prep"], match["object"], earlier)]
    new = mentions_in(words)
    kind, several = (new[-1].kind, new[-1].several) if new else (MentionKind.THING, False)
    old = _counterpart(words, kind, several, mentions_in(earlier))
    preposition = "in" if kind in {MentionKind.TIME, MentionKind.PLACE} else "for"
    added = _added(earlier, f"{preposition} {words}")
    if old is None:
        leaning = _STANDS_FOR.search(earlier)
        return [earlier[: leaning.start()] + words + earlier[leaning.end() :], added] if leaning else [added]
    start = earlier.rfind(old.text)
    return [_tidy(earlier[:start], _in_place_of(old, words, several), earlier[start + len(old.text) :])]


def _with_preposition(preposition: str, what: str, earlier: str) -> str:
    """Replace the last phrase with this preposition; add one if there is none."""
    matches = list(re.finditer(rf"\b{preposition}\s+(?:the |a |an |my |your |its )?", earlier, re.IGNORECASE))
    for place in reversed(matches):
        for mention in mentions_in(earlier[place.end() :])[:1]:
            if earlier[place.end() :].startswith(mention.text) and mention.words:
                rest = earlier[place.end() + len(mention.text) :]
                return f"{earlier[: place.start()]}{preposition.lower()} {what}{rest}"
    new = mentions_in(what)
    old = next((m for m in mentions_in(earlier)[::-1] if new and m.kind is new[-1].kind is MentionKind.TIME), None)
    if old and (lead := _LED_BY.search(earlier[: earlier.rfind(old.text)])):  # "over one year" for "in 2023"
        return f"{earlier[: lead.start()]}{preposition.lower()} {what}{earlier[lead.end() + len(old.text) :]}"
    return _added(earlier, f"{preposition.lower()} {what}")


def _counterpart(words: str, kind: MentionKind, several: bool, mentions: list[Mention]) -> Mention | None:
    """Return the phrase of the earlier question that is most like `words`; None if none is like it."""
    names = {MentionKind.NAME, MentionKind.PERSON, MentionKind.PLACE}

    def like(mention: Mention) -> float:
        same = mention.kind is kind or {mention.kind, kind} <= names
        shares = bool(mention.words & content_words(words))
        alike = mention.several is several or {mention.kind, kind} <= names
        return 3 * shares + 2 * same + alike + 0.1 * mention.order

    best = max(mentions, key=like, default=None)
    return best if best is not None and like(best) >= 3 else None


def _in_place_of(old: Mention, words: str, several: bool) -> str:
    """Complete "And beta?" after "the alpha phase": the beta phase."""
    both = old.text.split()
    like = old.kind is MentionKind.THING and old.several is several
    if len(words.split()) == 1 and len(both) == 2 and like and both[1] not in words:
        return f"{words} {both[1]}"
    return words


def _tidy(before: str, words: str, after: str) -> str:
    if re.match(r"(?:the|a|an|my|his|her|its|their|our)\b", words, re.IGNORECASE):
        before = re.sub(r"\b(?:the|a|an|this|that)\s+$", "", before, flags=re.IGNORECASE)
    return before + words + after
