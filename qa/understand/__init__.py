"""What a question asks: on its own, in which language, by which verbs."""
