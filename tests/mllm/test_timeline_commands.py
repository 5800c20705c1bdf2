from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from mllm.study_options import completed
from mllm.timeline_commands import timeline
from radiology.errors import SightlineError
from radiology.phantom.cohort import Cohort, write_cohort
from radiology.study import Study
from radiology.timeline.record import Timeline

command = typer.Typer()
command.command()(timeline)


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two patients with two visits each: studies.jsonl, beside it images/."""
    return write_cohort(tmp_path_factory.mktemp("cohort"), Cohort(2, seed=7, size=64, visits=(2, 2)), dicom=True)


def run(*arguments: object) -> str:
    result = CliRunner().invoke(command, [str(each) for each in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_course_of_films_is_one_timeline_and_a_plot(cohort: Path, tmp_path: Path) -> None:
    films = sorted((cohort.parent / "images").glob("phantom-7-*"))
    text = run(*films, "--plot", tmp_path / "plot.png")
    assert "2 visits" in text
    assert text.rstrip().endswith("Draft, not for diagnosis.")
    assert (tmp_path / "plot.png").stat().st_size > 1000


def test_films_given_as_prior_and_report_of_the_study(cohort: Path, tmp_path: Path) -> None:
    first, second = sorted((cohort.parent / "images").glob("phantom-7-*"))
    (tmp_path / "now.txt").write_text("Large left pleural effusion, new since the prior study.")
    out = run(second, "--prior", first, "--report", tmp_path / "now.txt", "--format", "json")
    drawn = Timeline.model_validate_json(out)
    assert [str(visit.date) for visit in drawn.visits] == ["2020-01-06", "2020-02-05"]
    assert any(row.steps[0].basis == "report" and row.steps[0].change == "new" for row in drawn.rows)


def test_a_list_of_studies_gives_one_timeline_for_each_patient(cohort: Path) -> None:
    lines = run(cohort, "--format", "json").splitlines()
    drawn = [Timeline.model_validate_json(line) for line in lines]
    assert [each.study_id for each in drawn] == ["phantom-7-visit2", "phantom-8-visit2"]
    assert all(visit.source == "listed" for each in drawn for visit in each.visits)


def test_a_damaged_film_does_not_stop_the_others(tmp_path: Path) -> None:
    listed = write_cohort(tmp_path, Cohort(2, seed=7, size=64, visits=(2, 2)))
    (tmp_path / "images" / "phantom-7-visit2_frontal.png").write_bytes(b"no picture")
    result = CliRunner().invoke(command, [str(listed), "--format", "json"])
    assert result.exit_code == 2
    assert [Timeline.model_validate_json(line).study_id for line in result.stdout.splitlines()] == ["phantom-8-visit2"]


@pytest.mark.parametrize("option", ["--plot", "--report", "--prior"])
def test_what_goes_with_one_study_is_refused_for_several(cohort: Path, tmp_path: Path, option: str) -> None:
    with pytest.raises(SightlineError, match=r"name the (films|files) of one"):
        run(cohort, option, tmp_path / "x.png")


def test_what_is_told_is_put_to_the_one_study(tmp_path: Path) -> None:
    study = Study(study_id="s", patient_id="p")
    (tmp_path / "old.txt").write_text("Clear lungs.")
    (known,) = completed([study], [str(tmp_path / "old.txt")], indication="Cough.", note=tmp_path / "old.txt")
    assert (known.indication, known.note, len(known.priors)) == ("Cough.", "Clear lungs.", 1)
    assert completed([study, study]) == [study, study]
    with pytest.raises(SightlineError, match=r"`--comparison`: tells of one study and 2 were given"):
        completed([study, study], comparison="none")
