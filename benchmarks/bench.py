"""Pincite beside its peers, in one run: `make bench`, or `python -m benchmarks.bench`.

Every peer runs in an environment of its own, with the network off, without answer caches, on the same texts and with
the same weights. The result is written to benchmarks/results/<date>-<commit>.json, and tables and figures are made from
it: `--show RESULT` makes them again.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.checkpoint import is_current, write_checkpoint
from benchmarks.made_with import made_with
from benchmarks.material import DEVELOPMENT, Material, bundled, from_files, short_texts, squad
from benchmarks.peers import environments
from benchmarks.peers.driver import Reply
from benchmarks.peers.measuring import PART, WORDS, Setting, answers, find_runnable, growth, starts
from benchmarks.peers.report import write_report
from benchmarks.readme import ROOT
from benchmarks.squad import write_result
from qa.read.onnx import default_reader
from training.minilm import encoder_folder

RESULTS = Path(__file__).parent / "results"
CHECKPOINT = environments.FOLDER / "reader"
COUNTS = (1, 100, 1_000, 10_000)
INDEX_LIMIT = 300.0  # seconds
QUESTIONS = 200
ON = 300  # questions that thresholds are chosen on


def set_up(peers: list[str]) -> tuple[Setting, dict[str, str]]:
    """Return the peers' environments and the reader's checkpoint; and why environments could not be made."""
    pythons, failed = {}, {}
    for peer in peers:
        try:
            pythons[peer] = environments.python_of(peer)
        except environments.SetUpError as error:
            failed[peer] = str(error)
    if not is_current(CHECKPOINT):
        write_checkpoint(CHECKPOINT)
    return Setting(pythons, CHECKPOINT, encoder_folder(), environments.FOLDER / "logs"), failed


def measure(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield the result, again each time that it has grown: what has been measured outlives a run that is broken off."""
    setting, left_out = set_up(arguments.peers)
    article = bundled()
    left_out |= find_runnable(setting, article)
    runnable = {peer: python for peer, python in setting.pythons.items() if peer not in left_out}
    setting = Setting(runnable, setting.reader, setting.embedder, setting.logs)
    found: dict[str, Any] = {
        "command": command(arguments),
        "made_with": made_with("peers"),
        **circumstances(),
        "reader": default_reader().id,
        "peers": {peer: described(peer) for peer in runnable},
        "left_out": left_out,
        "start": starts(setting, article, arguments.rounds),
        "materials": {},
    }
    for material, rounds in materials(arguments):
        figures, replies = answers(setting, material, rounds)
        found["materials"][material.name] = figures
        keep_replies(material, replies)
        yield found
    texts = short_texts(max(arguments.growth, default=0), WORDS, arguments.data)
    asked = [pair.question for pair in article.pairs][:PART]
    for grown in growth(setting, texts, sorted(arguments.growth), asked, arguments.index_limit):
        yield {**found, "growth": grown, "index_limit": arguments.index_limit}


def command(arguments: argparse.Namespace) -> str:
    """Return the command that measures the same, without the names of this machine's folders."""
    parts = ["make bench"]
    parts += ["DATA=folder"] if arguments.data else []
    parts += ["ARTICLE=file PAIRS=file"] if arguments.article else []
    usual = vars(parsed([]))
    changing = ("peers", "rounds", "growth", "index_limit", "questions", "development")
    named = {name: vars(arguments)[name] for name in changing}
    changed = {name: value for name, value in named.items() if value != usual[name]}
    words = [f"--{name.replace('_', '-')} {_words(value)}".strip() for name, value in changed.items()]
    return " ".join([*parts, *([f'ARGS="{" ".join(words)}"'] if words else [])])


def _words(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else f"{value:g}"


def materials(arguments: argparse.Namespace) -> list[tuple[Material, int]]:
    """Return what is asked, and how many times over."""
    listed = [(bundled(), arguments.rounds)]
    if arguments.article:
        listed.append((from_files(arguments.article, arguments.pairs), arguments.rounds))
    if arguments.data:
        chosen_on = squad(arguments.data, questions=arguments.development, split=DEVELOPMENT)
        asked = squad(arguments.data, questions=arguments.questions)
        listed.append((replace(asked, development=chosen_on if chosen_on.pairs else None), 1))
    return [(replace(material, pairs=material.pairs[: arguments.questions]), times) for material, times in listed]


def described(peer: str) -> dict[str, Any]:
    """Return the peer's pins and what its environment weighs."""
    size = environments.size_of(peer)
    lines = environments.requirements_of(peer).read_text(encoding="utf-8").split()
    pins = [line for line in lines if "==" in line]
    return {"requirements": pins, "megabytes": size.megabytes, "packages": size.packages}


def circumstances() -> dict[str, Any]:
    """When, what and where: the figures are of this machine, and mean little without it."""
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "commit": _git("rev-parse", "--short", "HEAD"),
        "uncommitted_changes": bool(_git("status", "--porcelain", "--untracked-files=no")),
        "machine": {
            "processor": _processor(),
            "cores": len(os.sched_getaffinity(0)),
            "python": platform.python_version(),
            "load_average": os.getloadavg()[0],
        },
    }


def keep_replies(material: Material, replies: dict[str, list[Reply]]) -> None:
    """Beside the environments, where git does not look: some texts are not ours to publish."""
    rows = [
        {
            "question": pair.question,
            "answers": pair.answers,
            **{
                peer: given[i].answer if given[i].failure is None else given[i].failure
                for peer, given in replies.items()
            },
        }
        for i, pair in enumerate(material.pairs)
    ]
    path = environments.FOLDER / f"answers-{material.name}.json"
    path.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, cwd=ROOT)
    return done.stdout.strip()


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def parsed(words: list[str]) -> argparse.Namespace:
    """Return the command's arguments."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with dev/squad-dev-v2.0.json.gz, dev/split.json, train/")
    parser.add_argument("--article", type=Path, help="a further article to compare on")
    parser.add_argument("--pairs", type=Path, help="the questions about it")
    parser.add_argument("--peers", nargs="+", choices=environments.PEERS, default=list(environments.PEERS))
    parser.add_argument("--rounds", type=int, default=3, help="times that an article's questions are asked, and starts")
    parser.add_argument("--growth", nargs="*", type=int, default=list(COUNTS), help="numbers of texts; none: leave out")
    parser.add_argument("--index-limit", type=float, default=INDEX_LIMIT, help="seconds a peer may take to index texts")
    parser.add_argument("--questions", type=int, default=QUESTIONS, help="of a material at most")
    parser.add_argument("--development", type=int, default=ON, help="questions to choose thresholds on; 0: choose none")
    parser.add_argument("--json", type=Path, help="default: benchmarks/results/<date>-<commit>.json")
    parser.add_argument("--show", type=Path, metavar="RESULT", help="make tables and figures from it; measure nothing")
    arguments = parser.parse_args(words)
    if (arguments.article is None) != (arguments.pairs is None):
        parser.error("--article and --pairs go together")
    return arguments


def main() -> None:
    """Measure, write the result, and the report made from it."""
    arguments = parsed(sys.argv[1:])
    if arguments.show:
        path = arguments.show
        result = json.loads(path.read_text(encoding="utf-8"))
    else:
        for result in measure(arguments):
            path = arguments.json or RESULTS / f"{result['date']}-{result['commit']}.json"
            write_result(path, result)
    print(write_report(result, path))


if __name__ == "__main__":
    main()
