"""A picture of a TIFF file as PNG, which browsers show, by a process of its own, bounded in memory and time.

Run as a script, `frames.py NUMBER`, it imports nothing of ours: the file comes on stdin, the PNG of the picture with
this number, from 0, goes to stdout.
"""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

MEMORY = 1 << 30  # bytes of address space
SECONDS = 20  # of processor time, and twice as many on the clock
MAX_PIXELS = 60_000_000
LONGEST_SIDE = 2400  # pixels: larger pictures are shown at this size


def frame_png(data: bytes, number: int) -> bytes | None:
    """The picture `number`, from 0, of a TIFF file as PNG; None where it cannot be had within the limits."""
    command = [sys.executable, "-P", str(Path(__file__)), str(number)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=2 * SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 and done.stdout else None


def main(number: int) -> int:
    """Write the picture; 1 where it cannot be had."""
    if not _bound():
        return 1
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # `MAX_PIXELS` is the limit
    with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=("TIFF",)) as opened:
        opened.seek(number)
        if opened.width * opened.height > MAX_PIXELS:
            return 1
        picture: Any = ImageOps.exif_transpose(opened).convert("RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    picture.save(sys.stdout.buffer, "PNG")
    return 0


def _bound() -> bool:
    """Limit this process; False on a system that cannot, such as Windows."""
    try:
        import resource
    except ImportError:
        return False
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (most, most))
    return True


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
