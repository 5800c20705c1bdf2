"""Damaged texts: JSON, JSON Lines, CSV, XML and reports, valid at first, then changed as values or as bytes."""

from __future__ import annotations

import gzip
import json
import tarfile
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from io import BytesIO
from random import Random
from typing import Any

from benchmarks.fuzz.bytewise import damage

_VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    10**400,
    float("nan"),
    float("inf"),
    -1e308,
    5e-324,
    "",
    "x",
    "\ud800",
    "\0",
    "\u2028",
    "two\nlines",
    "../../etc",
    "2020-02-30",
    "é" * 5000,
    [],
    {},
    [[]],
    [None],
    {"": {}},
    {"a\nb": 1},
)
_VIEW = {"id": "frontal", "path": "a.png", "projection": "PA", "width": 64, "height": 48, "pixel_spacing": [0.2, 0.2]}
_BOX = {"view": "frontal", "x0": 0.1, "y0": 0.1, "x1": 0.5, "y1": 0.6}
_FINDING = {"name": "nodule", "side": "left", "size_mm": 9.5, "count": 1, "boxes": [_BOX], "probability": 0.5}
_STUDY = {"study_id": "s", "patient_id": "p", "date": "2020-01-02", "sex": "F", "age": 60, "views": [_VIEW]}
_PRIOR = {"study": _STUDY, "report": {"findings": "Left nodule."}, "findings": [_FINDING], "cardiothoracic_ratio": 0.5}
CASE = {"study": {**_STUDY, "study_id": "t", "priors": [_PRIOR]}, "findings": [_FINDING], "source": "own", "seed": 3}
QUESTION = {"study_id": "s", "text": "Is there a nodule?", "answer": "yes", "kind": "closed", "choices": ["yes", "no"]}
PREDICTION = {
    "id": "s",
    "task": "report",
    "prediction": "Nodule.",
    "reference": "Nodule.",
    "probability": 0.5,
    "study_id": "s",
    "findings": [_FINDING],
    "ranking": [0.5],
    "groups": {"sex": "F"},
    "judged": {"green": [0.5]},
}
_SIGNATURE = {
    "split": "test",
    "split_hash": "0",
    "n": 1,
    "questions": 0,
    "skipped": {},
    "limit": None,
    "seed": 0,
    "views": {"frontal": 1},
    "phantom_version": None,
    "model": {"id": "m", "hash": "h"},
    "baselines": {"majority_from": "train split", "majority_n": 1, "blank_n": 1},
    "versions": {},
}
_SCORE = {"value": 0.5, "low": 0.4, "high": 0.6, "n": 3, "n_failed": 0}
SCORES = {
    "benchmark": "phantom",
    "signature": _SIGNATURE,
    "metrics": {"bleu_4": _SCORE},
    "baseline": {"majority": {"bleu_4": _SCORE}},
}
RUN = {"benchmark": "phantom", "signature": _SIGNATURE}
_ROW = {"labels": ["a"], "value": 0.5, "low": None, "high": None, "n": 3}
STRESS = {
    "benchmark": "phantom",
    "model": {"id": "m", "hash": "h"},
    "split_hash": "0",
    "part": "all",
    "n": 1,
    "tables": [{"name": "n", "title": "t", "columns": ["c"], "rows": [_ROW]}],
}
_ENTRY = {"id": "1_1", "report": "Clear lungs. Heart is enlarged.", "image_path": ["a.png", "a.png"]}
OBJECTS = {"images": [_ENTRY], "train": [_ENTRY], "val": [], "test": [_ENTRY]}
LABELLED = {"id": "a", "text": "FINDINGS: Small left pleural effusion. No pneumothorax."}
XML = (
    '<?xml version="1.0" encoding="utf-8"?><eCitation><uId id="CXR1"/><Abstract>'
    '<AbstractText Label="FINDINGS">The heart is normal. Small left effusion.</AbstractText>'
    '<AbstractText Label="IMPRESSION">Effusion.</AbstractText></Abstract>'
    '<parentImage id="CXR1_1_IM-0001-3001"/></eCitation>'
)
REPORT = (
    "INDICATION: Cough.\n\nFINDINGS: PA and lateral. A 3 mm nodule in the left upper lobe, new since the prior. "
    "No pneumothorax or pleural effusion. ET tube 4.5 cm above the carina.\n\nIMPRESSION: 1. Nodule, unchanged."
)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every container and key within `value`."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, child in list(pairs) for place in ((value, key), *_places(child))]


def _deep(random: Random) -> str:
    depth = random.choice((100, 1000, 100_000))
    return random.choice(('{"a":' * depth, "[" * depth, "[" * depth + "]" * depth, '{"study":{"priors":[' * depth))


def _changed(valid: Any, random: Random) -> str:
    """`valid` as JSON with one or two fields wrong, missing, unknown, doubled or nested into each other."""
    value = json.loads(json.dumps(valid))
    for _ in range(random.choice((0, 1, 1, 2))):
        container, key = random.choice(_places(value) or [(value, "x")])
        kind = random.randrange(6)
        if kind < 3 or isinstance(container, list):
            container[key] = deepcopy(random.choice(_VALUES))
        elif kind == 3:
            del container[key]
        elif kind == 4:
            container[random.choice(("", "extra", "a\nb", "x" * 4000))] = deepcopy(random.choice(_VALUES))
        else:
            container[key] = json.loads(json.dumps(value))
    text = json.dumps(value, ensure_ascii=random.random() < 0.5)
    return text[:-1] + "," + text[1:] if random.random() < 0.05 and text.startswith("{") else text


def _bytes(text: str, random: Random) -> bytes:
    encoding = random.choice(("utf-8",) * 20 + ("utf-16", "utf-8-sig", "utf-32"))
    return text.encode(encoding, errors="surrogatepass")


def broken_json(valid: Any, random: Random) -> bytes:
    """One damaged JSON document."""
    if random.random() < 0.02:
        return _deep(random).encode()
    content = _bytes(_changed(valid, random), random)
    return damage(content, random) if random.random() < 0.4 else content


def broken_lines(valid: Any, random: Random) -> bytes:
    """A damaged file of up to three JSON documents, a line each."""
    content = b"\n".join(broken_json(valid, random) for _ in range(random.choice((1, 1, 3))))
    return content + random.choice((b"", b"\n", b"\n\n", b"\r\n"))


@cache
def _endless_line() -> bytes:
    return gzip.compress(b"id,text\n" + b"x" * 2**29, 1)


def broken_csv(random: Random) -> bytes:
    """A damaged table with the columns `id` and `text`; some are gzipped, also badly."""
    cells = ("1", "", '"', '"a,b"', "a\0b", "x" * random.choice((1, 140_000)), "é", "1,2,3,4", "=1", "\r")
    rows = [",".join(random.choices(cells, k=random.choice((0, 1, 2, 3)))) for _ in range(4)]
    content = "\n".join(["id,text", *rows]).encode()
    if random.random() < 0.6:
        content = damage(content, random)
    if random.random() < 0.01:
        return _endless_line()
    if random.random() < 0.3:
        content = gzip.compress(content)
        content = damage(content, random) if random.random() < 0.6 else content
    return content


def broken_xml(random: Random) -> bytes:
    """A damaged report of Open-i, in any encoding."""
    kind = random.randrange(12)
    text = XML.replace(
        "utf-8", random.choice(("utf-8",) * 4 + ("utf-16", "x-none", "cp037", "big5", "utf-7", "latin-1"))
    )
    if kind == 0:
        depth = random.choice((100, 100_000))
        text = "<a>" * depth + ("</a>" * depth if random.random() < 0.5 else "")
    elif kind == 1:
        text = f'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "{"&a;" * 99}">]><a>{"&b;" * 99}</a>'
    elif kind == 2:
        text = text.replace(' id="CXR1"', random.choice(("", ' id=""', ' id="&#xD800;"', ' ID="1"')))
    content = text.encode(random.choice(("utf-8",) * 5 + ("utf-16", "latin-1")), errors="replace")
    return damage(content, random) if random.random() < 0.6 else content


def broken_archive(random: Random) -> bytes:
    """Reports as a damaged `.tgz`."""
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for number, name in enumerate(random.choices(("a.xml", "../b.xml", "c.txt", "d.xml"), k=3)):
            member = tarfile.TarInfo(name)
            content = XML.replace("CXR1", f"CXR{number}").encode() if random.random() < 0.5 else broken_xml(random)
            member.size = len(content)
            if random.random() < 0.2:
                member.type, member.linkname = (
                    random.choice((tarfile.SYMTYPE, tarfile.LNKTYPE)),
                    random.choice((name, "z")),
                )
                member.size, content = 0, b""
            tar.addfile(member, BytesIO(content))
    content = out.getvalue()
    if random.random() < 0.5:
        return damage(content, random)
    return gzip.compress(damage(gzip.decompress(content), random, 600)) if random.random() < 0.7 else content


def broken_report(random: Random) -> bytes:
    """Text that may be a report."""
    ways: tuple[Callable[[], str], ...] = (
        lambda: REPORT,
        lambda: "".join(random.sample(REPORT, len(REPORT))),
        lambda: " ".join(random.choices(REPORT.split(), k=random.choice((1, 30, 400)))),
        lambda: (
            random.choice(("no ", "left ", "and ", ", ", "1. ", "3 x ", "FINDINGS: ", "(", "\n", "\u2028", "9")) * 3000
        ),
        lambda: "".join(chr(random.randrange(1, 0x3000)) for _ in range(300)),
    )
    content = random.choice(ways)().encode(errors="replace")
    return damage(content, random) if random.random() < 0.7 else content
