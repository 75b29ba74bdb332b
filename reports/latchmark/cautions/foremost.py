"""What must a reader know before the first number of a run? What did wrong work, and that it is not whole."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from itertools import pairwise

from latchmark.model import Experiment, LaunchStatus, Run
from latchmark.statistics import first_side
from latchmark.wording import count

MOST_TOLD = 4  # variants; all failed launches are in a list of their own


def foremost_of(run: Run) -> tuple[str, ...]:
    """Sentences that stand above the findings; none of a complete run in which all work was done."""
    wrong = [sentence for experiment in run.experiments for sentence in _wrong_work(run, experiment)]
    told = wrong[:MOST_TOLD]
    if len(wrong) > len(told):
        told.append(f"{count(len(wrong) - len(told), 'further variant')} did not either.")
    if not run.complete:
        told.append(
            f"The run did not finish ({run.incomplete_reason or 'no reason recorded'}): points are missing or"
            f" have fewer launches than planned. {resume_sentence(run)}."
        )
    return tuple(told)


def _wrong_work(run: Run, experiment: Experiment) -> Iterator[str]:
    """For each variant with launches that failed their proof, what is left of it."""
    for variant in experiment.variants:
        launches = [
            launch
            for point in run.points_of(experiment)
            if point.variant == variant.name
            for launch in run.launches_of(point)
            if launch.side == first_side(run)
        ]
        failed = [launch for launch in launches if launch.status is LaunchStatus.VERIFY_FAILED]
        if not failed:
            continue
        numbers = sum(launch.is_ok for launch in launches)
        left = (
            f"the numbers of its other {count(numbers, 'launch')} may be wrong too"
            if numbers
            else "it has no number"
        )
        launches_told = count(len(failed), "launch")
        yield f"{variant.name} of {experiment.name} did not do its work in {launches_told}; {left}."


def resume_sentence(run: Run) -> str:
    """How to complete a run: with its folder where the command named one that holds on any machine."""
    folder = _named_folder(run)
    if folder:
        return f"Resume it with `{shlex.join(['scripts/latchmark', 'run', '--resume', folder])}`"
    return "Resume it with `scripts/latchmark run --resume DIR`, where DIR is the folder of its run file"


def _named_folder(run: Run) -> str:
    """Empty where none was named, or by an absolute path, which is nobody else's business."""
    for word, following in pairwise((*run.command, "")):
        option, is_joined, value = word.partition("=")
        if option in ("--out", "--resume"):
            folder = value if is_joined else following
            return "" if folder.startswith("/") else folder
    return ""
