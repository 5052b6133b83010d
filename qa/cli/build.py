"""Index files and folders, so that asking them starts at once.

Running it again on the same folder replaces the index; whoever has it open keeps the old one.

examples:
  pincite index report.md notes/ --out my-index
  pincite ask "What was decided?" --index my-index
"""

from __future__ import annotations

import argparse

from qa.cli.arguments import add_encoding


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `pincite index`."""
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a file, or a folder to search for files")
    parser.add_argument("--out", metavar="DIR", required=True, help="the folder of the index")
    add_encoding(parser)


def run(arguments: argparse.Namespace) -> int:
    """Load, index and save."""
    from index import Index, load_all
    from prompts import render

    built = Index.build(load_all(arguments.paths, encoding=arguments.encoding), progress=True)
    built.save(arguments.out)
    print(render("indexed", documents=len(built.documents), chunks=len(built.chunks), folder=arguments.out))
    return 0
