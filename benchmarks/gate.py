"""How well the gate of a model's heads tells what a picture is and how it lies, with n and 95 % intervals.

    python -m benchmarks.gate --data ../shared/data [--heads FOLDER] [--phantom-version 1]

Chest against the rest is measured inside VQA-Med 2019 (validation part) and VQA-RAD (images that training leaves out),
so that a watermark helps nobody; a picture that is also among the training films, however compressed, is left out.
"""

from __future__ import annotations

import argparse
import sysconfig
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.metrics.ranking import auroc
from mllm.draft.gate import FLAWS, flaws, refusal
from mllm.model.heads import LocalPerception, open_perception
from mllm.model.perception import Percept
from radiology.datasets.table import SOURCES, Dataset
from radiology.errors import SightlineError
from radiology.imaging.letterbox import Letterbox, letterbox
from radiology.imaging.pixels import read_pixels
from radiology.imaging.scope import file_not_chest
from radiology.phantom.cohort import VERSIONS, make_phantom
from radiology.study import Projection, Question
from train.gate_films import CHANGES, changed, made
from train.shelf import COPY, split_of_case, thumbnails
from train.targets import make_gate

FIRST_SEED = 900_000_001
RESAMPLES = 2000
LATERALS = frozenset(("1000_IM-0003-2001", "1002_IM-0004-2001", "100_IM-0002-2001", "3_IM-1384-2001"))
"""The laterals among the films of Open-i at hand, told by eye: the set does not name projections."""
Film = NDArray[np.uint8]


@dataclass(frozen=True)
class Named:
    """A film in its square and what it is; `truth` is 1 or 0."""

    film: Film
    box: Letterbox
    truth: float = 1.0
    name: str = ""
    path: Path | None = None


def rate(hits: int, n: int) -> str:
    """A share with its Wilson interval (Wilson, JASA 1927)."""
    if not n:
        return "n = 0"
    p, z2 = hits / n, 1.96**2
    middle, half = (p + z2 / (2 * n)) / (1 + z2 / n), 1.96 * np.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return f"{hits}/{n} = {p:.3f} [{max(0, middle - half):.3f}, {min(1, middle + half):.3f}]"


def area(scores: Sequence[float], truth: Sequence[float]) -> str:
    """AUROC with its percentile interval over resampled films."""
    weights = np.random.default_rng(0).multinomial(len(truth), np.full(len(truth), 1 / len(truth)), RESAMPLES)
    values = auroc(scores, truth, np.concatenate([np.ones((1, len(truth))), weights]).astype(float))
    low, high = np.nanquantile(values[1:], (0.025, 0.975))
    positives = int(sum(truth))
    return f"AUROC {values[0]:.4f} [{low:.4f}, {high:.4f}], {positives} against {len(truth) - positives}"


def questioned(data: Path, size: int) -> list[Named]:
    """The held out pictures of both sets that are known to be chest films or not, without copies of training films."""
    parts = (("vqa_med_2019", "train"), ("vqa_med_2019", "val"), ("vqa_rad", "train"))
    with tempfile.TemporaryDirectory() as work:
        sets = [SOURCES[s].load(data / s / f"{part}.parquet", Path(work) / s / part) for s, part in parts]
        films = [(case, letterbox(read_pixels(Path(case.study.views[0].path)), size)) for d in sets for case in d.cases]
    learnt = thumbnails([film for case, (film, _) in films if split_of_case(case) == "train"])
    asked = _asked(sets)
    held = [(case, boxed) for case, boxed in films if split_of_case(case) != "train"]
    kept = list[Named]()
    for case, (film, box) in held:
        truth = float(make_gate(case, case.study.views[0].projection, asked.get(case.study.study_id, []))[0])
        if not np.isnan(truth) and float((thumbnails([film]) @ learnt.T).max()) <= COPY:
            kept.append(Named(film, box, truth, case.source))
    return kept


def _asked(sets: Iterable[Dataset]) -> dict[str, list[Question]]:
    asked: dict[str, list[Question]] = {}
    for question in (question for data in sets for question in data.questions):
        asked.setdefault(question.study_id, []).append(question)
    return asked


def phantoms(count: int, size: int, version: str) -> list[Named]:
    """`truth` 1: a lateral."""
    both = (Projection.PA, Projection.LATERAL)
    found = list[Named]()
    for seed in range(FIRST_SEED, FIRST_SEED + count):
        (phantom,) = make_phantom(seed, size, both, 1, version)
        lateral = {view.id: float(view.projection is Projection.LATERAL) for view in phantom.case.study.views}
        found += [Named(film, Letterbox(size, size, size), lateral[view]) for view, film in phantom.images.items()]
    return found


def files(paths: Iterable[Path], size: int) -> Iterator[tuple[Path, Named]]:
    for path in sorted(paths):
        film, box = letterbox(read_pixels(path), size)
        yield path, Named(film, box, name=path.name, path=path)


def photographs() -> list[Path]:
    """Photographs, logos and charts that installed packages bring; none is learnt from."""
    site = Path(sysconfig.get_paths()["purelib"])
    folders = ("gradio", "sklearn", "matplotlib/mpl-data/sample_data", "networkx", "playwright/driver")
    found = [
        path for folder in folders for path in (site / folder).rglob("*") if path.suffix in (".jpg", ".jpeg", ".png")
    ]
    return [path for path in found if path.stat().st_size > 8000]


class Gate:
    """The heads' answers, with the rules of `mllm.draft.gate`."""

    def __init__(self, perception: LocalPerception) -> None:
        self.perception = perception

    def see(self, films: Sequence[Named]) -> list[Percept]:
        return self.perception.see([each.film for each in films])

    def scores(self, films: Sequence[Named], name: str) -> list[float]:
        return [percept.gate[name] for percept in self.see(films)]

    def refuses(self, film: Named) -> bool:
        return refusal(self.see([film])[0], film.film, film.box, film.path) is not None

    def flags(self, film: Named) -> tuple[str, ...]:
        return flaws(self.see([film])[0], film.film, self.perception.see)


def measure(gate: Gate, data: Path, version: str, count: int) -> Iterator[tuple[str, str]]:
    """(what, how well), a line each."""
    size = gate.perception.image_size
    asked = questioned(data, size)
    truth = [each.truth for each in asked]
    scores = gate.scores(asked, "chest")
    yield "chest or not, VQA-Med and VQA-RAD", area(scores, truth)
    for source in ("vqa_med_2019", "vqa_rad"):
        own = [i for i, each in enumerate(asked) if each.name == source]
        yield f"chest or not, {source} alone", area([scores[i] for i in own], [truth[i] for i in own])
    yield "of those, right at .5", rate(sum((s >= 0.5) == t for s, t in zip(scores, truth, strict=True)), len(asked))
    shown = phantoms(count, size, version)
    laterals = [each.truth for each in shown]
    scores = gate.scores(shown, "lateral")
    yield f"frontal or lateral, phantoms {version}", area(scores, laterals)
    yield (
        "of those, right at .5",
        rate(sum((s >= 0.5) == bool(t) for s, t in zip(scores, laterals, strict=True)), len(shown)),
    )
    real = list(_openi(data / "openi/images", size))
    wrong = [each.name for each in real if (gate.scores([each], "lateral")[0] >= 0.5) != bool(each.truth)]
    yield "frontal or lateral, Open-i", f"{rate(len(real) - len(wrong), len(real))} {' '.join(wrong)}"
    yield from _accepted(gate, data, size, real)
    yield from _lying(gate, shown, real)


def _openi(folder: Path, size: int) -> Iterator[Named]:
    for path, film in files(folder.glob("*.png"), size):
        yield replace(film, truth=float(path.stem in LATERALS))


def _accepted(gate: Gate, data: Path, size: int, real: Sequence[Named]) -> Iterator[tuple[str, str]]:
    chest = [film for _, film in files((data / "dicom").glob("*.dcm"), size)]
    for title, group in (("DICOM chest films", chest), ("Open-i films", real)):
        refused = [each.name for each in group if gate.refuses(each)]
        flagged = [f"{each.name}: {gate.flags(each)}" for each in group if gate.flags(each)]
        yield f"{title} accepted", f"{rate(len(group) - len(refused), len(group))} {' '.join(refused)}"
        yield f"{title} without a flag", f"{rate(len(group) - len(flagged), len(group))} {' '.join(flagged)}"
    others = list(files((data / "dicom/not_chest").glob("*.dcm"), size))
    by_pixels = sum(gate.refuses(film) for _, film in others)
    by_either = sum(bool(file_not_chest(path)) or gate.refuses(film) for path, film in others)
    yield "DICOM of other parts refused", f"{rate(by_either, len(others))}; by their pixels alone {by_pixels}"
    rng = np.random.default_rng(FIRST_SEED)
    drawn = [Named(made(size, rng), Letterbox(size, size, size)) for _ in range(200)]
    blank = [Named(np.full((size, size), grey, np.uint8), Letterbox(size, size, size)) for grey in range(0, 256, 5)]
    pictures = [film for _, film in _readable(photographs(), size)]
    for title, group in (("made-up pictures", drawn), ("blank films", blank), ("photographs and charts", pictures)):
        passed = [each.name for each in group if not gate.refuses(each)]
        yield f"{title} refused", f"{rate(len(group) - len(passed), len(group))} {' '.join(passed)}"


def _readable(paths: Iterable[Path], size: int) -> Iterator[tuple[Path, Named]]:
    for path in paths:
        try:
            yield from files([path], size)
        except SightlineError:
            continue


def _lying(gate: Gate, phantom: Sequence[Named], real: Sequence[Named]) -> Iterator[tuple[str, str]]:
    """Each change: how often it is flagged, and how often a film that is right gets that flag."""
    rng = np.random.default_rng(FIRST_SEED)
    flag = {flaw.name: flaw.flag for flaw in FLAWS}
    for title, group in (("phantoms", phantom[:200]), ("Open-i", real)):
        straight = [gate.flags(each) for each in group]
        for change in CHANGES[1:]:
            told = [i for i, each in enumerate(group) if change != "mirrored" or not each.truth]
            moved = [Named(changed(group[i].film, change, rng), _as_moved(group[i].box, change)) for i in told]
            hits, false = (
                sum(flag[change] in gate.flags(m) for m in moved),
                sum(flag[change] in straight[i] for i in told),
            )
            yield f"{title} {flag[change]}", f"flagged {rate(hits, len(told))}; when right {rate(false, len(told))}"


def _as_moved(box: Letterbox, change: str) -> Letterbox:
    return Letterbox(box.height, box.width, box.size) if change == "turned" else box


def main(arguments: Sequence[str] | None = None, say: Callable[[str], None] = print) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of real data")
    parser.add_argument("--heads", type=Path, help="folder of a model with heads; the bundled one without")
    parser.add_argument("--phantom-version", choices=VERSIONS, default=max(VERSIONS), help="version of the generator")
    parser.add_argument("--phantoms", type=int, default=150, help="phantom patients, each a frontal and a lateral")
    options = parser.parse_args(arguments)
    gate = Gate(open_perception(options.heads))
    for what, how in measure(gate, options.data, options.phantom_version, options.phantoms):
        say(f"| {what} | {how} |")


if __name__ == "__main__":
    main()
