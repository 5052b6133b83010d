"""Composes what is cited from what was read: one module a form of answer."""
