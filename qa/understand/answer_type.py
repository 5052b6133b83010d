"""Finds the expected answer type: a number, a date, a time of day, a sum of money, a unit, names; or several of them.

The answer types of Li & Roth 2002 ("Learning question classifiers"), as far as a form of words shows them in the text:
a text that holds no such thing where it seems to answer speaks of something else.
"""

from __future__ import annotations

import re

_NUMBER_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion dozen"
    " dozens hundreds thousands half twice once no none several few many both all every each couple single pair zero"
).split()
_NUMBER = re.compile(rf"\d|\b(?:{'|'.join(_NUMBER_WORDS)})\b", re.IGNORECASE)
_MONEY = re.compile(
    r"[$€£¥₹]|\d|\b(?:free|dollars?|euros?|pounds?|cents?|usd|eur|gbp|crowns?|price|fee|cost|charge)\b", re.IGNORECASE
)
_CLOCK = re.compile(
    r"\d{1,2}[:.]\d{2}|\b\d{1,2}\s?(?:am|pm|a\.m|p\.m|h|o['’]clock)\b|\b(?:noon|midnight|midday|dawn|dusk|sunrise|sunset|"
    r"morning|afternoon|evening|night|o['’]clock|hours?)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\d|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|"
    r"aug|sept?|oct|nov|dec|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|spring|summer|autumn|fall|winter|century|"
    r"centuries|decade|year|years|yearly|annual|annually|month|monthly|week|weekly|day|daily|today|tomorrow|yesterday|"
    r"now|soon|after|before|until|till|when|whenever|while|during|since|once|always|never|every|each|immediately|"
    r"morning|evening|night|noon|midnight|age|birth|death|war|reign|time|end|beginning|start|later|earlier|next|last)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(f"{_DATE.pattern}|{_CLOCK.pattern}", re.IGNORECASE)
_UNITS = {
    "second": r"second|sec\b|ms\b|millisecond",
    "minute": r"minute|\bmin\b|second|hour|moment|immediately|instant",
    "hour": r"hour|minute|\bh\b|day|night|overnight",
    "day": r"day|week|hour|month|night",
    "week": r"week|day|month|fortnight",
    "month": r"month|year|week|day|quarter",
    "year": r"year|decade|century|month|annual|\d{4}",
    "mile": r"mile|\bkm\b|kilomet|metre|meter|feet|foot",
    "percent": r"%|percent|per cent|half|third|quarter|majority|all|none",
}
_ASKED = (
    (re.compile(r"\b(?:what|which) time\b|\bat what hour\b", re.IGNORECASE), _CLOCK),
    (re.compile(r"\bhow much\b.*\b(?:cost|costs|price|pay|paid|fee|charge|earn|worth|money)\b", re.IGNORECASE), _MONEY),
    (re.compile(r"\bhow (?:many|much|old|tall|high|big|large|fast|deep|wide)\b", re.IGNORECASE), _NUMBER),
    (re.compile(r"\b(?:when|what (?:year|date|day|month)|which (?:year|date|day|month))\b", re.IGNORECASE), _WHEN),
)
_UNIT = re.compile(rf"\bhow (?:many|much) ({'|'.join(_UNITS)})s?\b", re.IGNORECASE)
_DURATION = re.compile(r"\d|\b(?:short|long|forever|always|never|permanent|indefinite|until)\w*", re.IGNORECASE)
_HOW_LONG = re.compile(r"\bhow (?:long|often|far)\b", re.IGNORECASE)


def holds_answer_type(question: str, words: str) -> bool:
    """Return whether `words` hold the kind of thing that `question` asks for; true where it asks for no such kind."""
    if unit := _UNIT.search(question):
        return bool(re.search(_UNITS[unit[1].lower()], words, re.IGNORECASE))
    if _HOW_LONG.search(question):
        return bool(_NUMBER.search(words) or _DURATION.search(words) or _DATE.search(words))
    for asked, wanted in _ASKED:
        if asked.search(question):
            return bool(wanted.search(words))
    return True


_NAME = re.compile(r"(?<=\S )(?<![.?!:] )[A-Z][\w'’.+-]*\w")
_NO_NAMES = frozenset("I I'm I’m I'd I’d I've I’ve OK PDF FAQ TLDR TL".split())


def names_in(question: str) -> list[str]:
    """Return the capitalised words within `question`, but for its first word and where every word is written so."""
    words = question.split()
    capitals = sum(word[:1].isupper() for word in words)
    if len(words) > 3 and capitals > 0.7 * len(words):
        return []
    return [name for name in _NAME.findall(question) if name not in _NO_NAMES]


# Words of one thing that end like many.
_ONE = r"(?!\w*(?:ss|us|is|ness)\b|(?:does|was|has|his|its|this|as|news|series|politics|physics|mathematics|always)\b)"
MANY = rf"(?:{_ONE}\w+s|people|men|women|children|countries|ones|two|three|four|five|six|seven|eight|nine|ten)"
_GO_ON = "(?:of|in|that|who|are|were|do|did|have|had|can|could|will|would)"
_ASKS_FOR_A_NUMBER = re.compile(r"\bhow (?:many|much)\b", re.IGNORECASE)
_ASKS_FOR_SEVERAL = re.compile(
    rf"""
    ^\W*(?:please\s+)?(?:name|list|give|enumerate)\b.*\b{MANY}\b
    | \b(?:what|which|who)\s+(?:all\s+)?(?:are|were)\b
    | \bwhich\s+{MANY}\b
    | \b(?:what|which)\s+(?:\w+\s+){{0,3}}?{MANY}\s+{_GO_ON}\b
    | \b(?:types|kinds|examples|names|members|parts|all\s+(?:the|of))\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def asks_for_several(question: str) -> bool:
    """Return whether its words ask for more than one thing: "Which countries …", "Who were …", "Name the …"."""
    return _ASKS_FOR_SEVERAL.search(question) is not None and not _ASKS_FOR_A_NUMBER.search(question)
