"""Lists in lists: an item that ends with a colon announces those that are nested in it."""

from __future__ import annotations

from pathlib import Path

from index import load
from qa.compose.blocks import Blocks, lists_of

PAGE = (
    "<html><body><h1>Clocks</h1><h2>The bench</h2><ul><li>The shop is open.</li><li>Waiting:<ul>"
    "<li><a href=/1>The tall clock</a></li><li><a href=/2>A watch:<ul><li>its glass</li></ul></a></li></ul></li>"
    "<li>Mended:<ul><li><a href=/3>The tower</a></li></ul></li><li>The shop shuts at six.</li></ul></body></html>"
)


def test_items_below_an_item_with_a_colon_are_a_list_that_it_announces(tmp_path: Path) -> None:
    path = tmp_path / "clocks.html"
    path.write_text(PAGE, encoding="utf-8")
    document = load(path)
    found = {
        block.announced: [document.text[start:end] for start, end in block.items]
        for block in lists_of(Blocks(document))
    }
    assert found[""] == ["The shop is open.", "The shop shuts at six."]
    assert found["Waiting:"] == ["The tall clock"]
    assert found["A watch:"] == ["its glass"]
    assert found["Mended:"] == ["The tower"]
