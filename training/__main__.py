"""`python -m training --data PATH`: prepare, train, export, calibrate, check. Resumes where it was stopped."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from qa.read.onnx import MODEL_FOLDER
from training.averaging import average, blend
from training.calibrate import calibrate
from training.check import check
from training.export import export_reader
from training.forms import add_forms
from training.minilm import encoder_folder
from training.stages import STAGES, TEACHER, Stage
from training.teacher import teacher_encoder
from training.train import is_finished, train


def main() -> None:
    """Make the shipped reader from the question-answering data in PATH."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and dev/ in SQuAD format")
    parser.add_argument("--out", type=Path, default=Path("runs/reader"), help="checkpoints and the fp32 model")
    parser.add_argument("--target", type=Path, default=MODEL_FOLDER, help="where the shipped files go")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    published = teacher = teacher_encoder(arguments.out / "mpnet")
    teachers: dict[str | None, Path] = {}
    for stage in TEACHER:
        teachers[stage.name] = teacher = _trained(arguments, stage, published if stage.afresh else teacher)
    trained = encoder_folder()
    left: dict[str, Path] = {}
    for stage in STAGES:
        after = _trained(arguments, stage, trained, teachers.get(stage.taught_by))
        trained = average(trained, after, stage.kept, arguments.out / stage.name / "kept")
        if stage.blended is not None:
            name, share = stage.blended
            trained = blend(name, left[name], trained, share, arguments.out / stage.name / "blended")
        left[stage.name] = trained
    export_reader(arguments.data, trained, arguments.out / "fp32", arguments.target)
    print("calibration:", calibrate(arguments.data, arguments.target))
    print("forms:", add_forms(arguments.data, arguments.target))
    print("parity:", check(arguments.data, arguments.out / "fp32", arguments.target))


def _trained(arguments: argparse.Namespace, stage: Stage, before: Path, teacher: Path | None = None) -> Path:
    """Return the folder of the model that `stage` makes of the one in `before`, made unless it has been."""
    out = arguments.out / stage.name
    run = (arguments.data, stage.mixture, before, out, stage.settings, teacher)
    return out / "model" if is_finished(*run) else train(*run)


if __name__ == "__main__":
    main()
