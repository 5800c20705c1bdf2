"""How much of a text burnt into a film is masked, and how much of a film without added text?

    python -m benchmarks.burnt_in [--films FOLDER | --parquet FILE] [-n 60]

Texts of every size, grey and direction are drawn at random places with the fonts that matplotlib ships; without --films
or --parquet into phantoms. A text is "gone" when at least 95 % of its ink is masked. Of the films as given, what is
masked may be text that is there (a marker, "PORTABLE"), so these shares are upper bounds of false masks; the inner part
of a film (20 to 80 % of its height, 15 to 85 % of its width) holds the lungs.
"""

from __future__ import annotations

import argparse
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from radiology.imaging.deid.masking import text_mask
from radiology.imaging.films import film_files
from radiology.imaging.pixels import read_pixels
from radiology.phantom.cohort import make_phantom

_T = TypeVar("_T")
Film = NDArray[np.uint8]
SEED = 900_200_000
SIZES = (10, 12, 14, 18, 24, 36, 48)
GREYS = (40, 80, 120, 200)
TEXTS = ("DOE, JOHN", "MRN 4711-2203", "03/14/2021 10:22", "Jane Q. Public", "CITY HOSPITAL", "Acc: 7788123", "R. Roe")
FONTS = tuple(sorted((Path(mpl.get_data_path()) / "fonts" / "ttf").glob("DejaVu*[!y].ttf")))
"""All but the display fonts, which have no letters."""


@dataclass(frozen=True)
class Burnt:
    film: Film
    ink: NDArray[np.bool_]
    labels: tuple[str, ...]


def phantoms(size: int) -> Iterator[Film]:
    seed = SEED
    while True:
        yield from make_phantom(seed, size)[0].images.values()
        seed += 1


def in_folder(folder: Path) -> Iterator[Film]:
    files = list(film_files(folder))
    yield from (read_pixels(files[row]) for row in np.random.default_rng(1).permutation(len(files)))


def in_parquet(file: Path) -> Iterator[Film]:
    """A column `image` of encoded pictures."""
    from pyarrow import parquet

    column = parquet.read_table(file, columns=["image"])["image"]
    for row in np.random.default_rng(1).permutation(len(column)).tolist():
        yield np.array(Image.open(io.BytesIO(column[row].as_py()["bytes"])).convert("L"))


def burn(film: Film, rng: np.random.Generator) -> Burnt | None:
    """A text somewhere in `film`; None where it does not fit."""
    turned, size, step = bool(rng.random() < 0.2), _one(SIZES, rng), _one(GREYS, rng)
    before = np.ascontiguousarray(film.T if turned else film)
    font, text = ImageFont.truetype(_one(FONTS, rng), size), _one(TEXTS, rng)
    left, top, right, bottom = (max(0, int(side)) for side in font.getbbox(text))
    height, width = before.shape
    if right + 8 > width or bottom + 8 > height:
        return None
    x, y = int(rng.integers(2, width - right - 3)), int(rng.integers(2, height - bottom - 3))
    behind = float(np.median(before[y + top : y + bottom, x + left : x + right]))
    grey = min(255, max(0, round(behind + (step if behind < 128 else -step))))
    image = Image.fromarray(before)
    ImageDraw.Draw(image).text((x, y), text, fill=grey, font=font)
    after = np.array(image)
    ink = np.abs(after.astype(int) - before) > 0.5 * max(1.0, abs(grey - behind))
    labels = ("all", f"{size} px", f"contrast {step}", "turned" if turned else "upright")
    return Burnt(*((np.ascontiguousarray(after.T), ink.T) if turned else (after, ink)), labels)


def _one(options: Sequence[_T], rng: np.random.Generator) -> _T:
    return options[int(rng.integers(len(options)))]


def inner(mask: NDArray[np.bool_]) -> float:
    height, width = mask.shape
    return float(mask[height // 5 : height * 4 // 5, width * 15 // 100 : width * 85 // 100].mean())


def measure(films: list[Film], texts: int) -> None:
    rng, shares = np.random.default_rng(5), defaultdict[str, list[float]](list)
    for film in films:
        for burnt in (burn(film, rng) for _ in range(texts)):
            if burnt is not None and burnt.ink.any():
                hidden = float(text_mask(burnt.film)[burnt.ink].mean())
                for label in burnt.labels:
                    shares[label].append(hidden)
    print(f"{'texts burnt in':16s}{'n':>5s} {'gone':>7s} {'ink masked':>11s}")
    for label in sorted(shares, key=lambda name: (name.split()[0].isdigit(), len(name), name)):
        values = np.array(shares[label])
        print(f"{label:16s}{len(values):5d} {np.mean(values >= 0.95):7.2f} {values.mean():11.2f}")
    masks = [text_mask(film) for film in films]
    masked = np.array([mask.mean() for mask in masks])
    within = np.array([inner(mask) for mask in masks])
    print(f"films as given: {len(films)}, with a mask {np.mean(masked > 0):.0%}")
    print(f"  area masked: mean {masked.mean():.3%}, largest {masked.max():.2%}")
    print(f"  of the inner part: mean {within.mean():.3%}, largest {within.max():.2%}, in {np.mean(within > 0):.0%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=Path, help="folder of films")
    parser.add_argument("--parquet", type=Path, help="parquet file with a column `image`")
    parser.add_argument("-n", type=int, default=60, help="number of films")
    parser.add_argument("--texts", type=int, default=4, help="texts burnt into each, one at a time")
    parser.add_argument("--size", type=int, default=512, help="size of phantoms in px")
    given = parser.parse_args()
    source = in_folder(given.films) if given.films else in_parquet(given.parquet) if given.parquet else None
    measure(list(islice(source or phantoms(given.size), given.n)), given.texts)


if __name__ == "__main__":
    main()
