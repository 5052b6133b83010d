"""Answers that travel, and what people say of them: exported, verified, and kept as feedback."""
