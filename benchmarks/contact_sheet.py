"""24 phantoms, PA beside lateral, that between them show every finding: python -m benchmarks.contact_sheet -o SHEET.jpg

Patients are chosen so that few findings share a film; boxes are those of the truth, the words below are its findings.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from radiology.phantom.course import course
from radiology.phantom.habitus import draw_habitus
from radiology.phantom.patient import make_phantom
from radiology.phantom.record import Phantom
from radiology.study import Finding, Projection

TILES, COLUMNS, LINE = 24, 4, 11
SEARCHED = 3000


def names_of(seed: int) -> frozenset[str]:
    """The findings of a patient's first visit, without any film."""
    who = draw_habitus(np.random.default_rng([2, seed, 0]))
    return frozenset(lesion.name for lesion in course(1, who, np.random.default_rng([2, seed, 1]))[0].lesions)


def choose(first: int) -> list[int]:
    """Seeds that together show everything, the one with most that is new each time, then of those with least."""
    known = {seed: names_of(seed) for seed in range(first, first + SEARCHED)}
    chosen: list[int] = []
    missing = set().union(*known.values())
    while len(chosen) < TILES:
        room = TILES - len(chosen)
        at_once = max(1, -(-len(missing) // room))
        best = max(known, key=lambda seed: (min(len(known[seed] & missing), at_once), -len(known[seed])))
        chosen.append(best)
        missing -= known.pop(best)
    return sorted(chosen)


def said(finding: Finding) -> str:
    """A line of the caption."""
    words = (finding.side, finding.location, finding.severity, finding.position)
    size = f"{finding.size_mm:.0f} mm" if finding.size_mm else ""
    count = f"x{finding.count}" if finding.count else ""
    return " ".join(str(word) for word in (finding.name.replace("_", " "), *words, size, count) if word)


def tile(phantom: Phantom, size: int) -> Image.Image:
    """Both films with boxes, captioned."""
    picture = Image.new("RGB", (2 * size + 4, size + 5 * LINE))
    pen = ImageDraw.Draw(picture)
    for column, view in enumerate(("frontal", "lateral")):
        picture.paste(Image.fromarray(phantom.images[view]), (column * size, 0))
        for finding in phantom.case.present:
            for box in finding.boxes:
                if box.view == view:
                    corners = [box.x0 * size, box.y0 * size, box.x1 * size - 1, box.y1 * size - 1]
                    corners[0], corners[2] = corners[0] + column * size, corners[2] + column * size
                    pen.rectangle(corners, outline=(220, 170, 40))
    study = phantom.case.study
    lines = [f"seed {phantom.case.seed}: {study.sex}, {study.age} y", *map(said, phantom.case.present)]
    for number, line in enumerate(lines[:5]):
        pen.text((3, size + number * LINE), line, (230, 230, 230))
    return picture


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=900_000_000, help="first of the seeds to choose from")
    parser.add_argument("--size", type=int, default=224, help="side of a film in px")
    parser.add_argument("-o", "--output", type=Path, required=True, help="picture to write")
    options = parser.parse_args()
    views = (Projection.PA, Projection.LATERAL)
    tiles = [tile(make_phantom(seed, options.size, views)[0], options.size) for seed in choose(options.seed)]
    width, height = tiles[0].size
    sheet = Image.new("RGB", (COLUMNS * width, -(-TILES // COLUMNS) * height))
    for number, each in enumerate(tiles):
        sheet.paste(each, (number % COLUMNS * width, number // COLUMNS * height))
    sheet.save(options.output, quality=72, optimize=True)
    print(f"{options.output}: {TILES} patients, {options.output.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
