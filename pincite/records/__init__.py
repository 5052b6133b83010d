"""Exports and verifies answers, checks quotations, and stores people's feedback."""
