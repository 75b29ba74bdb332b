"""Which run would another machine have written? Copies of a run document, slower or faster by experiment."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

ALIASES = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta")


def other_machine(
    document: Mapping[str, Any],
    alias: str,
    slower: float | Callable[[str], float] = 1.0,
    seed: int = 1,
    spread: float = 0.01,
) -> dict[str, Any]:
    """The document as `alias` would have written it: another hard key and run id, every time of an experiment
    `slower` times as long (a factor, or one by name of the experiment), scattered by `spread`."""
    changed = copy.deepcopy(dict(document))
    chance = random.Random(seed)
    changed["machine"] |= {"alias": alias, "hard_key_hash": f"hash of {alias}"}
    key = next((name for name in changed["machine"]["hard_key"] if "model" in name), "model_name")
    changed["machine"]["hard_key"] |= {key: f"Processor {alias}"}
    changed["run"]["id"] = f"{alias}-{changed['run']['id']}"
    experiments = {one["name"]: one for one in changed["experiments"]}
    times = {
        name: {one["name"] for one in experiment["metrics"] if one["unit"] == "ns"}
        for name, experiment in experiments.items()
    }
    for launch in changed["launches"]:
        name = changed["points"][launch["point"]]["experiment"]
        factor = slower(name) if callable(slower) else slower
        factor *= chance.lognormvariate(0.0, spread)
        for metric, value in launch["metrics"].items():
            if metric in times[name]:
                launch["metrics"][metric] = _scaled(value, factor)
    return changed


def _scaled(value: Mapping[str, Any], factor: float) -> dict[str, Any]:
    scaled = dict(value)
    if "value" in scaled:
        scaled["value"] *= factor
    if "values" in scaled:
        scaled["values"] = [one * factor for one in scaled["values"]]
    return scaled


def machines(document: Mapping[str, Any], amount: int) -> list[dict[str, Any]]:
    """So many machines of one run, each with strengths of its own from the names of the experiments."""

    def strengths(alias: str) -> Callable[[str], float]:
        chance = {alias: random.Random(alias)}
        factors: dict[str, float] = {}
        return lambda name: factors.setdefault(
            name, chance[alias].choice((0.5, 0.8, 1.0, 1.0, 1.0, 1.3, 2.0))
        )

    return [
        other_machine(document, alias, 1.0 if index == 0 else strengths(alias), seed=index)
        for index, alias in enumerate(ALIASES[:amount])
    ]


def without_points(document: dict[str, Any], gone: Sequence[int]) -> dict[str, Any]:
    """The document as if these points had not been planned."""
    kept = [index for index in range(len(document["points"])) if index not in set(gone)]
    renumbered = {old: new for new, old in enumerate(kept)}
    document["points"] = [document["points"][index] for index in kept]
    document["launches"] = [one for one in document["launches"] if one["point"] in renumbered]
    for order, launch in enumerate(sorted(document["launches"], key=lambda one: int(one["order"]))):
        launch |= {"point": renumbered[launch["point"]], "order": order}
    return document
