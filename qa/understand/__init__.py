"""Understands questions: what is asked, on its own, in which language, by which verbs."""
