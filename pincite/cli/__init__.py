"""The command line `pincite`: one module a command."""

from qa.cli.main import main

__all__ = ["main"]
