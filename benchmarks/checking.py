"""Measures how well quotations are checked: 200 of them, made by rule from texts that come with the project.

50 are verbatim, each with the harmless differences of a draft (typographic marks, line ends, hyphens at them,
ligatures, white space, the first letter's case, omissions and brackets that are marked); 100 are altered in one word (a
negation, a number, a name, a tense, another word changed, left out or put in); 25 are ascribed to another document; 25
are invented. 52 harder ones are written by hand (`checking_cases`). And how long it takes, in processor time, the
median of five runs (`checking_times`): a draft of twenty pages against 200 documents, beside the time of loading those,
as plain text and as Markdown; a source of 10 MB; quotations of 2,000 words; 2,000 copies of the same words.

    python -m benchmarks.checking [--out benchmarks/results/checking.json]
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.checking_cases import CASES, source
from benchmarks.checking_times import timed
from benchmarks.made_with import made_with
from benchmarks.readme import ROOT
from index import Document, load_all
from index.split.sentences import split_sentences
from pincite.records.check import Finding, Verdict, check, draft_of_text

SEED = 29
STYLES = ("“{}”", '"{}"', "«{}»", "„{}“", "‘{}’", "『{}』")
NUMBER = re.compile(r"(?<![\w.-])\d+(?![\w.-]*\w)")
NEGATABLE = re.compile(r"\b(is|are|was|were|can|has|have|does|will|may|should|must)\b(?! not)")
TENSES = {"is": "was", "was": "is", "are": "were", "were": "are", "has": "had", "had": "has", "said": "says"}
LIGATURES = {"ffi": "ﬃ", "fi": "ﬁ", "fl": "ﬂ", "ff": "ﬀ"}
NAMES = ("Margrave", "Oswestry", "Kowalski", "Thessaly")
INVENTED_WORDS = (
    "dragon orchard velvet lantern harbour winter piano cathedral saddle thunder meadow violin glacier pepper mirror "
    "canoe falcon honey marble ribbon"
).split()


@dataclass(frozen=True, slots=True)
class Case:
    """A quotation, its draft, what should be said of it, and of which kind it is."""

    kind: str
    draft: str
    expected: Verdict


def documents() -> list[Document]:
    """Return the bundled article and the project's own pages."""
    paths = [*sorted((ROOT / "qa/articles").glob("*.md")), *sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md"]
    return load_all([path for path in paths if path.name != "checking.md"])


def passages(found: list[Document]) -> list[tuple[Document, str]]:
    """Return one or two whole sentences of prose at a time, with the document that they stand in."""
    kept = []
    for document in found:
        for start, end in split_sentences(document):
            words = document.text[start:end]
            if 8 <= len(words.split()) <= 60 and not re.search(r"[|`\[\]*_#<>{}=…\n]|https?:|\.\.\.", words):
                kept.append((document, words))
    return kept


def harmless(words: str, random_: random.Random) -> str:
    """`words` with a harmless difference or several."""
    changes: list[Callable[[str], str]] = [
        lambda text: text.replace("'", "’").replace('"', "“", 1).replace('"', "”", 1),
        lambda text: re.sub(r"(?<=\w) (?=\w)", "\n", text, count=2),
        lambda text: text.replace(" ", "  ", 2).replace(" ", "\u00a0", 1),
        lambda text: _hyphenated(text, random_),
        lambda text: re.sub("ffi|fi|fl|ff", lambda m: LIGATURES[m[0]], text),
        lambda text: text[0].swapcase() + text[1:],
        lambda text: text.rstrip(".") + ",",
        lambda text: text.replace("e", "e\u00ad", 1).replace(" ", "\u200b ", 1),
        lambda text: _omitted(text),
        lambda text: f"[{text[0].swapcase()}]{text[1:]}" if text[0].isalpha() else text,
        lambda text: " ".join([*text.split()[:4], "[of that time]", *text.split()[4:]]),
        lambda text: text.replace(" - ", " — ").replace("–", "-"),
    ]
    for change in random_.sample(changes, random_.randint(1, 3)):
        words = change(words)
    return words


def _hyphenated(text: str, random_: random.Random) -> str:
    long = list(re.finditer(r"\b[a-z]{7,}\b", text))
    if not long:
        return text
    match = random_.choice(long)
    return f"{text[: match.start() + 3]}-\n{text[match.start() + 3 :]}"


def _omitted(text: str) -> str:
    words = text.split(" ")
    if len(words) < 12 or re.search(r"\bno[tr]?\b|n't|never|none|without", " ".join(words[4:7])):
        return text
    return " ".join([*words[:4], "…", *words[7:]])


def altered(kind: str, words: str, random_: random.Random) -> str | None:
    """`words` altered in one word, or None where they have none of the kind."""
    if kind == "negation":
        if re.search(r"\bnot\b ", words):
            return re.sub(r"\bnot\b ", "", words, count=1)
        return NEGATABLE.sub(r"\1 not", words, count=1) if NEGATABLE.search(words) else None
    if kind == "number":
        return NUMBER.sub(lambda m: str(int(m[0]) + 1), words, count=1) if NUMBER.search(words) else None
    if kind == "name":
        name = re.search(r"(?<=[a-z] )[A-Z][a-z]{3,}\b", words)
        return None if name is None else words[: name.start()] + random_.choice(NAMES) + words[name.end() :]
    if kind == "tense":
        verb = re.search(rf"\b({'|'.join(TENSES)})\b", words)
        return None if verb is None else words[: verb.start()] + TENSES[verb[0]] + words[verb.end() :]
    split = words.split(" ")
    at = random_.randrange(1, len(split) - 1)
    if kind == "changed":
        return " ".join([*split[:at], random_.choice(INVENTED_WORDS), *split[at + 1 :]])
    if kind == "left out":
        return " ".join([*split[:at], *split[at + 1 :]]) if re.search(r"\w", split[at]) else None
    return " ".join([*split[:at], random_.choice(INVENTED_WORDS), *split[at:]])


def cases(found: list[Document]) -> Iterator[Case]:
    """Yield the 200, the same at every run."""
    random_ = random.Random(SEED)
    pool = passages(found)
    random_.shuffle(pool)
    at = iter(pool * 40)
    for i in range(50):
        document, words = next(at)
        yield Case("verbatim", _draft(harmless(words, random_), document.id if i % 2 else None, i), Verdict.VERBATIM)
    wanted = {"negation": 20, "number": 20, "name": 15, "tense": 15, "changed": 10, "left out": 10, "put in": 10}
    for kind, count in wanted.items():
        done = 0
        while done < count:
            document, words = next(at)
            changed = altered(kind, words, random_)
            if changed is not None and changed != words:
                done += 1
                yield Case(kind, _draft(changed, document.id if done % 2 else None, done), Verdict.ALTERED)
    for i in range(25):
        document, words = next(at)
        other = random_.choice([one.id for one in found if words not in one.text])
        yield Case("elsewhere", _draft(words, other, i), Verdict.ELSEWHERE)
    for i in range(25):
        words = " ".join(random_.choice((*INVENTED_WORDS, "the", "of", "and", "was", "in")) for _ in range(14))
        yield Case("invented", _draft(words, None, i), Verdict.NOT_FOUND)


def _draft(words: str, source: str | None, number: int) -> str:
    quoted = STYLES[number % len(STYLES)]
    if any(mark in words for mark in quoted.replace("{}", "")):
        quoted = "『{}』"
    ascribed = f" ({source})" if source else ""
    return f"The author writes: {quoted.format(words)}{ascribed}.\n"


def measure(found: list[Document]) -> dict[str, object]:
    """Of each kind, how many got the verdict that they should, and those that did not."""
    right, total, wrong = Counter[str](), Counter[str](), []
    for case in cases(found):
        findings = check(draft_of_text(case.draft, "draft.txt"), found).findings
        findings = tuple(one for one in findings if one.quotation.inside is None)
        total[case.kind] += 1
        if len(findings) == 1 and _is_right(findings[0], case):
            right[case.kind] += 1
        else:
            wrong.append({"kind": case.kind, "draft": case.draft, "found": [one.verdict.value for one in findings]})
    return {"right": {kind: [right[kind], total[kind]] for kind in total}, "wrong": wrong}


def _is_right(finding: Finding, case: Case) -> bool:
    return finding.verdict is case.expected and (case.expected is not Verdict.ALTERED or bool(finding.differences))


def measure_hard() -> dict[str, object]:
    """Return the same of the cases that were written by hand."""
    right, total, wrong = Counter[str](), Counter[str](), []
    document = source()
    for kind, words, expected in CASES:
        findings = check(
            draft_of_text(f"The report says: 『{words}』 ({document.id}).", "draft.txt"), [document]
        ).findings
        total[kind] += 1
        outermost = [one.verdict for one in findings if one.quotation.inside is None]
        if outermost == [expected]:
            right[kind] += 1
        else:
            wrong.append({"kind": kind, "quotation": words, "found": [verdict.value for verdict in outermost]})
    return {"right": {kind: [right[kind], total[kind]] for kind in total}, "wrong": wrong}


def main() -> None:
    """Measure, print, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks/results/checking.json")
    arguments = parser.parse_args()
    found = documents()
    result: dict[str, Any] = {
        "made_with": made_with("checking"),
        "documents": [one.id for one in found],
        **measure(found),
        "hard": measure_hard(),
        "seconds": timed([words for _, words in passages(found)], altered),
    }
    arguments.out.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    for counts in (result["right"], result["hard"]["right"]):
        for kind, (right, total) in counts.items():
            print(f"{kind:18} {right} of {total}")
    for name, value in result["seconds"].items():
        print(f"{value:12} {name}")


if __name__ == "__main__":
    main()
