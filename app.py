"""The page: builds it over an Answerer and serves it. `python app.py` asks the bundled article."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.errors import PinciteError

if TYPE_CHECKING:
    from qa.library import Asks

__all__ = ["launch", "require_free"]


def launch(answerer: Asks, *, host: str = "127.0.0.1", port: int = 7860, examples: Sequence[str] = ()) -> None:
    """Serves the page over `answerer` until it is stopped; `examples` are questions to click.

    Raises `PinciteError` if `port` is taken or `host` is not this machine's.
    """
    require_free(host, port)
    # Gradio reads these when it is first imported: without them its server asks two addresses outside.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    from web.page import build_page
    from web.server import serve

    page = build_page(answerer, examples=examples)
    serve(page, host=host, port=port)
    print(f"Pincite is at http://{host}:{port} (Ctrl+C stops it)", flush=True)
    page.block_thread()


def require_free(host: str, port: int) -> None:
    """Raises `PinciteError` if nothing can listen there: known at once, before models and Gradio are loaded."""
    if not 0 < port < 65536:
        raise PinciteError(f"port {port} does not exist; give --port a number from 1 to 65535")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that a server has just left is free
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PinciteError(f"cannot listen on {host}:{port} ({error.strerror}); choose another --port") from error


if __name__ == "__main__":
    import qa

    try:
        launch(qa.Answerer.from_sources(qa.bundled_article()), examples=qa.bundled_questions())
    except PinciteError as error:
        sys.exit(f"pincite: {error}")
