"""The page: builds it over an Answerer and serves it. `python app.py` asks the bundled article."""

from __future__ import annotations

import sys

from index.errors import PinciteError
from pincite.service.preflight import require_free, require_sign_in
from pincite.web.launching import launch

__all__ = ["launch", "require_free", "require_sign_in"]


if __name__ == "__main__":
    import qa

    try:
        launch(qa.Answerer.from_sources(qa.bundled_article()), examples=qa.bundled_questions())
    except PinciteError as error:
        sys.exit(f"pincite: {error}")
