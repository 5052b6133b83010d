"""Searches by meaning and by words, and fuses the two rankings into one."""
