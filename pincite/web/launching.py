"""Builds the page over an answerer and serves it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pincite.service.library import LibraryAnswerer
from pincite.service.preflight import ServeConfig, feedback_store, listen, require_sign_in, where

__all__ = ["launch"]


def launch(
    answerer: LibraryAnswerer,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    examples: Sequence[str] = (),
    auth: str | Path | None = None,
    insecure: bool = False,
    feedback: str | Path | None = None,
    **options: Any,
) -> None:
    """Serve the page over `answerer` until it is stopped; `examples` are questions to click.

    `port` and `feedback` are as for `listen` and `feedback_store` in `pincite.service.preflight`; `auth` and `options`
    are fields of its `ServeConfig`. Raises `PinciteError` if the port cannot be used, or if other machines could
    connect without sign-in and `insecure` does not allow it.
    """
    with listen(host, port) as listener:
        require_sign_in(host, auth, insecure=insecure)
        store = feedback_store(host, feedback)
        os.environ["HF_HUB_OFFLINE"] = "1"  # read when Gradio is first imported, else it would use the network
        from pincite.web.page import build_page
        from pincite.web.server import serve

        config = ServeConfig(host=host, port=listener.getsockname()[1], auth=auth, **options)
        page = build_page(answerer, examples=examples, feedback=store)
        address_text = where(config.address, port, config.port)
        serve(page, answerer, config, listener, ready=lambda: print(address_text, flush=True))
