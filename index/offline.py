"""Turns off the telemetry of the libraries that Pincite uses.

Importing any part of Pincite imports this module before any library with telemetry: the command line, `import qa`, the
page, MCP, a Ray worker and the training all do. docs/privacy.md says what each library would send, and where.
"""

from __future__ import annotations

import os
import sys
import warnings

__all__ = ["SETTINGS", "stay_offline"]

# The libraries read these when they are imported, so they must be set before.
SETTINGS = {
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime: posts to Microsoft, and keeps a device id in the home folder
    "GRADIO_ANALYTICS_ENABLED": "False",  # gradio: asks for its newest version and posts what was launched
    "HF_HUB_DISABLE_TELEMETRY": "1",  # huggingface_hub: sends which libraries request a model
    "RAY_USAGE_STATS_ENABLED": "0",  # ray: posts statistics of a cluster
    "DO_NOT_TRACK": "1",  # several libraries
}


def stay_offline() -> None:
    """Set `SETTINGS` in the environment of this process and of the processes that it starts.

    Warns if onnxruntime was imported before with its telemetry on, which can no longer be turned off.
    """
    late = "onnxruntime" in sys.modules and os.environ.get("ORT_DISABLE_TELEMETRY") != "1"
    os.environ.update(SETTINGS)
    if late:
        warnings.warn(
            "onnxruntime was imported before pincite, with its telemetry on; "
            "import pincite first, or set ORT_DISABLE_TELEMETRY=1",
            stacklevel=3,
        )
