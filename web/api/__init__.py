"""The interface for programs: plain JSON over HTTP, its page of documentation, and endpoints for gradio_client."""
