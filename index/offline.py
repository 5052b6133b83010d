"""Keeps the libraries that Pincite uses from reporting to their makers.

Importing any part of Pincite imports this module, before a library that would report is imported: the command line,
`import qa`, the page, MCP, a Ray worker and the training all pass here. What each library would send, and where, stands
in docs/privacy.md.
"""

from __future__ import annotations

import os
import sys
import warnings

__all__ = ["SETTINGS", "stay_offline"]

# Read by the libraries when they are imported: later it is too late.
SETTINGS = {
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime: posts to Microsoft, and keeps a device id in the home folder
    "GRADIO_ANALYTICS_ENABLED": "False",  # gradio: asks for its newest version and posts what was launched
    "HF_HUB_DISABLE_TELEMETRY": "1",  # huggingface_hub: says which libraries ask for a model
    "RAY_USAGE_STATS_ENABLED": "0",  # ray: posts statistics of a cluster
    "DO_NOT_TRACK": "1",  # the wish that several libraries heed
}


def stay_offline() -> None:
    """Set `SETTINGS` in the environment of this process and of those that it starts.

    Warns where onnxruntime was imported before, with its telemetry on: it cannot be turned off any more.
    """
    late = "onnxruntime" in sys.modules and os.environ.get("ORT_DISABLE_TELEMETRY") != "1"
    os.environ.update(SETTINGS)
    if late:
        warnings.warn(
            "onnxruntime was imported before pincite, and reports to its maker from this process; "
            "import pincite first, or set ORT_DISABLE_TELEMETRY=1",
            stacklevel=3,
        )
