"""Settings of serving. Impossible values raise at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ServeConfig:
    """`host` and `port`: where to listen. `auth`: the file of people who may sign in; None lets everybody in.

    `mcp`: whether to serve MCP too. `hosts`: other host names of the server, behind a proxy. `timeout`:
    seconds that a program's request may take; `body_seconds`: that its body may take to come. `log_text`: whether
    questions and answers may stand in the log.
    """

    host: str = "127.0.0.1"
    port: int = 7860
    auth: str | Path | None = None
    mcp: bool = False
    hosts: Sequence[str] = ()
    timeout: float = 60.0
    body_seconds: float = 30.0
    log_level: str = "info"
    log_text: bool = False

    def __post_init__(self) -> None:
        if not min(self.timeout, self.body_seconds) > 0:
            raise ValueError(f"timeout is {self.timeout}, body_seconds {self.body_seconds}; give seconds above 0")

    @property
    def address(self) -> str:
        """The address for a browser."""
        return f"http://[{self.host}]:{self.port}" if ":" in self.host else f"http://{self.host}:{self.port}"
