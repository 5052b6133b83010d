"""Runs RapidOCR in a separate process, bounded in memory and time: pictures may be made to do harm.

Run as a script by `index/load/ocr/recogniser.py`; it imports nothing of ours. It says first, as a line of JSON, what it
is. Then each request on stdin is a line of JSON, `{"size": …, "frame": …, "part": …}`, and the picture's bytes; each
answer is a line: the size of the frame in pixels, how many frames there are, and its lines, each with its angle and its
words: text, box in pixels as if the picture stood upright, box in the picture, and whether a space stands before it.
What cannot be done is `{"error": …}`. With a number as its argument it recognises nothing: the picture with that
number, from 0, of the TIFF file on stdin goes to stdout as PNG.
"""

from __future__ import annotations

import io
import json
import math
import os
import signal
import struct
import sys
import zlib
from pathlib import Path
from typing import IO, Any

MEMORY = 2 << 30  # bytes of address space
SECONDS_FOR_A_PAGE = 60  # of processor time
SECONDS_TO_SHOW = 20  # the same, for a picture that is shown
MAX_PIXELS = 60_000_000
LONGEST_SIDE = 2000  # pixels: larger pictures are read at this size
_SMALLEST_SIDE = 8
_TALL = 1.5  # times as high as wide: a line that runs down, or up
_SURE = 0.85  # of a page that stands upright, on average; of one that stands on its head far less
_FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP")
# What Pillow's decoders raise for a picture that is not what it should be.
_DAMAGE = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    RuntimeError,
    struct.error,
    zlib.error,
)
_MODELS = {"Det": "*det*.onnx", "Rec": "*rec*.onnx"}


def main() -> None:
    """Answer every request on stdin."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    if not _bound():
        _say(out, error="unbounded")
        return
    try:
        engine, name, models = _engine()
    except (ImportError, LookupError) as error:
        _say(out, error="missing", detail=" ".join(str(error).split()))
        return
    _say(out, engine=name, models=models)
    while line := sys.stdin.buffer.readline():
        request = json.loads(line)
        data = sys.stdin.buffer.read(request["size"])
        signal.setitimer(signal.ITIMER_PROF, SECONDS_FOR_A_PAGE)
        _say(out, **_answer(engine, data, request["frame"], request["part"]))


def show(number: int) -> int:
    """Write a picture of the file on stdin as PNG; 1 where it cannot be had."""
    if not _bound():
        return 1
    signal.setitimer(signal.ITIMER_PROF, SECONDS_TO_SHOW)
    picture, _, error = _opened(sys.stdin.buffer.read(), number, ("TIFF",))
    if error:
        return 1
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    picture.save(sys.stdout.buffer, "PNG")
    return 0


def _bound() -> bool:
    """Limit this process's memory; False on a system that cannot, such as Windows."""
    try:
        import resource
    except ImportError:
        return False
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return True


def _engine() -> tuple[Any, str, list[str]]:
    """Return the engine with the models that its wheel holds, by their paths, so that it looks for none elsewhere."""
    from importlib.metadata import version

    import cv2
    import rapidocr

    folder = Path(rapidocr.__file__).parent / "models"
    paths = {part: next(iter(sorted(folder.glob(pattern))), None) for part, pattern in _MODELS.items()}
    if None in paths.values():
        raise LookupError(f"no models in {str(folder)!r}")
    cv2.setNumThreads(1)
    threads = {f"EngineConfig.onnxruntime.{which}_op_num_threads": 1 for which in ("intra", "inter")}
    models = {f"{part}.model_path": str(path) for part, path in paths.items()}
    settings = {"Global.log_level": "critical", "Global.use_cls": False, **threads, **models}
    engine = rapidocr.RapidOCR(params=settings)
    return engine, f"RapidOCR {version('rapidocr')}", [path.stem for path in paths.values() if path is not None]


def _answer(engine: Any, data: bytes, frame: int, part: list[float] | None) -> dict[str, Any]:
    picture, frames, error = _opened(data, frame, _FORMATS)
    if error:
        return {"error": error}
    width, height = picture.size
    return {"width": width, "height": height, "frames": frames, "lines": _lines(engine, *_cut(picture, part))}


def _opened(data: bytes, frame: int, formats: tuple[str, ...]) -> tuple[Any, int, str]:
    """Return the picture `frame` of a file, how many the file has, and what is wrong with it, if anything."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # `MAX_PIXELS` is the limit
    try:
        with Image.open(io.BytesIO(data), formats=formats) as opened:
            frames = getattr(opened, "n_frames", 1)
            if not 0 <= frame < frames:
                return None, frames, "frame"
            opened.seek(frame)
            if opened.width * opened.height > MAX_PIXELS:
                return None, frames, "large"
            return _on_white(ImageOps.exif_transpose(opened)), frames, ""
    except _DAMAGE as error:
        return None, 0, f"damaged ({type(error).__name__})"


def _on_white(picture: Any) -> Any:
    """Return the picture in colours, what is transparent on white."""
    from PIL import Image

    if "A" in picture.getbands() or "transparency" in picture.info:
        solid = picture.convert("RGBA")
        white = Image.new("RGBA", solid.size, "white")
        return Image.alpha_composite(white, solid).convert("RGB")
    return picture.convert("RGB")


def _cut(picture: Any, part: list[float] | None) -> tuple[Any, float, float]:
    """Return the part of the picture, given in shares of its sides, and where it begins, in pixels."""
    if part is None:
        return picture, 0.0, 0.0
    x0, y0 = math.floor(part[0] * picture.width), math.floor(part[1] * picture.height)
    x1, y1 = math.ceil(part[2] * picture.width), math.ceil(part[3] * picture.height)
    return picture.crop((x0, y0, max(x1, x0 + 1), max(y1, y0 + 1))), float(x0), float(y0)


def _lines(engine: Any, picture: Any, left: float, top: float) -> list[dict[str, Any]]:
    if min(picture.size) < _SMALLEST_SIDE:
        return []
    full = picture.size
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    by = full[0] / picture.width
    recognised, turns = _upright(engine, picture)
    if recognised.boxes is None or recognised.txts is None:
        return []
    words = recognised.word_results or [()] * len(recognised.txts)
    lines = []
    for text, quad, parts in zip(recognised.txts, recognised.boxes, words, strict=True):
        placed = [(part, _box(box)) for part, _, box in parts if box is not None] or [(text, _box(quad))]
        at = []
        for part, box, space in _spaced(text, placed):
            upright = [round(edge * by, 1) for edge in box]
            x0, y0, x1, y1 = _turned_back(upright, turns, *full)
            place = [round(edge, 1) for edge in (x0 + left, y0 + top, x1 + left, y1 + top)]
            at.append([part, upright, place, space])
        across, down = float(quad[1][0] - quad[0][0]), float(quad[1][1] - quad[0][1])
        lines.append({"angle": math.atan2(down, across), "words": at})
    return lines


def _upright(engine: Any, picture: Any) -> tuple[Any, int]:
    """Return the best reading, and by how many quarters, against the clock, the picture was turned for it."""
    recognised = _read(engine, picture)
    if recognised.boxes is None or recognised.txts is None:
        return recognised, 0
    characters = sum(map(len, recognised.txts))
    tall = sum(len(text) for text, quad in zip(recognised.txts, recognised.boxes, strict=True) if _is_tall(_box(quad)))
    others: tuple[int, ...] = (1, 3) if 2 * tall > characters else ()
    if not others and _surety(recognised) < _SURE * characters:
        others = (2,)
    tried = [(recognised, 0), *((_read(engine, picture.rotate(90 * turns, expand=True)), turns) for turns in others)]
    return max(tried, key=lambda attempt: _surety(attempt[0]))


def _read(engine: Any, picture: Any) -> Any:
    import numpy as np

    return engine(np.asarray(picture)[:, :, ::-1], use_cls=False, return_word_box=True)


def _surety(recognised: Any) -> float:
    """Return its confidence in all characters of upright lines together."""
    if recognised.boxes is None or recognised.txts is None:
        return 0.0
    read = zip(recognised.txts, recognised.scores, recognised.boxes, strict=True)
    return sum(len(text) * float(score) for text, score, quad in read if not _is_tall(_box(quad)))


def _is_tall(box: tuple[float, float, float, float]) -> bool:
    return box[3] - box[1] > _TALL * (box[2] - box[0])


def _turned_back(box: Any, turns: int, width: float, height: float) -> tuple[float, float, float, float]:
    """Return a box of the picture as it was turned, in the picture, which is so large, as it is."""
    x0, y0, x1, y1 = box
    if turns == 1:
        return width - y1, x0, width - y0, x1
    if turns == 2:
        return width - x1, height - y1, width - x0, height - y0
    return (y0, height - x1, y1, height - x0) if turns == 3 else (x0, y0, x1, y1)


def _spaced(text: str, words: list[tuple[str, Any]]) -> list[tuple[str, Any, bool]]:
    """Return the words in their order, each with whether `text` has a space before it."""
    spaced: list[tuple[str, Any, bool]] = []
    at = 0
    for word, box in words:
        here = text.find(word, at)
        space = bool(spaced) and (here < 0 or any(c.isspace() for c in text[at:here]))
        at = at if here < 0 else here + len(word)
        spaced.append((word, box, space))
    return spaced


def _box(quad: Any) -> tuple[float, float, float, float]:
    xs, ys = [float(x) for x, _ in quad], [float(y) for _, y in quad]
    return min(xs), min(ys), max(xs), max(ys)


def _say(out: IO[bytes], **values: Any) -> None:
    out.write(json.dumps(values).encode() + b"\n")
    out.flush()


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.exit(show(int(sys.argv[1])))
    main()
