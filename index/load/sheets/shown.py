"""Writes numbers and dates as a sheet shows them, by their cells' format codes (ECMA-376, part 1, 18.8.30-31).

Without a rule, values are written plainly: a number with its digits, a date as 2024-05-01.
"""

from __future__ import annotations

import operator
import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache

Value = float | int | str | bool | date | datetime | time | timedelta

# The codes that a number alone stands for; those of a date without words are another in each country, and not here.
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 14: "yyyy-mm-dd",
    15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)", 45: "mm:ss", 49: "@",
}  # fmt: skip
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")
_BRACKETED = re.compile(r"\[[^\]]*\]")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.')
_PIECES = re.compile(r'"[^"]*"?|\\.|[_*].|;|[^";\\_*]+|.', re.DOTALL)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d{1,20}(?:\.\d{1,20})?)\]")
_RELATIONS = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
_POWER = re.compile(r"0(\.0*)?E\+00")
_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.[#0?]*)?,*")
_DATE_TOKENS = re.compile(r'"[^"]*"|\\.|AM/PM|A/P|y+|m+|d+|h+|s+(?:\.0+)?|.', re.IGNORECASE | re.DOTALL)
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def shown_as(value: Value, code: str = "") -> str:
    """Write `value` as a cell with the format `code` shows it; plainly if the code does not say how."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float | int):
        return _number(float(value), code)
    if isinstance(value, date | time):
        return (_dated(value, code) if code else None) or _plain_date(value)
    if isinstance(value, timedelta):
        return _duration(value)
    return str(value)


def _number(value: float, code: str) -> str:
    if value != value or abs(value) == float("inf"):
        return _plain_number(value)
    section, signed = _section(code, value)
    if (exponent := _POWER.fullmatch(section)) is not None:
        return f"{value:.{len(exponent[1] or '.') - 1}E}"
    parts = _parts_of(section) if section else None
    if parts is None:
        return _plain_number(value)
    before, digits, after, percent = parts
    text = _digits(abs(value), digits, percent) if digits else ""
    sign = "-" if signed and value < 0 and any(c in "123456789" for c in text) else ""
    return f"{sign}{before}{text}{'%' if percent else ''}{after}".strip()


def _digits(value: float, pattern: str, percent: bool) -> str:
    """Write `value` by its pattern of digits: rounded, a half away from zero, as sheets do."""
    plain = pattern.replace(",.", ".").rstrip(",") if ",." in pattern else pattern.rstrip(",")
    whole, _, fraction = plain.partition(".")
    thousands, places = len(pattern) - len(plain), len(fraction)
    with localcontext(prec=400):
        scaled = Decimal(f"{value:.15g}").scaleb((2 if percent else 0) - 3 * thousands)
        rounded = scaled.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{rounded:,f}" if "," in whole else f"{rounded:f}"
    if "," not in whole:
        text = text.zfill(whole.count("0") + (places + 1 if places else 0))
    spare = len(fraction) - len(fraction.rstrip("#?"))
    while spare and text.endswith("0"):
        text, spare = text[:-1], spare - 1
    if "0" not in whole and rounded < 1:
        text = text.removeprefix("0")
    return text.rstrip(".")


def _section(code: str, value: float) -> tuple[str, bool]:
    """Return the part of a format that a number is shown by, and whether a minus sign is put before what it gives.

    The second is for numbers below zero, the third for zero, unless a section states its own condition.
    """
    sections = _sections(code)
    if _CONDITION.search(code):
        return next((section for section in sections if _meets(value, section)), ""), True
    if value < 0 and len(sections) > 1 and sections[1]:
        return sections[1], False
    if value == 0 and len(sections) > 2 and sections[2]:
        return sections[2], False
    return sections[0], True


def _meets(value: float, section: str) -> bool:
    stated = _CONDITION.search(section)
    return stated is None or _RELATIONS[stated[1]](value, float(stated[2]))


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[str, ...]:
    sections = [""]
    for piece in _PIECES.findall(code):
        if piece == ";":
            sections.append("")
        else:
            sections[-1] += piece
    return tuple(sections)


def _plain_number(value: float) -> str:
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.12g}"


@lru_cache(maxsize=1024)
def _parts_of(code: str) -> tuple[str, str, str, bool] | None:
    """Return what stands before the digits, the digits' pattern, what stands after, whether it counts per cent.

    None for codes that say something else, such as fractions and powers of ten.
    """
    section = _CURRENCY.sub(lambda match: f'"{match[1]}"', code)
    section = _BRACKETED.sub("", section)
    literals: list[str] = []

    def kept(match: re.Match[str]) -> str:
        literals.append(match[1] if match[1] is not None else match[2] or "")
        return chr(0xE000 + len(literals) - 1)

    section = _LITERAL.sub(kept, section)
    match = _DIGITS.search(section)
    if match is None and section and all(ord(c) >= 0xE000 or c in " -–—" for c in section):  # words alone
        return "".join(literals[ord(c) - 0xE000] if ord(c) >= 0xE000 else c for c in section).strip(), "", "", False
    if match is None or any(sign in section for sign in "/@") or re.search(r"[Ee][+-]|General", section):
        return None
    before, after = section[: match.start()], section[match.end() :]
    if _DIGITS.search(after) or re.search(r"[ymdhs]", before + after, re.IGNORECASE):
        return None
    percent = "%" in before + after

    def said(text: str) -> str:
        words = (literals[ord(c) - 0xE000] if 0xE000 <= ord(c) < 0xE000 + len(literals) else c for c in text)
        return "".join(words).replace("%", "")

    return said(before).lstrip(), match[0], said(after).rstrip(), percent


def _plain_date(value: date | time) -> str:
    if not isinstance(value, datetime | time):
        return value.isoformat()
    clock = value.strftime("%H:%M:%S" if value.second else "%H:%M")
    return f"{value.date().isoformat()} {clock}" if isinstance(value, datetime) else clock


def _duration(value: timedelta) -> str:
    seconds = round(value.total_seconds())
    minutes, rest = divmod(abs(seconds), 60)
    sign = "-" if seconds < 0 else ""
    return f"{sign}{minutes // 60}:{minutes % 60:02d}" + (f":{rest:02d}" if rest else "")


def _dated(value: date | time, code: str) -> str | None:
    """Return a date or time by its format code; None where the code is for something else."""
    section = _BRACKETED.sub("", _CURRENCY.sub("", code.partition(";")[0]))
    tokens = _DATE_TOKENS.findall(section)
    if not any(token[0].lower() in "ymdhs" for token in tokens):
        return None
    moment = value if isinstance(value, datetime) else None
    day = value if isinstance(value, date) else None
    clock = moment.time() if moment else value if isinstance(value, time) else time()
    twelve = any(token.upper() in ("AM/PM", "A/P") for token in tokens)
    made: list[str] = []
    for i, token in enumerate(tokens):
        piece = _piece(token, day, clock, twelve, _is_minutes(tokens, i))
        if piece is None:
            return None
        made.append(piece)
    return "".join(made).strip()


def _is_minutes(tokens: list[str], i: int) -> bool:
    """Return an m after hours or before seconds counts minutes, any other months."""
    letters = [token[0].lower() for token in tokens]
    before = next((c for c in reversed(letters[:i]) if c in "ymdhs"), "")
    after = next((c for c in letters[i + 1 :] if c in "ymdhs"), "")
    return letters[i] == "m" and (before == "h" or after == "s")


def _piece(token: str, day: date | None, clock: time, twelve: bool, minutes: bool) -> str | None:
    kind, size = token[0].lower(), len(token)
    if token.upper() in ("AM/PM", "A/P"):
        return ("AM" if clock.hour < 12 else "PM")[: 2 if size > 3 else 1]
    if kind == "h":
        hour = (clock.hour % 12 or 12) if twelve else clock.hour
        return f"{hour:0{min(size, 2)}d}"
    if kind == "s":
        return f"{clock.second:0{min(size, 2)}d}"
    if kind == "m" and minutes:
        return f"{clock.minute:0{min(size, 2)}d}"
    if kind in "ymd":
        return None if day is None else _of_day(kind, size, day)
    if token.startswith('"'):
        return token.strip('"')
    return token[1:] if token.startswith("\\") else token


def _of_day(kind: str, size: int, day: date) -> str:
    if kind == "y":
        return f"{day.year:04d}" if size > 2 else f"{day.year % 100:02d}"
    number, names = (day.month, _MONTHS) if kind == "m" else (day.day, _DAYS)
    if size <= 2:
        return f"{number:0{size}d}"
    name = names[number - 1] if kind == "m" else names[day.weekday()]
    return name if size == 4 else name[:1] if size == 5 else name[:3]
