"""What programs ask for: validated requests, bounded work, plain data back; over HTTP, MCP or gradio_client alike."""
