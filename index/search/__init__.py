"""Search: by meaning and by words, the two rankings made one."""
