"""Data inside of an HTML page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any


def embedded(data: Mapping[str, Any]) -> str:
    """`data` as JSON that can stand inside HTML: nothing in it ends an element or a comment, or begins one."""
    text = json.dumps(data, ensure_ascii=False)
    # Outside of strings JSON has none of these; U+2028 and U+2029 end a line for some editors.
    return re.sub("[<>&\u2028\u2029]", lambda m: f"\\u{ord(m[0]):04x}", text)
