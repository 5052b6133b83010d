"""Defines a parsed question: its form, its parts, and the scope of an overview."""

from __future__ import annotations

from dataclasses import dataclass

from qa.types import Form


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """A question that stands on its own.

    `parts`: of a question in several parts ("what was approved, and how much was it?") each as a question of its own;
    empty for others. `scope`: what part of the text an overview is asked of ("the section on refunds"), None for all
    of it.
    """

    question: str
    form: Form
    parts: tuple[str, ...] = ()
    scope: str | None = None
