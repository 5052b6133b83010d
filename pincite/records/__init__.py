"""Answers that travel, and people's judgements of them: exported, verified, and kept as feedback."""
