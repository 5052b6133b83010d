"""Measures how whole and in order documents are read, beside another state of the project, in one run.

    python -m benchmarks.documents --baseline CHECKOUT [--readability DIR [--columns]] [--trafilatura DIR]
        [--sample N] --json OUT

`--readability`: the folder test/test-pages of mozilla/readability: pages, each with the text that is expected of it. F1
and recall in order (the longest common subsequence) are of words, averages over pages. `--trafilatura`: the folder
tests of adbar/trafilatura, whose evaluation set names strings that a page's text has and has not; beside it stands
trafilatura itself, with the settings of its own evaluation. `--columns`: the expected texts are also set as PDFs in one
to three columns, and read. `--baseline`: a checkout of the state to compare with, such as 9745e7e. The files are not
part of this project.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.made_with import made_with
from benchmarks.readme import ROOT

LOADER = """
import json, sys
from index import load
for line in sys.stdin:
    try:
        text = load(line.rstrip("\\n")).text
    except ValueError as error:
        text = ""
        print(error, file=sys.stderr)
    print(json.dumps(text), flush=True)
"""
COMMAND = (
    "python -m benchmarks.documents --baseline CHECKOUT --readability DIR --trafilatura DIR --sample 200 --json OUT"
)
WORDS_OF_A_PDF = 1500
A4, MARGIN, SIZE, LEADING = (595, 842), 50, 9, 11


def main() -> None:
    """Measure what the arguments name, print it, and write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--baseline", type=Path, required=True)
    parser.add_argument("--readability", type=Path)
    parser.add_argument("--columns", action="store_true")
    parser.add_argument("--trafilatura", type=Path)
    parser.add_argument("--sample", type=int, default=10_000)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    states = {"baseline": arguments.baseline.resolve(), "now": ROOT}
    found: dict[str, Any] = {}
    if arguments.readability is not None:
        pages = _sampled(sorted(p for p in arguments.readability.iterdir() if p.is_dir()), arguments.sample)
        found["readability"] = _readability(pages, states)
        if arguments.columns:
            found["columns"] = _columns(pages, states)
    if arguments.trafilatura is not None:
        found["trafilatura"] = _trafilatura(arguments.trafilatura, states, arguments.sample)
    print(json.dumps(found, indent=2))
    if arguments.json is not None:
        for measured in found.get("readability", {}).values():
            if isinstance(measured, dict):
                measured.pop("by_page")
        stated = {"schema_version": 1, "command": COMMAND, "made_with": made_with("documents"), "baseline": "9745e7e"}
        arguments.json.write_text(json.dumps({**stated, **found}, indent=2) + "\n", encoding="utf-8")


def _sampled(items: Sequence[Any], most: int) -> list[Any]:
    return sorted(random.Random(0).sample(list(items), most)) if len(items) > most else list(items)


def texts(files: Sequence[Path], state: Path) -> list[str]:
    """Return what a state of the project reads of `files`, "" of one that it cannot read."""
    names = "".join(f"{file}\n" for file in files)
    run = subprocess.run(
        [sys.executable, "-c", LOADER],
        input=names,
        capture_output=True,
        text=True,
        check=True,
        cwd=state,
        env={**os.environ, "PYTHONPATH": str(state)},
    )
    return [json.loads(line) for line in run.stdout.splitlines()]


def _readability(pages: Sequence[Path], states: Mapping[str, Path]) -> dict[str, Any]:
    expected = [_words(_plain(page / "expected.html")) for page in pages]
    found: dict[str, Any] = {"pages": len(pages)}
    for name, state in states.items():
        read = [_words(text) for text in texts([page / "source.html" for page in pages], state)]
        scores = [_scores(own, other) for own, other in zip(read, expected, strict=True)]
        found[name] = {key: _mean([score[key] for score in scores]) for key in scores[0]}
        found[name]["by_page"] = {p.name: s for p, s in zip(pages, scores, strict=True)}
    return found


def _columns(pages: Sequence[Path], states: Mapping[str, Path]) -> dict[str, Any]:
    expected = [_words(_latin(_plain(page / "expected.html")))[:WORDS_OF_A_PDF] for page in pages]
    expected = [words for words in expected if len(words) > 100]
    found: dict[str, Any] = {"files": 3 * len(expected)}
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for i, words in enumerate(expected):
            for columns in (1, 2, 3):
                files.append(Path(folder, f"{i}-{columns}.pdf"))
                files[-1].write_bytes(column_pdf(words, columns))
        for name, state in states.items():
            read = [_words(text) for text in texts(files, state)]
            scores = [_scores(own, expected[i // 3]) for i, own in enumerate(read)]
            found[name] = {key: _mean([score[key] for score in scores]) for key in scores[0]}
    return found


def _trafilatura(folder: Path, states: Mapping[str, Path], sample: int) -> dict[str, Any]:
    from trafilatura import extract

    pages = _sampled([(str(file), has, lacks) for file, has, lacks in _evaluated(folder)], sample)
    files = [Path(file) for file, _, _ in pages]
    found: dict[str, Any] = {"pages": len(pages)}
    read = {name: texts(files, state) for name, state in states.items()}
    read["trafilatura"] = [extract(file.read_bytes(), include_comments=False) or "" for file in files]
    for name, results in read.items():
        counts = Counter[str]()
        for text, (_, has, lacks) in zip(results, pages, strict=True):
            one = " ".join(text.split())
            counts["right"] += sum(" ".join(s.split()) in one for s in has)
            counts["missed"] += sum(" ".join(s.split()) not in one for s in has)
            counts["wrong"] += sum(" ".join(s.split()) in one for s in lacks)
        precision = counts["right"] / max(1, counts["right"] + counts["wrong"])
        recall = counts["right"] / max(1, counts["right"] + counts["missed"])
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        found[name] = {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}
    return found


def _evaluated(folder: Path) -> Iterator[tuple[Path, list[str], list[str]]]:
    """Yield the pages of the evaluation set: file, strings that its text has, strings that it has not."""
    for path in (folder / "evaldata.json", folder / "evaldata.py"):
        if path.exists() and path.suffix == ".json":
            stated = json.loads(path.read_text(encoding="utf-8"))
        elif path.exists():
            space: dict[str, Any] = {}
            exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), space)
            stated = space["EVAL_PAGES"]
        else:
            continue
        for page in stated.values() if isinstance(stated, dict) else stated:
            for place in (folder / "cache" / page["file"], folder / "eval" / page["file"]):
                if place.exists():
                    yield place, list(page["with"]), list(page["without"])
                    break
        return


def _plain(path: Path) -> str:
    from lxml import html

    tree = html.fromstring(path.read_bytes().decode("utf-8", "replace"))
    for hidden in tree.xpath("//script|//style|//noscript|//svg"):
        hidden.drop_tree()
    return " ".join(tree.itertext())


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in text.casefold()).split()


def _latin(text: str) -> str:
    return "".join(c if c.isascii() else " " for c in text)


def _scores(read: Sequence[str], expected: Sequence[str]) -> dict[str, float]:
    shared = sum((Counter(read) & Counter(expected)).values())
    precision, recall = shared / max(1, len(read)), shared / max(1, len(expected))
    f1 = 2 * precision * recall / (precision + recall) if shared else 0.0
    return {"f1": round(f1, 4), "in_order": round(common(read, expected) / max(1, len(expected)), 4)}


def common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return the length of the longest common subsequence (Crochemore et al. 2001: a bit a word)."""
    places: dict[str, int] = {}
    for i, word in enumerate(one):
        places[word] = places.get(word, 0) | 1 << i
    everything = (1 << len(one)) - 1
    row = everything
    for word in other:
        matched = row & places.get(word, 0)
        row = ((row + matched) | (row - matched)) & everything
    return len(one) - row.bit_count()


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / max(1, len(values)), 4)


def column_pdf(words: Sequence[str], columns: int) -> bytes:
    """`words` set in columns, line by line across all of them in the file, as some programs write."""
    width = (A4[0] - 2 * MARGIN - 20 * (columns - 1)) / columns
    lines = textwrap.wrap(" ".join(words), int(width / (SIZE * 0.5)))
    per_column = (A4[1] - 2 * MARGIN) // LEADING
    pages = [lines[i : i + per_column * columns] for i in range(0, len(lines), per_column * columns)]
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>"]
    kids = []
    for page in pages:
        drawn = []
        for row in range(per_column):
            for column in range(columns):
                at = column * per_column + row
                if at < len(page):
                    x, y = MARGIN + column * (width + 20), A4[1] - MARGIN - row * LEADING
                    drawn.append(f"BT /F1 {SIZE * 0.83:.2f} Tf 1 0 0 1 {x:.1f} {y} Tm ({page[at]}) Tj ET")
        stream = "\n".join(drawn).encode("ascii")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        kids.append(len(objects) + 1)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (*A4, len(objects))
        )
    listed = " ".join(f"{kid} 0 R" for kid in kids)
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{listed}] >>".encode()
    return _file(objects)


def _file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


if __name__ == "__main__":
    main()
