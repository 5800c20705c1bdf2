from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from eval.benchmarks import Benchmark
from eval.stress.run import STRESS_TESTS, run_stress
from radiology.datasets.table import Dataset
from radiology.errors import SightlineError
from tests.eval.stress.watcher import Watcher, WatchingHeads


def test_all_tests_give_their_tables_and_tell_their_progress(benchmark: Benchmark, data: Dataset) -> None:
    done: Counter[str] = Counter()
    tables = run_stress(
        benchmark, data, Watcher(), WatchingHeads(), progress=lambda stage, more: done.update({stage: more})
    )
    assert [table.name for table in tables] == [
        "image_reliance",
        "image_reliance_unchanged",
        "corruptions",
        "corruptions_relative",
        "region_masking",
        "paraphrases",
        "paraphrases_by_wording",
        "shifts",
        "subgroups",
        "support",
    ]
    assert done["original, reports"] == done["noise 5, reports"] == 16
    assert all(table.to_markdown().count("\n") > len(table.notes) for table in tables)


def test_the_same_seed_gives_the_same_tables(benchmark: Benchmark, data: Dataset) -> None:
    one, again = (run_stress(benchmark, data, Watcher(), None, ["reliance", "masking"], seed=4) for _ in range(2))
    assert one == again


def test_films_of_which_none_can_be_read_are_refused(benchmark: Benchmark, data: Dataset, tmp_path: Path) -> None:
    for path in tmp_path.glob("*.png"):
        path.unlink()
    with pytest.raises(SightlineError, match="no answer to any of 48 items"):
        run_stress(benchmark, data, Watcher(), None, ["reliance"])


def test_an_unknown_test_is_refused(benchmark: Benchmark, data: Dataset) -> None:
    with pytest.raises(SightlineError, match=f"`sleep`: no such stress test, choose one of {', '.join(STRESS_TESTS)}"):
        run_stress(benchmark, data, Watcher(), None, ["sleep"])
