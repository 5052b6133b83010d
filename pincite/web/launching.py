"""Starts the page: builds it over an Answerer and serves it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pincite.service.library import Asks
from pincite.service.starting import feedback_store, require_free, require_sign_in

__all__ = ["launch"]


def launch(
    answerer: Asks,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    examples: Sequence[str] = (),
    auth: str | Path | None = None,
    insecure: bool = False,
    feedback: str | Path | None = None,
    **options: Any,
) -> None:
    """Serves the page over `answerer` until it is stopped; `examples` are questions to click.

    `feedback` is as for `pincite.service.starting.feedback_store`; `auth` and `options` are fields of
    `pincite.service.config.ServeConfig`.
    Raises `PinciteError` if `port` is taken, `host` is not this machine's, or others than this machine could come
    without signing in and `insecure` does not say they may.
    """
    require_free(host, port)
    require_sign_in(host, auth, insecure=insecure)
    store = feedback_store(host, feedback)
    # Gradio reads these when it is first imported: without them its server asks two addresses outside.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    from pincite.service.config import ServeConfig
    from pincite.web.page import build_page
    from pincite.web.server import serve

    config = ServeConfig(host=host, port=port, auth=auth, **options)
    page = build_page(answerer, examples=examples, feedback=store)
    serve(page, answerer, config, ready=lambda: print(f"Pincite is at {config.address} (Ctrl+C stops it)", flush=True))
