"""Lists the usual spellings of a number, a date or a sum of money, such as "5 million" for "5,000,000"."""

from __future__ import annotations

import re
from collections.abc import Iterator

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December", "Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sept", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
NUMBER_WORDS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety"
).split()
_VALUES = dict(zip(NUMBER_WORDS, [*range(2, 21), *range(30, 100, 10)], strict=True))
_SCALES = {
    "hundred": 100, "thousand": 1000, "k": 1000, "million": 10**6, "m": 10**6, "mn": 10**6, "billion": 10**9,
    "bn": 10**9, "trillion": 10**12,
}  # fmt: skip
_CURRENCIES = {
    "$": ("dollars", "USD"),
    "€": ("euros", "EUR"),
    "£": ("pounds", "GBP"),
    "¥": ("yen", "JPY"),
    "₹": ("rupees", "INR"),
}
_FIGURE = re.compile(r"(\d[\d.,:/]*)?[ \u00a0-]?([a-zA-Z]+(?:-[a-zA-Z]+)?)?[ \u00a0-]?([a-zA-Z]+)?")


def spellings(text: str, kind: str) -> list[str]:
    """Return `text` and other ways to spell it. `kind`: number, date, sum or name."""
    if kind == "name":
        return [text, f"{text}'s"]
    spelt = {"date": _date, "sum": _sum, "number": _number}[kind](text)
    return list(dict.fromkeys([text, *spelt]))


def _number(text: str) -> Iterator[str]:
    text = re.sub(r"(?<=\d)(?:st|nd|rd|th)\Z", "", text.lower())
    yield text
    match = _FIGURE.fullmatch(text)
    digits, words, more = match.groups() if match else (None, None, None)
    scale = next((_SCALES[w] for w in (words, more) if w in _SCALES), 1)
    value = _value(digits) if digits else _spelt_value(words or "")
    if value is None:
        return
    yield from _numerals(value * scale)
    if scale > 1:
        base = f"{value:g}"
        names = [name for name, size in _SCALES.items() if size == scale]
        yield from (f"{base}{'' if len(name) < 3 else ' '}{name}" for name in names)
        yield from (f"{word} {name}" for word in _words(value) for name in names)


def _numerals(value: float) -> Iterator[str]:
    if value == int(value):
        whole = int(value)
        yield from (str(whole), f"{whole:,}", f"{whole:,}".replace(",", " "), *_words(whole))
        for name, size in (("million", 10**6), ("billion", 10**9), ("thousand", 1000)):
            if whole >= size:
                yield f"{whole / size:g} {name}"
    else:
        yield f"{value:g}"


def _words(value: float) -> list[str]:
    exact = [word for word, number in _VALUES.items() if number == value]
    tens, ones = divmod(int(value), 10)
    if not exact and value == int(value) and 20 < value < 100 and ones:
        unit = "one" if ones == 1 else NUMBER_WORDS[ones - 2]
        exact = [f"{word}-{unit}" for word, number in _VALUES.items() if number == tens * 10]
    return exact


def _value(digits: str) -> float | None:
    plain = digits.replace(",", "")
    return float(plain) if re.fullmatch(r"\d+(?:\.\d+)?", plain) and len(plain) < 16 else None


def _spelt_value(words: str) -> float | None:
    parts = [_VALUES.get(part, 1 if part == "one" else None) for part in words.split("-")]
    return None if not parts or None in parts else float(sum(part for part in parts if part is not None))


def _sum(text: str) -> Iterator[str]:
    if text.endswith(("%", "cent")):
        number = re.sub(r"[ \u00a0]?(?:%|per ?cent)\Z", "", text)
        for spelling in (number, *_number(number)):
            yield from (f"{spelling} %", f"{spelling} percent", f"{spelling} per cent")
        return
    sign = next((sign for sign, names in _CURRENCIES.items() if sign in text or names[0] in text), "$")
    number = re.sub(r"\A(?:US|A|C)?[$€£¥₹][ \u00a0]?|[ \u00a0](?:dollars|euros|pounds|yen|rupees)\Z", "", text)
    name, code = _CURRENCIES[sign]
    for spelling in (number, *_number(number)):
        yield from (f"{sign}{spelling}", f"{spelling} {name}", f"{spelling} US {name}", f"{code} {spelling}")
        yield from (f"{spelling} {code}", f"{spelling}{sign}")


def _date(text: str) -> Iterator[str]:
    iso = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text)
    month = next((m for m in MONTHS if re.search(rf"\b{m}\b", text)), None)
    if iso and 1 <= int(iso[2]) <= 12:
        year, day, number = iso[1], int(iso[3]), int(iso[2])
    elif month:
        numbers = re.findall(r"\d+", text)
        year = next((n for n in numbers if len(n) == 4), "")
        day = next((int(n) for n in numbers if len(n) < 3), 0)
        number = next(i for i, name in enumerate(MONTHS[:12], 1) if name.startswith(month[:3]))
    else:
        return
    names = [name for name in MONTHS if name.startswith(MONTHS[number - 1][:3])]
    for name in names:
        if not day:
            yield f"{name} {year}"
            continue
        for spelt in (str(day), f"{day}{_suffix(day)}"):
            yield from (f"{spelt} {name} {year}", f"{name} {spelt} {year}", f"{spelt} of {name} {year}")
    if day and year:
        yield from (f"{year}-{number:02}-{day:02}", f"{day}/{number}/{year}", f"{number}/{day}/{year}")


def _suffix(day: int) -> str:
    return "th" if 10 < day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
