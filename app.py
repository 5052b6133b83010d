"""The page: builds it over an Answerer and serves it. `python app.py` asks the bundled article."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import PinciteError
from web.starting import feedback_store, listen, require_free, require_sign_in, where

if TYPE_CHECKING:
    from qa.library import Asks

__all__ = ["launch", "require_free", "require_sign_in"]


def launch(
    answerer: Asks,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    examples: Sequence[str] = (),
    auth: str | Path | None = None,
    insecure: bool = False,
    feedback: str | Path | None = None,
    **options: Any,
) -> None:
    """Serves the page over `answerer` until it is stopped; `examples` are questions to click.

    `port` and `feedback` are as for `listen` and `feedback_store` in `web.starting`; `auth` and `options` are fields of
    `web.config.ServeConfig`. Raises `PinciteError` if nothing can listen there, or others than this machine could come
    without signing in and `insecure` does not say they may.
    """
    require_sign_in(host, auth, insecure=insecure)
    store, listener = feedback_store(host, feedback), listen(host, port)
    # Gradio reads these when it is first imported: without them its server asks two addresses outside.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    from web.config import ServeConfig
    from web.page import build_page
    from web.server import serve

    with listener:
        config = ServeConfig(host=host, port=listener.getsockname()[1], auth=auth, **options)
        page = build_page(answerer, examples=examples, feedback=store)
        said = where(config.address, port, config.port)
        serve(page, answerer, config, listener, ready=lambda: print(said, flush=True))


if __name__ == "__main__":
    import qa

    try:
        launch(qa.Answerer.from_sources(qa.bundled_article()), examples=qa.bundled_questions())
    except PinciteError as error:
        sys.exit(f"pincite: {error}")
