from __future__ import annotations

import pytest

from radiology.study import Study
from tests.radiology.export.drafts import study_in


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return study_in(tmp_path_factory.mktemp("study"))
