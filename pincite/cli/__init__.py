"""The command line `pincite`: one module a command."""

from pincite.cli.main import main

__all__ = ["main"]
