"""The form of a question, by rule."""

from __future__ import annotations

from qa.types import Form
from qa.understand.asked import Asked


def understand(question: str) -> Asked:
    """What `question`, which stands on its own, asks for."""
    return Asked(question, Form.SPAN)
