"""The line above a report's findings that says how the films were taken."""

from __future__ import annotations

import numpy as np

from radiology.phantom.language.phrases import pick
from radiology.study import Projection, Study

_TECHNIQUE = {
    (Projection.PA,): ("Single PA view of the chest.", "PA chest radiograph."),
    (Projection.AP,): ("Single AP portable view of the chest.", "AP portable chest radiograph."),
    (Projection.LATERAL,): ("Lateral view of the chest.", "Lateral chest radiograph."),
    (Projection.PA, Projection.LATERAL): ("PA and lateral views of the chest.", "PA and lateral chest radiographs."),
    (Projection.AP, Projection.LATERAL): ("AP and lateral views of the chest.", "AP and lateral chest radiographs."),
}
_OTHER = ("Chest radiographs.",)


def technique_of(study: Study, rng: np.random.Generator) -> str:
    """The technique of a study by its projections; a phantom's AP film is a portable one."""
    return pick(rng, _TECHNIQUE.get(tuple(view.projection for view in study.views), _OTHER))
