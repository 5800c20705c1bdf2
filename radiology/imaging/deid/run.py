"""De-identify a file, a folder or a `studies.jsonl` into another folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from radiology.errors import SightlineError
from radiology.imaging.deid.journal import JOURNAL, Journal
from radiology.imaging.deid.options import Markers
from radiology.imaging.deid.place import Places, check_places, whole, without_leftovers
from radiology.imaging.deid.refusal import RefusedError
from radiology.imaging.deid.secret import Secret
from radiology.imaging.deid.tally import Tally
from radiology.imaging.deid.treat import Treatment, images_listed

REPORT = "deid-report.json"
_PROFILE = "DICOM PS3.15 2026c Basic Application Level Confidentiality Profile"
_OPTIONS = ("Clean Pixel Data", "Clean Descriptors", "Modified Dates", "Patient Characteristics (sex, age)")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Outcome:
    """`refused` has a line for each film that was not written, by its place in the sorted list of files."""

    tally: Tally
    refused: tuple[str, ...]


def deidentify(
    source: Path, target: Path, secret: Secret, markers: Markers = Markers.KEEP, progress: Progress | None = None
) -> Outcome:
    """Write `source` without identity into the folder `target`, with the report `deid-report.json`.

    A run that was stopped goes on where it was. Raises SightlineError for places that cannot be used, and where not one
    file could be de-identified.
    """
    check_places(source, target)
    files = _with_listed(list(_files(source)))
    with whole(target / REPORT) as report:
        without_leftovers(target, but=report)
        root = source if source.is_dir() else source.parent
        treatment = Treatment(Places(root.resolve(), target.resolve(), secret), secret, markers)
        journal = Journal(target, secret.name("settings", markers))
        outcome = _treated(files, treatment, journal, progress)
        if not outcome.tally.files["written"]:
            reason = outcome.refused[0].partition(": ")[2] if outcome.refused else "holds no DICOM, PNG or JPEG image"
            raise SightlineError(f"`{source}`: {reason}, give the files or the folder of the films.")
        report.write_text(_report(outcome.tally, markers), encoding="utf-8")
    journal.close()
    return outcome


def _treated(files: list[Path], treatment: Treatment, journal: Journal, progress: Progress | None) -> Outcome:
    journal.read()
    total, refused = Tally(), list[str]()
    for number, file in enumerate(files, 1):
        try:
            total.add(_one(file, treatment, journal))
        except RefusedError as refusal:
            total.files[f"refused: {refusal.reason}"] += 1
            refused.append(f"file {number} of {len(files)} by name: {refusal.reason}")
        if progress is not None:
            progress(number, len(files))
    return Outcome(total, tuple(refused))


def _one(file: Path, treatment: Treatment, journal: Journal) -> Tally:
    """What was done to `file`, now or before."""
    state = file.stat()
    stamp = treatment.secret.name("stamp", f"{file.resolve()} {state.st_size} {state.st_mtime_ns}")
    if stamp in journal.done:
        return journal.done[stamp]
    tally, written = treatment.treat(file)
    if written is not None:
        journal.add(stamp, str(written.relative_to(treatment.places.target)), tally)
    return tally


def _files(source: Path) -> Iterator[Path]:
    """Every file of `source`, sorted by name; what links point to is not looked at."""
    if not source.is_dir():
        yield source
        return
    for path in sorted(source.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.name != JOURNAL:
            yield path


def _with_listed(files: list[Path]) -> list[Path]:
    """And the images of lists of cases that lie elsewhere."""
    seen = {file.resolve() for file in files}
    return files + [image for image in dict.fromkeys(images_listed(files)) if image.resolve() not in seen]


def _report(tally: Tally, markers: Markers) -> str:
    about = {"profile": _PROFILE, "options": list(_OPTIONS), "markers": markers.value}
    return json.dumps(about | tally.as_json(), indent=2) + "\n"
