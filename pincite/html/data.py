"""Embeds data in an HTML page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any


def embedded(data: Mapping[str, Any]) -> str:
    """Write `data` as JSON that is safe inside HTML: nothing in it can end or begin an element or a comment."""
    text = json.dumps(data, ensure_ascii=False)
    # Outside of strings JSON has none of these; U+2028 and U+2029 end a line for some editors.
    return re.sub("[<>&\u2028\u2029]", lambda m: f"\\u{ord(m[0]):04x}", text)
