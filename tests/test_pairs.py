"""Pairs are read completely or not at all: a bad row is an error that names file, line and field."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from index.types import Document
from pincite.evaluation.pairs import keep_articles, read_pairs, read_titles
from pincite.evaluation.types import Rules
from qa.errors import PairsError

DEV = Path(__file__).parent.parent.parent / "shared" / "data" / "dev"
needs_dev = pytest.mark.skipif(not DEV.is_dir(), reason=f"no question-answering data at {DEV}")


def write(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def qa(name: str = "q1", question: str = "Who?", answers: tuple[str, ...] = ("Anna",), **more: Any) -> dict[str, Any]:
    return {"id": name, "question": question, "answers": [{"text": t, "answer_start": 0} for t in answers], **more}


def squad(*questions: Any, context: Any = "Anna sings.", version: str = "v2.0", title: Any = "Song") -> dict[str, Any]:
    paragraphs = [{"context": context, "qas": list(questions)}]
    return {"version": version, "data": [{"title": title, "paragraphs": paragraphs}]}


def squad_file(folder: Path, content: Any) -> Path:
    return write(folder / "dev.json", json.dumps(content))


def test_each_squad_paragraph_is_a_separate_source(tmp_path: Path) -> None:
    content = squad(qa("q1"), qa("q2", answers=()))
    swims = [qa("q3", "Who swims?", ("Bo",))]
    content["data"].append({"title": "Big_Tide", "paragraphs": [{"context": "Bo swims.", "qas": swims}]})
    first, second, third = read_pairs(squad_file(tmp_path, content))
    assert first.document is second.document
    source = str(tmp_path / "dev.json")
    assert first.document == Document("Song#1", "Anna sings.", source, metadata={"title": "Song"})
    assert third.document == Document("Big_Tide#2", "Bo swims.", source, metadata={"title": "Big Tide"})
    assert [pair.source for pair in (first, second, third)] == ["Song#1", "Song#1", "Big_Tide#2"]
    assert [pair.answers for pair in (first, second, third)] == [("Anna",), (), ("Bo",)]
    assert [pair.spans for pair in (first, second, third)] == [((0, 4),), (), ((0, 2),)]
    assert [pair.answerable for pair in (first, second, third)] == [True, False, True]
    assert (third.title, third.question) == ("Big_Tide", "Who swims?")


def test_a_gzipped_file_reads_as_the_plain_one(tmp_path: Path) -> None:
    plain = squad_file(tmp_path, squad(qa()))
    zipped = tmp_path / "dev.json.gz"
    zipped.write_bytes(gzip.compress(plain.read_bytes()))
    assert [(p.id, p.answers, p.document and p.document.text) for p in read_pairs(zipped)] == [
        ("q1", ("Anna",), "Anna sings.")
    ]


@pytest.mark.parametrize(
    ("version", "answers", "rules"),
    [("1.1", ("Anna",), Rules.V1_1), ("v2.0", ("Anna",), Rules.V2_0), ("1.1", (), Rules.V2_0)],
)
def test_squad_1_rules_apply_only_to_squad_1_files(
    tmp_path: Path, version: str, answers: tuple[str, ...], rules: Rules
) -> None:
    assert read_pairs(squad_file(tmp_path, squad(qa(answers=answers), version=version)))[0].rules is rules


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], r"dev\.json: found \[\] in place of an object"),
        ({}, r"dev\.json, field 'data': missing"),
        ({"data": [7]}, r"data\[0\]: found 7"),
        ({"data": [{"title": "Song"}]}, r"data\[0\], field 'paragraphs': missing; there are 'title'"),
        (squad(qa(), title=5), r"data\[0\], field 'title': found 5 in place of a text"),
        (squad(qa(), context="  "), r"data\[0\]\.paragraphs\[0\], field 'context': the text is empty"),
        (squad(qa(question="")), r"qas\[0\], field 'question': the text is empty"),
        (squad(qa(), {"id": "q2"}), r"data\[0\]\.paragraphs\[0\]\.qas\[1\], field 'answers': missing"),
        (squad(qa(answers=("",))), r"qas\[0\]\.answers\[0\], field 'text': the text is empty"),
        (squad({**qa(), "answers": ["Anna"]}), r"qas\[0\]\.answers\[0\]: found \"Anna\" in place of an object"),
        (squad(qa(is_impossible=True)), r"qas\[0\], field 'is_impossible': True, but there are 1 answers"),
        (squad(qa(answers=(), is_impossible=False)), r"field 'is_impossible': False, but there are 0 answers"),
        (
            squad({**qa(), "answers": [{"text": "sings", "answer_start": 4}]}),
            r"answers\[0\], field 'answer_start': at 4 the paragraph has ' sing', not 'sings'; correct it, or leave",
        ),
        (
            squad({**qa(), "answers": [{"text": "Anna", "answer_start": -1}]}),
            r"field 'answer_start': found -1 in place of",
        ),
        (squad(qa(), qa()), r"qas\[1\], field 'id': 'q1' is already at .*qas\[0\]"),
        (squad(qa(question="Who \ud800?")), r"field 'question': character 4 is a lone surrogate"),
        (squad(), r"dev\.json holds no questions"),
    ],
)
def test_a_bad_squad_record_is_named_by_file_place_and_field(tmp_path: Path, content: Any, message: str) -> None:
    with pytest.raises(PairsError, match=message) as caught:
        read_pairs(squad_file(tmp_path, content))
    assert "dev.json" in str(caught.value)


def test_json_lines_are_one_pair_each(tmp_path: Path) -> None:
    lines = [
        '{"question": "Who\u2028sings?", "answers": ["Anna", "she"]}',
        "",
        '{"id":"b","question":"Why?","answers":[]}',
    ]
    first, second = read_pairs(write(tmp_path / "p.jsonl", "\ufeff" + "\r\n".join(lines) + "\n"))
    assert (first.id, first.question, first.answers, first.document) == ("1", "Who\u2028sings?", ("Anna", "she"), None)
    assert (second.id, second.answers, second.answerable) == ("b", (), False)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", r"p\.jsonl, line 2, column 2: not JSON"),
        ("[]", r"p\.jsonl, line 2: found \[\] in place of an object"),
        ('{"question": "Who?"}', r"p\.jsonl, line 2, field 'answers': missing; there are 'question'"),
        ('{"question": "Who?", "answer": ["Anna"]}', r"line 2, field 'answers': missing"),
        ('{"question": "Who?", "answers": "Anna"}', r"line 2, field 'answers': found \"Anna\" in place of a list"),
        ('{"question": "Who?", "answers": null}', r"line 2, field 'answers': found null"),
        ('{"question": "Who?", "answers": ["Anna", 3]}', r"line 2, answers\[1\], field 'text': found 3 in place"),
        ('{"question": "Who?", "answers": [" "]}', r"line 2, answers\[0\], field 'text': the text is empty"),
        ('{"question": 4, "answers": []}', r"line 2, field 'question': found 4 in place of a text"),
        ('{"question": "Who?", "answers": [{"start": 3}]}', r"answers\[0\], field 'end': missing; there are 'start'"),
        ('{"question": "Who?", "answers": [{"start": 3, "end": 3}]}', r"field 'end': the span from 3 to 3 is empty"),
        (
            '{"question": "Who?", "answers": [{"start": "3", "end": 4}]}',
            r"field 'start': found \"3\" in place of a whole number",
        ),
        ('{"question": "Who?", "answers": [{}]}', r"answers\[0\], field 'text': missing; there are no fields"),
        ('{"question": "Who?", "answers": [], "source": 7}', r"line 2, field 'source': found 7 in place of a text"),
        ('{"question": "Who?", "answers": [], "history": ["Why?"]}', r"line 2, history\[0\]: found \"Why\?\" in place"),
        (
            '{"question": "Who?", "answers": [], "history": [{"question": "A?", "answer": 1}]}',
            r"history\[0\], field 'answer': found 1",
        ),
        (
            '{"turns": [{"question": "Who?", "answers": []}, {"question": "Why?"}]}',
            r"line 2, turns\[1\], field 'answers'",
        ),
        ('{"turns": []}', r"line 2, field 'turns': the list is empty"),
        ('{"turns": [{"question": "Who?", "answers": []}], "question": "Why?"}', r"field 'question': occurs beside"),
        ('{"turns": [{"question": "Who?", "answers": [], "history": []}]}', r"turns\[0\], field 'history': a turn has"),
        (
            '{"question": "Who?", "answers": ["Anna"], "answers": []}',
            r"line 2: field 'answers' occurs twice in one object",
        ),
        ('{"question": %s}' % ("9" * 5000), r"line 2: Exceeds the limit"),
        ('{"turns": {}}', r"line 2, field 'turns': found \{\} in place of a list"),
        ('{"question": "Who?", "answers": [], "id": "1"}', r"line 2, field 'id': '1' is already at .*line 1"),
    ],
)
def test_a_bad_json_line_is_named_by_file_line_and_field(tmp_path: Path, line: str, message: str) -> None:
    file = write(tmp_path / "p.jsonl", '{"question": "Who?", "answers": ["Anna"]}\n' + line + "\n")
    with pytest.raises(PairsError, match=message):
        read_pairs(file)


def test_csv_rows_have_their_answers_as_a_json_array(tmp_path: Path) -> None:
    rows = 'answers,note,question\r\n"[""Anna, of course""]",x,"Who\nsings?"\r\n\r\n[],,Why?\r\n'
    (tmp_path / "p.csv").write_bytes(b"\xef\xbb\xbf" + rows.encode())
    first, second = read_pairs(tmp_path / "p.csv")
    assert (first.id, first.question, first.answers) == ("2", "Who\nsings?", ("Anna, of course",))
    assert (second.id, second.question, second.answers) == ("5", "Why?", ())


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("question,answer\n", r"p\.csv, line 1, field 'answers': the header has 0 columns of this name"),
        ("question,answers,answers\n", r"line 1, field 'answers': the header has 2 columns"),
        (
            'question,answers\n"Who\nsings?",[]\nWhy?,Anna\n',
            r"p\.csv, line 4, field 'answers': found 'Anna'; write a JSON",
        ),
        ("question,answers\nWhy?,\n", r"line 2, field 'answers': found ''; write a JSON array"),
        ("question,answers\nWhy?,{}\n", r"line 2, field 'answers': found \{\} in place of a list"),
        ('question,answers\n,"[]"\n', r"line 2, field 'question': the text is empty"),
        ('question,answers\nWho?,["Anna", "she"]\n', r"line 2: (not CSV|3 cells under 2 columns)"),
        ("question,answers\nWho?\n", r"line 2: 1 cells under 2 columns"),
        ('question,answers\nWho?,"[]\n', r"line 2: not CSV"),
        ("question,answers,history\nWho?,[],Anna\n", r"line 2, field 'history': found 'Anna'; write a JSON array"),
        ("question,answers,id,id\n", r"line 1, field 'id': the header has 2 columns of this name, one at most"),
        (
            'question,answers\nWho?,"[{""text"":""a"",""text"":""b""}]"\n',
            r"'answers': field 'text' occurs twice in one object",
        ),
        ("question,answers\n", r"p\.csv holds no questions"),
        ("", r"p\.csv holds no questions"),
    ],
)
def test_a_bad_csv_row_is_named_by_file_line_and_field(tmp_path: Path, rows: str, message: str) -> None:
    with pytest.raises(PairsError, match=message):
        read_pairs(write(tmp_path / "p.csv", rows))


def test_a_row_names_its_source_its_places_and_the_turns_before_it(tmp_path: Path) -> None:
    turn = {"question": "Who?", "answer": None}
    row = {"question": "And why?", "answers": ["joy", {"text": "fun", "start": 3, "end": 6}, {"start": 9, "end": 12}]}
    (pair,) = read_pairs(write(tmp_path / "p.jsonl", json.dumps({**row, "source": "a/b.md", "history": [turn]})))
    assert (pair.source, pair.answers, pair.history) == ("a/b.md", ("joy", "fun", ""), (turn,))
    assert pair.spans == (None, (3, 6), (9, 12))
    header = "question,answers,source,history,id\r\n"
    cells = (
        'And why?,"[{""start"": 9, ""end"": 12}]",a/b.md,"[{""question"": ""Who?"", ""answer"": null}]",\r\nWho?,[],,,x'
    )
    first, second = read_pairs(write(tmp_path / "p.csv", header + cells))
    assert (first.id, first.source, first.spans, first.history) == ("2", "a/b.md", ((9, 12),), (turn,))
    assert (second.id, second.source, second.history) == ("x", "", ())


def test_a_conversation_is_asked_turn_by_turn_with_its_gold_answers(tmp_path: Path) -> None:
    turns = [
        {"question": "Who?", "answers": ["Anna", "she"]},
        {"question": "Why?", "answers": []},
        {"question": "When?", "answers": ["noon"], "source": "b.md"},
    ]
    file = write(tmp_path / "p.jsonl", json.dumps({"id": "talk", "source": "a.md", "turns": turns}))
    pairs = read_pairs(file)
    assert [(pair.id, pair.source) for pair in pairs] == [("talk.1", "a.md"), ("talk.2", "a.md"), ("talk.3", "b.md")]
    before = ({"question": "Who?", "answer": "Anna"}, {"question": "Why?", "answer": None})
    assert [pair.history for pair in pairs] == [(), before[:1], before]


def test_bytes_that_are_not_utf_8_are_refused_by_line(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_bytes(b"question,answers\nWh\xff?,[]\n")
    with pytest.raises(PairsError, match=r"p\.csv, line 2: byte 19 is not UTF-8"):
        read_pairs(tmp_path / "p.csv")


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-9], lambda data: b"{}", lambda data: data[:14] + b"\0\0" + data[16:]]
)
def test_a_damaged_gzip_file_is_refused(tmp_path: Path, damage: Any) -> None:
    file = tmp_path / "dev.json.gz"
    file.write_bytes(damage(gzip.compress(json.dumps(squad(qa())).encode())))
    with pytest.raises(PairsError, match="not a whole gzip file"):
        read_pairs(file)


def test_other_formats_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PairsError, match=r"pairs are read from \.json, \.jsonl, \.csv"):
        read_pairs(write(tmp_path / "p.tsv", "question\tanswers\n"))


def test_a_list_of_titles_keeps_exactly_those_articles(tmp_path: Path) -> None:
    content = squad(qa("q1"))
    content["data"] += squad(qa("q2"), title="Tide")["data"]
    pairs = read_pairs(squad_file(tmp_path, content))
    split = write(
        tmp_path / "split.json", '{"test": ["Tide"], "all": ["Tide", "Song"], "wrong": ["Tide", "Moon"], "none": []}'
    )
    assert [pair.id for pair in keep_articles(pairs, read_titles(f"{split}#test"))] == ["q2"]
    assert [pair.id for pair in keep_articles(pairs, read_titles(f"{split}#all"))] == ["q1", "q2"]
    with pytest.raises(PairsError, match="1 of 2 articles are not among the pairs; first 'Moon'"):
        keep_articles(pairs, read_titles(f"{split}#wrong"))
    with pytest.raises(PairsError, match="the list of articles is empty"):
        keep_articles(pairs, read_titles(f"{split}#none"))
    with pytest.raises(PairsError, match="field 'dev': missing; there are 'test', 'all', 'wrong', 'none'"):
        read_titles(f"{split}#dev")
    with pytest.raises(PairsError, match=r"write SPLIT\.json#KEY"):
        read_titles(str(split))


@needs_dev
@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "questions", "unanswerable", "paragraphs", "rules"),
    [
        ("squad-dev-v1.1.json.gz", 10_570, 0, 2_067, Rules.V1_1),
        ("squad-dev-v2.0.json.gz", 11_873, 5_945, 1_204, Rules.V2_0),
    ],
)
def test_the_squad_development_sets_are_read_without_loss(
    name: str, questions: int, unanswerable: int, paragraphs: int, rules: Rules
) -> None:
    pairs = read_pairs(DEV / name)
    assert len(pairs) == questions
    assert sum(not pair.answerable for pair in pairs) == unanswerable
    assert len({pair.document.id for pair in pairs if pair.document}) == paragraphs
    assert {pair.rules for pair in pairs} == {rules}
    assert all(answer in pair.document.text for pair in pairs if pair.document for answer in pair.answers)


@needs_dev
@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "key", "questions", "unanswerable"),
    [
        ("squad-dev-v2.0.json.gz", "test_v2.0", 5_795, 2_777),
        ("squad-dev-v1.1.json.gz", "test_v1.1", 7_595, 0),
        ("squad-dev-v2.0.json.gz", "tune_calibrate", 1_889, None),
    ],
)
def test_the_articles_of_a_split_are_all_found(name: str, key: str, questions: int, unanswerable: int | None) -> None:
    pairs = keep_articles(read_pairs(DEV / name), read_titles(f"{DEV / 'split.json'}#{key}"))
    assert len(pairs) == questions
    assert unanswerable is None or sum(not pair.answerable for pair in pairs) == unanswerable
