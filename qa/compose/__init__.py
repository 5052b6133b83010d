"""From what was read to what is cited: one module a form of answer."""
