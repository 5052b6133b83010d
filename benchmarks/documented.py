"""The tables of documentation outside of benchmarks/README.md, and those of it that say how well documents are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks import scaling
from benchmarks.measured import Found
from benchmarks.readme import ROOT, Section

CARD = ROOT / "docs" / "model-card.md"
_OTHERS = {
    "NQ (search-engine questions)": "measure/nq-qed-dev.json.gz",
    "TyDi QA": "measure/tydiqa-en-goldp-dev.json.gz",
    "stories": "measure/fairytaleqa-test.json.gz",
    "privacy policies, the first 1,000": "train/policyqa-test.json.gz --limit 1000",
}
_RULES = {
    "verbatim, with harmless and marked differences": ("verbatim",),
    "a negation changed": ("negation",),
    "a number changed": ("number",),
    "a name, a tense, another word changed, left out or put in": ("name", "tense", "changed", "left out", "put in"),
    "ascribed to another document": ("elsewhere",),
    "invented": ("invented",),
}
_BY_HAND = {
    "changed tense, changed unit": ("changed tense", "changed unit"),
    "swapped names": ("swapped names",),
    '"only", "almost", "unless" dropped or changed': ("dropped limit",),
    "numbers in words and digits, a lost point, turned digits": ("number in words",),
    "over the edge of a page, a word divided there": ("over a page",),
    "omissions and brackets that change what is said": ("marks that change",),
    "omissions and brackets that do not; another mark": ("marks that hold", "another mark"),
    "invented": ("invented",),
}


def squad(first: Found, second: Found) -> str:
    """Return the reader on SQuAD's test articles."""
    one, two = _values(first), _values(second)
    command = "pincite eval dev/squad-dev-v{0}.json.gz --articles dev/split.json#test_v{0}"
    return "\n".join(
        [
            "| | F1 | exact match | command, in the data folder |",
            "|---|---|---|---|",
            f"| SQuAD 1.1 test articles ({one['total']:,} questions), always answering | **{one['f1']:.1f}** | "
            f"{one['exact']:.1f} | `{command.format('1.1')} --always-answer` |",
            f"| SQuAD 2.0 test articles ({two['total']:,} questions), at the shipped threshold | **{two['f1']:.1f}** | "
            f"{two['exact']:.1f} | `{command.format('2.0')}` |",
            f"| – its {two['answerable']:,} answerable questions | {two['HasAns_f1']:.1f} | "
            f"{two['HasAns_exact']:.1f} | |",
            f"| – its {two['unanswerable']:,} unanswerable questions (share declined) | {two['NoAns_f1']:.1f} | "
            f"{two['NoAns_f1']:.1f} | |",
        ]
    )


def others(found: Found) -> str:
    """Return the reader on other people's questions."""
    runs = {run["command"]: run["figures"] for run in found["runs"]}
    lines = [
        "| | questions | F1, always answering | at the shipped threshold | met with silence | AUROC | ECE | command |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, pairs in _OTHERS.items():
        shipped, always = (runs[f"pincite eval {pairs}{how} --summary OUT.json"] for how in ("", " --always-answer"))
        silent = 100 * shipped["declined"] / shipped["total"]
        lines.append(
            f"| {name} | {shipped['total']:,} | {always['f1']:.1f} | {shipped['f1']:.1f} | {silent:.1f}% | "
            f"{shipped['auroc']:.2f} | {shipped['ece']:.2f} | `pincite eval {pairs}` |"
        )
    return "\n".join(lines)


def refusals(article: Found, paragraph: Found) -> str:
    """Refusals in a collection that has lost what answers."""
    lines = [
        "| what is withheld | refusal precision | refusal recall | AUROC | ECE | option |",
        "|---|---|---|---|---|---|",
    ]
    for name, what, result in (
        ("the article", "article", article),
        ("the paragraphs that hold the answer", "paragraph", paragraph),
    ):
        precision, recall = (_bounded(result["figures"][f"refusal_{of}"]) for of in ("precision", "recall"))
        found = _values(result)
        lines.append(
            f"| {name} | {precision} | {recall} | {found['auroc']:.3f} | {found['ece']:.3f} | `--without {what}` |"
        )
    return "\n".join(lines)


def calibrated(first: Found, second: Found) -> str:
    """Return what the confidence is worth where the shares of questions with an answer are others."""
    one, two = _values(first), _values(second)
    return "\n".join(
        [
            "| test articles | with an answer | AUROC | ECE | |",
            "|---|---|---|---|---|",
            f"| SQuAD 2.0, each question asked of its own paragraph | {100 * two['answerable'] / two['total']:.0f}% | "
            f"{two['auroc']:.3f} | {two['ece']:.3f} | the others were written to look answerable |",
            f"| SQuAD 1.1, each question asked of its own paragraph | all | {one['auroc']:.3f} | {one['ece']:.3f} | "
            "it expects that some mislead (`benchmarks/results/reader-v1.1-test.json`, which answers always) |",
        ]
    )


def rules(found: Found) -> str:
    """Quotations that were made by rule, and how many of them are told rightly."""
    return _told_rightly(found["right"], _RULES)


def by_hand(found: Found) -> str:
    """Quotations that were written by hand."""
    return _told_rightly(found["hard"]["right"], _BY_HAND)


def seconds(found: Found) -> str:
    """Return how long checking takes beside loading."""
    spent = found["seconds"]
    million = f"{spent['characters of these documents'] / 1e6:.1f} million characters"
    drafts = {
        f"150 quotations in a draft of 4,000 words, 200 documents of Markdown ({million})": (
            "loading 200 documents of Markdown",
            "checking 150 quotations against 200 documents of Markdown",
            "checking beside loading, Markdown",
        ),
        "the same, plain text": (
            "loading 200 documents of plain text",
            "checking 150 quotations against 200 documents of plain text",
            "checking beside loading, plain text",
        ),
        "the same draft, one source of 10 MB in which every sentence stands some hundred times": (
            "loading a source of 10 MB",
            "checking the same draft against it",
            "checking beside loading, 10 MB",
        ),
    }
    single = {
        "a quotation of 2,000 words in that source, verbatim": "a quotation of 2,000 words, verbatim, in 10 MB",
        "the same, one word altered": "a quotation of 2,000 words, altered, in 10 MB",
        "2,000 copies of the same words": "2,000 copies of the same words",
    }
    lines = ["| | loading | checking | |", "|---|---|---|---|"]
    for name, (loading, checking, ratio) in drafts.items():
        lines.append(f"| {name} | {spent[loading]:.2f} | {spent[checking]:.2f} | {spent[ratio]:.2f} times |")
    return "\n".join([*lines, *(f"| {name} | | {spent[of]:.2f} | |" for name, of in single.items())])


def widths(found: Found) -> str:
    """Half the width of an interval, by the number of questions."""
    lines = ["| questions | at 50% | at 80% | at 95% |", "|---|---|---|---|"]
    for row in found["half_width"]:
        cells = " | ".join(f"±{row[f'at_{share}%']:.1f}" for share in (50, 80, 95))
        lines.append(f"| {row['questions']:,} | {cells} |")
    return "\n".join(lines)


def needed(found: Found) -> str:
    """Return how many questions a difference needs, by the share that changes."""
    shares = (5, 10, 20, 30)
    lines = [f"| difference | {' | '.join(f'{share}% change' for share in shares)} |", "|---|---|---|---|---|"]
    for row in found["questions_needed"]:
        counts = [row[f"changed_{share}%"] for share in shares]
        points = f"{row['difference']:.0f} point{'s' if row['difference'] > 1 else ''}"
        lines.append(f"| {points} | {' | '.join('–' if n is None else f'{n:,}' for n in counts)} |")
    return "\n".join(lines)


def measured(found: Found, embedding: Found) -> str:
    """Return what the reckoning for large collections goes by."""
    rate, milvus, chunk = embedding["chunks_per_second"]["shipped"], found["milvus"], found["chunk"]
    return "\n".join(
        [
            "| | measured | in |",
            "|---|---|---|",
            f"| the shipped embedder, two cores | {rate:.1f} chunks a second: {rate / embedding['cores']:.1f} a core | "
            "`embedding.json` |",
            f"| a chunk (SQuAD's paragraphs) | {chunk['characters_per_chunk']:.0f} characters; "
            f"{chunk['bytes_of_row_per_chunk']:,.0f} bytes of row beside the vector, "
            f"{chunk['bytes_of_text_per_chunk']:.0f} of text | `scaling.json` |",
            "| its vector | 384 numbers, 1,536 bytes | |",
            f"| memory in Milvus {found['version'].strip('v').partition('-')[0]}, HNSW, all fields loaded | "
            f"{milvus['HNSW']['bytes_of_memory_per_row']:,} bytes a chunk | `scaling.json` |",
            f"| rows written by one client | {milvus['HNSW']['rows_per_second']:,.0f} (HNSW) to "
            f"{milvus['FLAT']['rows_per_second']:,.0f} (FLAT) a second | `scaling.json` |",
            f"| a question, five passages read, two cores | {found['question']['read_p50_ms']:.0f} ms of reading, "
            f"{found['question']['total_p50_ms']:.0f} ms in all | `scaling.json` |",
        ]
    )


def same_answers(found: Found) -> str:
    """Answers from two stores."""
    dense, words = found["dense"], found["hybrid"]
    gap = max(dense["largest_confidence_gap"], words["largest_confidence_gap"])
    return (
        f"The same are {dense['same']} of {dense['questions']} by meaning alone and {words['same']} of "
        f"{words['questions']} by words too. The file also holds by how much confidences differ\n({gap:.2g} at most) "
        "and the time of a search in each, which was taken on a machine with other work to do."
    )


def _told_rightly(right: Found, kinds: Mapping[str, tuple[str, ...]]) -> str:
    lines = ["| | | right |", "|---|---|---|"]
    for name, of in kinds.items():
        counts = [right[kind] for kind in of]
        lines.append(f"| {name} | {sum(total for _, total in counts)} | {sum(good for good, _ in counts)} |")
    return "\n".join(lines)


def _values(result: Found) -> dict[str, Any]:
    return {name: figure["value"] for name, figure in result["figures"].items()}


def _bounded(figure: Found) -> str:
    return f"{figure['value']:.1f} ({figure['low']:.0f} to {figure['high']:.0f})"


SECTIONS: Mapping[str, Section] = {
    "squad": Section(squad, ("reader-v1.1-test", "reader-v2.0-test"), CARD),
    "others": Section(others, ("other-texts",), CARD),
    "refusals": Section(refusals, ("refusals-without-article", "refusals-without-paragraph"), CARD),
    "calibrated": Section(calibrated, ("reader-v1.1-test", "reader-v2.0-test"), CARD),
    "rules": Section(rules, ("checking",), ROOT / "docs" / "checking.md"),
    "by hand": Section(by_hand, ("checking",), ROOT / "docs" / "checking.md"),
    "seconds": Section(seconds, ("checking",), ROOT / "docs" / "checking.md"),
    "widths": Section(widths, ("power",), ROOT / "docs" / "evaluation.md"),
    "needed": Section(needed, ("power",), ROOT / "docs" / "evaluation.md"),
    "measured": Section(measured, ("scaling", "embedding"), ROOT / "docs" / "scaling.md"),
    "plan": Section(scaling.tables, ("scaling", "embedding"), ROOT / "docs" / "scaling.md"),
    "same answers": Section(same_answers, ("stores",), ROOT / "docs" / "scaling.md"),
}
