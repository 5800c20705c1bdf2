"""The bundled model's card, written from measured scores: nothing in it is typed by hand that a command can measure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.benchmarks import BENCHMARKS
from eval.metrics.table import METRICS
from eval.stress.folder import read_stress
from eval.stress.table import StressRun
from radiology.study import NOTICE

INTRODUCTION = """# mini

The model that comes with Sightline: {parameters} parameters in {megabytes} MB (bfloat16), trained from scratch by
`make mini` on permissively licensed films and on phantoms. **{notice}.** It is there to demonstrate and to test the
software. It must never be used for patients.

- Tower: LeViT-shaped, {tower}; frozen after stage `encoder`. Heads beside it: finding maps, image-level findings, input
  gate, image embedding.
- Language model: Qwen3-shaped, {language}; two-layer MLP projector between them.
- Weights: sha256 `{hash}`.

## What it learnt from

| source | licence | films | what is known of them |
|---|---|---|---|
{sources}

Reports of real films are **weak supervision**: sentences of our own grammar written from their labels, silent about
every finding that is not labelled. NIH labels are mined from text; for the heads and for yes/no questions an unlisted
one of its fourteen counts as absent. One patient in five (of VQA-RAD one image in five, of VQA-Med 2019 its own
validation part) was kept for validation.

## What it scores

{scores}

`blind` is the better of two baselines that see no film: the majority answer to the same question, and this model on
black films. Intervals are 95 % bootstrap over patients. Each number comes from the command above its table.

## How far its confidence can be believed

{trust}

## How it stands stress

{stress}

## What it cannot do

Phantoms are not patients: scores on them show that the machinery works. On real films the model knows what NIH and
Kermany labels teach a small tower, which is little. It has seen no lateral real film with a report, no child outside
the Kermany set, and no finding outside its vocabulary.
"""
LEFT_OUT = ("sets-by-finding",)
"""Tables too long for a card."""
KNOWN = {
    "phantom": "everything: findings, sides, masks, boxes, changes",
    "nih": "which of fourteen text-mined labels are listed; PA or AP",
    "kermany": "normal or pneumonia",
    "hannover": "PA or AP",
    "vqa_rad": "its questions and answers",
    "vqa_med_2019": "its questions and answers",
}


def score_table(scores: dict[str, Any]) -> str:
    """One benchmark's rows: value, interval, n, and the better blind baseline."""
    lower = {line.name for line in BENCHMARKS[scores["benchmark"]].lines if not METRICS[line.metric].higher_is_better}
    lines = ["| metric | value | 95 % interval | n | failed | blind |", "|---|---|---|---|---|---|"]
    for name, row in scores["metrics"].items():
        if row["value"] is None:
            continue
        blind = [sheet[name]["value"] for sheet in scores["baseline"].values() if name in sheet]
        known = [value for value in blind if value is not None]
        better, note = (min, " (lower is better)") if name in lower else (max, "")
        shown = f"{better(known):.3f}" if known else ""
        interval = f"{row['low']:.3f} to {row['high']:.3f}"
        lines.append(f"| {name}{note} | {row['value']:.3f} | {interval} | {row['n']} | {row['n_failed']} | {shown} |")
    return "\n".join(lines)


def score_section(runs: Sequence[tuple[str, Path]]) -> str:
    """A heading, the command and the table of each (command, scores.json)."""
    parts = []
    for command, path in runs:
        scores = json.loads(path.read_text())
        parts.append(f"### {scores['benchmark']}\n\n`{command}`\n\n{score_table(scores)}")
    return "\n\n".join(parts)


def stress_section(runs: Sequence[tuple[str, Path]]) -> str:
    """A heading, the command and the tables of each (command, stress.json)."""
    parts = []
    for command, path in runs:
        parts.append(f"`{command}`")
        parts += [table.to_markdown().strip() for table in read_stress(path.parent).tables]
    return "\n\n".join(parts)


def trust_section(run: StressRun, command: str) -> str:
    """The command, what was watched, and the tables of evidence, confidence and prediction sets."""
    return "\n\n".join(
        (
            f"`{command}` ({run.part})",
            *(table.to_markdown().strip() for table in run.tables if table.name not in LEFT_OUT),
        )
    )


def source_rows(counts: dict[str, tuple[str, int]]) -> str:
    """`counts`: source -> (licence, films)."""
    return "\n".join(f"| {name} | {licence} | {n} | {KNOWN[name]} |" for name, (licence, n) in counts.items())


def write_card(
    folder: Path,
    counts: dict[str, tuple[str, int]],
    scored: Sequence[tuple[str, Path]],
    stressed: Sequence[tuple[str, Path]],
    trusted: tuple[str, StressRun] | None,
    weights_hash: str,
) -> Path:
    """`README.md` in the model folder. `scored` and `stressed`: (command, scores.json) and (command, stress.json);
    `trusted`: command and tables of `eval.trust`."""
    config = json.loads((folder / "config.json").read_text())
    tower, language = config["vision_config"], config["text_config"]
    size = sum(path.stat().st_size for path in folder.glob("*.safetensors"))
    text = INTRODUCTION.format(
        parameters=f"{size / 2e6:.1f} M",
        megabytes=f"{size / 1e6:.1f}",
        notice=NOTICE,
        tower=f"four convolutions and {tower['depths'][0]} attention layers of {tower['hidden_size']}, "
        f"{tower['image_size']} px in patches of {tower['patch_size']}",
        language=f"{language['num_hidden_layers']} layers of {language['hidden_size']}, "
        f"{language['vocab_size']} tokens",
        hash=weights_hash,
        sources=source_rows(counts),
        scores=score_section(scored) or "Not measured yet.",
        trust=trust_section(trusted[1], trusted[0]) if trusted else "Not measured yet.",
        stress=stress_section(stressed) or "Not tested yet.",
    )
    path = folder / "README.md"
    path.write_text(text)
    return path
