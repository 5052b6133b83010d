"""Measure answers on questions whose answers are known: scores, retrieval, citations, refusals, confidence, speed.

PAIRS is SQuAD JSON (.json), each paragraph its own source, or rows (.jsonl, .csv) asked of --source or --index; all may
be gzipped. A row holds question and answers, a list of texts (in CSV a JSON array), [] where the source holds no
answer; it may name its source, and hold a conversation. Each question is asked for a span, unless --form says
otherwise: gold answers are most often spans. Scores run from 0 to 100 and equal those of SQuAD's official
scripts; docs/evaluation.md defines every figure. Ctrl-C keeps what is done, and --resume goes on. A failed gate exits
with 3.

examples:
  pincite eval dev-v2.0.json.gz --json result.json
  pincite eval dev-v2.0.json.gz --articles split.json#test --scope collection --without paragraph
  pincite eval questions.csv --source reports/ --against last-week.json --min-f1 80
  pincite eval questions.csv --source reports/ --sweep top_k=3,5,10 --goal coverage@95
  pincite eval questions.csv --source reports/ --form auto
  pincite eval questions.csv --template reports/
"""

from __future__ import annotations

import argparse
import hashlib
import math
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import PinciteError
from pincite.cli.arguments import add_answering, add_form, add_sources, check_writable
from pincite.cli.numbers import at_least_one, number_to, parse_sweep, probability, whole_from
from pincite.cli.sources import add_repeatable, load_sources

if TYPE_CHECKING:
    from index import Document
    from pincite.evaluation.measuring import Measurement
    from pincite.evaluation.plan import Plan
    from pincite.evaluation.protocol import Protocol
    from pincite.evaluation.shapes import GateRecord, Result
    from pincite.evaluation.types import Pair
    from pincite.evaluation.workshop import Setup

GATE_FAILED = 3


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `pincite eval`."""
    parser.add_argument(
        "pairs", metavar="PAIRS", nargs="?", help="questions with their answers: .json (SQuAD), .jsonl, .csv"
    )
    add_sources(parser, default=", where PAIRS does not bring its paragraphs")
    parser.add_argument(
        "--template", metavar="SOURCE", help="make PAIRS (or print it): sentences of SOURCE to write questions for"
    )
    _add_protocol(parser)
    _add_setup(parser)
    _add_output(parser)
    _add_gates(parser)


def _add_protocol(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("questions and documents")
    group.add_argument("--articles", metavar="SPLIT.json#KEY", help="only articles whose titles the list at KEY holds")
    group.add_argument("--limit", metavar="N", type=at_least_one, help="only the first N questions")
    group.add_argument(
        "--scope",
        choices=["paragraph", "collection"],
        help="ask each question of its own paragraph or source alone (default for SQuAD), or of all of them together",
    )
    group.add_argument(
        "--without",
        choices=["article", "paragraph"],
        help="take the article, or the paragraphs that hold the answer, from a third of the answerable questions",
    )
    group.add_argument(
        "--answers", choices=["one", "all"], default="one", help="all: every gold answer is wanted (default: one)"
    )
    group.add_argument(
        "--gold",
        choices=["offset", "text"],
        default="offset",
        help="text: a gold answer stands wherever its words do, whatever offsets PAIRS gives (default: offset)",
    )


def _add_setup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--chunk-tokens", metavar="N", type=whole_from(16), help="tokens of a chunk at most")
    parser.add_argument("--overlap", metavar="N", type=whole_from(0), help="sentences a chunk repeats of the last one")
    parser.add_argument(
        "--dense-weight", metavar="W", type=probability, help="search by words alone (0) to meaning (1)"
    )
    add_form(parser, default="span")
    threshold = add_answering(parser)
    threshold.add_argument("--always-answer", action="store_true", help="never decline: give the best span")


def _add_output(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("output")
    group.add_argument("--json", metavar="OUT", type=Path, help="write settings, figures and every question here")
    group.add_argument("--summary", metavar="OUT", type=Path, help="write settings and figures here, no questions")
    group.add_argument("--report", metavar="OUT.html", type=Path, help="write a page with all of it, to look at")
    group.add_argument("--resume", action="store_true", help="continue a run with the same --json that was interrupted")
    group.add_argument("--against", metavar="OLD.json", type=Path, help="compare with what --json wrote before")
    words = "measure each value of top_k, min_confidence, chunk_tokens, overlap, dense_weight, embedder or reader"
    add_repeatable(group, "--sweep", "NAME=VALUE,…", words)
    group.add_argument("--goal", metavar="FIGURE", help="the figure that a sweep chooses by (default: f1)")


def _add_gates(parser: argparse.ArgumentParser) -> None:
    from pincite.evaluation.definitions import LEAST, MOST, describe

    group = parser.add_argument_group("gates: exit code 3 unless the figure keeps the limit")
    for name in (*LEAST, *MOST):
        label, highest = describe(name)
        scale = "" if math.isinf(highest) else f", from 0 to {highest:g}"
        words = f"{label}: at {'least' if name in LEAST else 'most'} X{scale}".replace("%", "%%")
        group.add_argument(f"--{name}", metavar="X", type=number_to(highest), dest=name, help=words)


def run(arguments: argparse.Namespace) -> int:
    """Ask, print the tables, write the JSON; then raise whatever stopped the run early."""
    if arguments.template is not None:
        return _template(arguments)
    from pincite.evaluation.comparing import check_comparable
    from pincite.evaluation.measuring import measure
    from pincite.evaluation.results import read_result

    outs = [out for out in (arguments.json, arguments.summary, arguments.report) if out is not None]
    for out in outs:
        check_writable(out)
    if arguments.resume and arguments.json is None:
        raise PinciteError("--resume continues the run that wrote --json OUT; name OUT")
    old = read_result(arguments.against) if arguments.against is not None else None
    measurement = _measurement(arguments)
    if old is not None:
        check_comparable(old, [located.pair.id for located in measurement.plan.asked], str(arguments.against))
    result, stopped_by = measure(measurement)
    if result is not None:
        _tell(arguments, result, old)
    if stopped_by is not None:
        raise stopped_by
    measurement.discard_journals()
    return _told(result["gates"]) if result is not None and "gates" in result else 0


def _tell(arguments: argparse.Namespace, result: Result, old: Result | None) -> None:
    """Add comparison and gates to `result`, print its tables, and write the files."""
    from pincite.evaluation.comparing import compare
    from pincite.evaluation.definitions import LEAST, MOST, check_gates
    from pincite.evaluation.results import without_questions, write_result
    from pincite.evaluation.table import format_result

    if old is not None:
        result["comparison"] = compare(old, result, str(arguments.against))
    limits = {name: getattr(arguments, name) for name in (*LEAST, *MOST) if getattr(arguments, name) is not None}
    if limits:
        result["gates"] = check_gates(result, limits)
    print(format_result(result))
    if arguments.json is not None:
        write_result(arguments.json, result)
    if arguments.summary is not None:
        write_result(arguments.summary, without_questions(result))
    if arguments.report is not None:
        from pincite.evaluation.report import write_report

        write_report(arguments.report, result)


def _told(gates: list[GateRecord]) -> int:
    """Return the exit code; print failed gates on stderr."""
    failed = [gate for gate in gates if not gate["passed"]]
    for gate in failed:
        value = "undefined" if gate["value"] is None else f"{gate['value']:.3f}"
        print(f"pincite: {gate['gate']} {gate['limit']:g} failed: {gate['figure']} is {value}", file=sys.stderr)
    return GATE_FAILED if failed else 0


def _measurement(arguments: argparse.Namespace) -> Measurement:
    """Return the measurement, all of it checked before anything is asked."""
    from pincite.evaluation.measuring import Measurement
    from pincite.evaluation.workshop import Setup, check_goal

    if arguments.always_answer:
        arguments.min_confidence = 0.0
    if arguments.dense_only:
        arguments.dense_weight = 1.0
    names = ("top_k", "min_confidence", "reader", "embedder", "chunk_tokens", "overlap", "dense_weight", "form")
    setup = Setup(**{name: getattr(arguments, name) for name in names})
    swept = parse_sweep(arguments.sweep) if arguments.sweep else [{}]
    for name in swept[0]:
        if getattr(setup, name) != getattr(Setup(), name):
            raise PinciteError(f"--sweep tries values of {name}, which is also set by itself; leave one out")
    setups = [replace(setup, **settings) for settings in swept]  # type: ignore[arg-type]  # checked by `parse_sweep`
    goal = arguments.goal or "f1"
    if arguments.sweep:
        check_goal(
            goal,
            [setup.top_k for setup in setups],
            several=arguments.answers == "all",
            wider=arguments.form != "span",
        )
    elif arguments.goal:
        raise PinciteError(f"--goal {goal} chooses among the runs of a --sweep; add --sweep")
    plan = _plan(arguments, setups[0])
    return Measurement(plan, setups, swept if arguments.sweep else None, goal, arguments.json, arguments.resume)


def _plan(arguments: argparse.Namespace, setup: Setup) -> Plan:
    from pincite.evaluation.pairs import keep_articles, read_pairs, read_titles
    from pincite.evaluation.plan import make_plan, unplaced
    from pincite.evaluation.workshop import Workshop

    if arguments.pairs is None:
        raise PinciteError(
            "name PAIRS, the file of questions with their answers; --template SOURCE makes one to fill in"
        )
    pairs = read_pairs(Path(arguments.pairs))
    _check_sources(arguments, pairs)
    chosen = keep_articles(pairs, read_titles(arguments.articles)) if arguments.articles else pairs
    protocol = _protocol(arguments, pairs)
    documents = _documents(arguments, pairs)
    names = ("pairs", "source", "index", "articles", "limit", "answers", "gold", "filter")
    described = {name: getattr(arguments, name) for name in names}
    described |= {"scope": protocol.scope, "without": protocol.without}
    described["pairs_sha256"] = hashlib.sha256(Path(arguments.pairs).read_bytes()).hexdigest()[:12]
    plan = make_plan(
        pairs,
        chosen[: arguments.limit],
        protocol,
        documents,
        arguments.index,
        workshop=Workshop(setup),
        several=arguments.answers == "all",
        by_text=arguments.gold == "text",
        described=described,
    )
    if missing := unplaced(plan):
        print(
            f"pincite: the answers of {len(missing)} question{'s' if len(missing) > 1 else ''} stand "
            f"nowhere word for word (first: {missing[0]}); they count for F1, not for retrieval and citation",
            file=sys.stderr,
        )
    return plan


def _documents(arguments: argparse.Namespace, pairs: list[Pair]) -> list[Document]:
    """Return the documents: the paragraphs in the file of pairs, or the sources; an index brings its own."""
    from pincite.evaluation.pairs import read_paragraphs

    if pairs[0].document is not None:
        return read_paragraphs(Path(arguments.pairs))
    return list(load_sources(arguments, arguments.source)) if arguments.source is not None else []


def _protocol(arguments: argparse.Namespace, pairs: list[Pair]) -> Protocol:
    """Return the scope; by default SQuAD's paragraphs are asked alone, unless some are withheld."""
    from pincite.evaluation.protocol import Protocol
    from pincite.evaluation.types import Scope, Withheld

    without = Withheld(arguments.without) if arguments.without else None
    alone = pairs[0].document is not None and without is None
    scope = Scope(arguments.scope) if arguments.scope else Scope.PARAGRAPH if alone else Scope.COLLECTION
    return Protocol(scope, without, tuple(arguments.filter))


def _check_sources(arguments: argparse.Namespace, pairs: list[Pair]) -> None:
    given = arguments.source is not None or arguments.index is not None
    if pairs[0].document is None and not given:
        raise PinciteError(f"{arguments.pairs} has questions but no text; add --source PATH or --index DIR")
    if pairs[0].document is not None and given:
        raise PinciteError(f"{arguments.pairs} brings its own paragraphs; leave out --source and --index")


def _template(arguments: argparse.Namespace) -> int:
    """Write or print a file of pairs to fill in; an existing file is never overwritten."""
    from pincite.evaluation.template import template

    out = Path(arguments.pairs) if arguments.pairs is not None else None
    if out is not None and (out.suffix.lower() != ".csv" or out.exists()):
        problem = "exists; name a new file" if out.exists() else "is not a .csv file, which a template is"
        raise PinciteError(f"{out} {problem}")
    text = template(list(load_sources(arguments, [arguments.template])))
    if out is None:
        sys.stdout.write(text)
    else:
        check_writable(out)
        out.write_text(text, encoding="utf-8", newline="")
    return 0
