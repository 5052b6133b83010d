"""Measure answers on questions whose answers are known: exact match, F1, declined, latency.

PAIRS is SQuAD JSON (.json), each paragraph its own source, or rows of question and answers (.jsonl, .csv) asked
of --source or --index; all may be gzipped. answers is a list of texts (in CSV a JSON array), [] where the source
holds no answer. Scores run from 0 to 100 and equal those of SQuAD's official scripts. Ctrl-C keeps what is done.

examples:
  pincite eval dev-v2.0.json.gz --json report.json
  pincite eval dev-v2.0.json.gz --articles split.json#test --always-answer
  pincite eval questions.csv --source report.md
  pincite eval questions.jsonl --index my-index --limit 100
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import PinciteError
from qa.cli.arguments import add_answering
from qa.cli.numbers import at_least_one
from qa.cli.sources import add_loading, load_sources

if TYPE_CHECKING:
    from qa.answerer import Answerer
    from qa.evaluation import Asker, Pair
    from qa.types import Answer

SETTINGS = (
    "pairs",
    "source",
    "index",
    "articles",
    "limit",
    "reader",
    "top_k",
    "min_confidence",
    "always_answer",
    "filter",
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `pincite eval`."""
    parser.add_argument("pairs", metavar="PAIRS", help="questions with their answers: .json (SQuAD), .jsonl, .csv")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--source", metavar="PATH", help="the source that the rows of PAIRS are asked of")
    where.add_argument("--index", metavar="DIR", help="the saved index that the rows of PAIRS are asked of")
    parser.add_argument("--articles", metavar="SPLIT.json#KEY", help="only articles whose titles the list at KEY holds")
    parser.add_argument("--limit", metavar="N", type=at_least_one, help="only the first N questions")
    parser.add_argument("--reader", metavar="NAME", help="an extractive question-answering model other than our own")
    add_loading(parser)
    threshold = add_answering(parser)
    threshold.add_argument("--always-answer", action="store_true", help="never decline: give the best span")
    parser.add_argument("--json", metavar="OUT", type=Path, help="write settings, scores and every answer here")
    parser.add_argument("--summary", metavar="OUT", type=Path, help="write settings and scores here, no questions")


def run(arguments: argparse.Namespace) -> int:
    """Ask, print the table, write the JSON; whatever stopped the run early is raised after that."""
    from tqdm import tqdm

    from qa.evaluation import evaluate, format_table

    for out in (arguments.json, arguments.summary):
        _check_output(out)
    if arguments.always_answer:
        arguments.min_confidence = 0.0
    pairs = _choose(arguments)
    asker_for = _asker_for(arguments)
    with tqdm(pairs, unit=" questions", file=sys.stderr) as bar:
        report = evaluate(bar, asker_for, top_k=arguments.top_k, min_confidence=arguments.min_confidence)
    if report.items:
        print(format_table(report))
        written = report.to_dict(_settings(arguments))
        if arguments.json:
            _write(arguments.json, written)
        if arguments.summary:
            _write(arguments.summary, {name: value for name, value in written.items() if name != "items"})
    if report.stopped_by is not None:
        raise report.stopped_by
    return 0


def _choose(arguments: argparse.Namespace) -> list[Pair]:
    """The pairs that the arguments ask for, once it is clear what they are to be asked of."""
    from qa.evaluation import keep_articles, read_pairs, read_titles

    pairs = read_pairs(Path(arguments.pairs))
    given = arguments.source is not None or arguments.index is not None
    if pairs[0].document is None and not given:
        raise PinciteError(f"{arguments.pairs} has questions but no text; add --source PATH or --index DIR")
    if pairs[0].document is not None and given:
        raise PinciteError(f"{arguments.pairs} brings its own paragraphs; leave out --source and --index")
    if arguments.articles:
        pairs = keep_articles(pairs, read_titles(arguments.articles))
    return pairs[: arguments.limit]


def _asker_for(arguments: argparse.Namespace) -> Callable[[Pair], Asker]:
    """What answers a pair's question: an Answerer over the index, over the source, or over the pair's paragraph."""
    from qa.answerer import Answerer

    reader = arguments.reader
    documents = list(load_sources(arguments, [arguments.source])) if arguments.source is not None else []

    def asker_for(pair: Pair) -> Asker:
        if arguments.index is not None:
            return _Filtered(Answerer.open(arguments.index, reader=reader), arguments.filter)
        sources = [pair.document] if pair.document else documents
        return _Filtered(Answerer.from_sources(sources, reader=reader), arguments.filter)

    return asker_for


@dataclass(frozen=True, slots=True)
class _Filtered:
    """An answerer that every question is asked of with the same conditions."""

    answerer: Answerer
    where: list[str]

    def ask(self, question: str, *, top_k: int = 5, min_confidence: float | None = None) -> Answer:
        return self.answerer.ask(question, top_k=top_k, min_confidence=min_confidence, where=self.where)


def _settings(arguments: argparse.Namespace) -> dict[str, Any]:
    """What was asked for, and what answered."""
    from importlib.metadata import version

    from qa.reading import default_reader

    settings = {name: getattr(arguments, name) for name in SETTINGS}
    return {"pincite": version("pincite"), **settings, "reader": arguments.reader or default_reader().id}


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n", encoding="utf-8")


def _check_output(path: Path | None) -> None:
    """Refuse, before hours of asking, a place where nothing could be written."""
    if path is not None and (path.is_dir() or not path.parent.is_dir()):
        raise PinciteError(f"{path} cannot be written: it is a folder, or {path.parent} is none")
