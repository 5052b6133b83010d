"""Reads HTML: the main content without the menus, its blocks as segments.

A page without menus is read whole. For any other, trafilatura finds the main content, which is read from the page
itself; if it finds too little, everything but the menus is read.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.errors import DamagedFileError, EmptyDocumentError, SourceTooLargeError
from index.load.html.asides import trimmed
from index.load.html.blocks import BLOCKS, Element, add_blocks, share_of_links, without, words_of
from index.load.html.boilerplate import furniture, keep_lines
from index.load.html.charset import decode_page
from index.load.html.content_blocks import captions_of, with_main_content, without_links
from index.load.html.hidden import drop_unseen
from index.load.html.main_content import article_of, main_content_of, metadata_of, parse
from index.load.html.notation import drop_struck, write_formulas, write_raised
from index.load.html.teasers import places_in
from index.load.marked import NO_SIGNS
from index.load.parsed import BlockDraft, Composer, Parsed, Raw
from index.types import SegmentKind

# Far above any page that people wrote, and still read in seconds.
MAX_CHARACTERS = 20_000_000
MAX_ELEMENTS = 200_000
MAX_TAGS = 4 * MAX_ELEMENTS  # signs that may begin one: known before the tree, which takes a hundred bytes for each
MANY_ELEMENTS = 20_000  # from here on, trafilatura's second opinions would take too long
MANY_BLOCKS = 2_500  # the same: jusText, which gives one, looks from each block to all of its neighbours
MAX_DEPTH = 200
MANY_STEPS = 2_000_000  # from all elements to the root; from here on, trafilatura would take minutes

SHORT = 250  # characters of a story at least: of less, trafilatura makes one lump
LONG, LITTLE = 800, 0.35  # characters of a longer story, and the share that such a one has at least
TOLD = 0.5  # share of what stands beside the menus that a story has at least
FEW_LINKED = 0.1  # share of words in links up to which a page has no menu, if no name says that it has one
LINKED = 0.3  # share of words in links from which on a text may be a menu

# What a page's own script would show of it: a page with so many times less text has none of its own.
MORE = 4


def read(raw: Raw) -> Parsed:
    """Return the main text of a page; `metadata` has its title, author, date, sitename and url where it states them.

    Raises `EncodingError`, `SourceTooLargeError`, `DamagedFileError`, and `EmptyDocumentError` where nothing is left
    beside menus.
    """
    text, doubts = decode_page(raw)
    tree = _tree(raw.name, text)
    elements, steps = _measured(raw.name, tree)
    fast = elements > MANY_ELEMENTS or _innermost_blocks(tree) > MANY_BLOCKS
    article = article_of(tree)
    write_formulas(tree)
    drop_unseen(tree)
    stated = metadata_of(tree, raw.url)
    drop_struck(tree)
    write_raised(tree)
    captions = captions_of(tree)
    keep_lines(tree)
    if steps > MANY_STEPS:
        without(furniture(tree))
        composer = _read(_main(tree))
    else:
        composer = _composed(tree, raw.url, captions, fast=fast)
    if article.body and len(article.body) > MORE * composer.length:
        composer = article.composed()
    if not composer.segments:
        raise EmptyDocumentError(
            f"{raw.name!r} holds no main content, only menus or scripts; save the page with its text"
        )
    composer.unread += doubts
    return composer.parsed({**article.metadata, **stated})


def add_page(composer: Composer, name: str, text: str) -> None:
    """Append a whole page with menus: a chapter of a book, a message, a cell of a notebook.

    Raises `SourceTooLargeError` and `DamagedFileError`.
    """
    if not text.strip():
        return
    tree = _tree(name, text)
    _measured(name, tree)
    write_formulas(tree)
    drop_unseen(tree)
    drop_struck(tree)
    write_raised(tree)
    add_blocks(composer, tree)


def _tree(name: str, text: str) -> Element:
    text = text.translate(NO_SIGNS).removeprefix("\ufeff")
    tags = text.count("<")
    if len(text) > MAX_CHARACTERS or tags > MAX_TAGS:
        raise SourceTooLargeError(
            f"{name!r} has {len(text)} characters of HTML and {tags} tags; "
            f"the limits are {MAX_CHARACTERS} and {MAX_TAGS}, so split it"
        )
    tree = parse(text)
    if tree is None:
        raise DamagedFileError(f"{name!r} cannot be read as HTML; check that it is a web page")
    return tree


def _measured(name: str, tree: Element) -> tuple[int, int]:
    """Return how many elements there are, and how many steps from all of them to the root.

    Raises `SourceTooLargeError`: later steps recurse as deep as the tree, and take time.
    """
    level, depth, elements, steps = [tree], 0, 0, 0
    while level:
        depth, elements = depth + 1, elements + len(level)
        steps += depth * len(level)
        if depth > MAX_DEPTH or elements > MAX_ELEMENTS:
            raise SourceTooLargeError(
                f"{name!r} nests elements deeper than {MAX_DEPTH} or has more than {MAX_ELEMENTS}; simplify or split it"
            )
        level = [child for element in level for child in element]
    return elements, steps


def _innermost_blocks(tree: Element) -> int:
    return sum(next(block.iterdescendants(*BLOCKS), None) is None for block in tree.iter(*BLOCKS))


def _composed(tree: Element, url: str | None, captions: set[str], *, fast: bool) -> Composer:
    around = furniture(tree)
    if not around and share_of_links(tree) < FEW_LINKED:
        return _read(tree)
    story = main_content_of(tree, url, fast=fast)
    story_blocks = _read(story)
    without(around)
    main = _main(tree)
    rest = _read(main)
    places = places_in(main)
    lumped = story_blocks.length < SHORT or len(story_blocks.drafts) == 1
    little = story_blocks.length < (TOLD if story_blocks.length < LONG else LITTLE) * rest.length
    if rest.segments and (lumped or little) and share_of_links(main) < LINKED:
        return _put(tree, trimmed(rest.drafts, places))
    blocks = with_main_content(rest, story_blocks, places, captions)
    if blocks is None and lumped:
        blocks = without_links(trimmed(rest.drafts, places), places.linked)
    return _put(tree, blocks or story_blocks.drafts)


def _main(tree: Element) -> Element:
    """Return the one element that the page says holds its own text, or the whole of it."""
    for path in (".//main", ".//*[@role='main']", ".//article"):
        elements = tree.findall(path)
        if len(elements) == 1:
            return elements[0]
    return tree


def _put(tree: Element, blocks: Sequence[BlockDraft]) -> Composer:
    """Return the blocks, below the page's heading where they begin after it."""
    composer = Composer()
    titles = list(dict.fromkeys(words_of(heading) for heading in tree.iter("h1")))
    if len(titles) == 1 and not any(titles[0] in draft.text for draft in blocks):
        composer.add(SegmentKind.HEADING, titles[0], level=1)
    for draft in blocks:
        composer.put(draft)
    return composer


def _read(parent: Element | None) -> Composer:
    composer = Composer()
    if parent is not None:
        add_blocks(composer, parent)
    return composer
