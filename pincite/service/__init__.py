"""Serves programs: validated requests, bounded work, plain data back; over HTTP, MCP or gradio_client alike."""
