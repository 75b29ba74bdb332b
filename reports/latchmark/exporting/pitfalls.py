"""How is the index of pitfalls written for other tools? A line each, and an object each."""

from __future__ import annotations

from collections.abc import Mapping

from latchmark.findings import PitfallIndex


def pitfall_lines(index: PitfallIndex) -> list[str]:
    """What each costs and its cure, then what was not measured and why."""
    measured = [
        f"{one.pitfall.name}: {one.finding.text} Cure: {one.pitfall.cure}"
        + ("" if one.price is None else f" Its price: {one.price.text}")
        + (f" Cautions: {', '.join(one.doubts)}." if one.doubts else "")
        for one in index.measured
    ]
    return [*measured, *(f"{one.pitfall.name}: not measured: {one.why}." for one in index.missing)]


def pitfalls_json(index: PitfallIndex) -> list[Mapping[str, object]]:
    """One object a pitfall; where it was not measured the amounts are null beside the reason."""
    measured: list[Mapping[str, object]] = [
        {
            "name": one.pitfall.name,
            "problem": one.pitfall.problem,
            "cure": one.pitfall.cure,
            "experiment": one.finding.experiment,
            "size": one.size,
            "interval": one.interval or None,
            "meaning": one.meaning or None,
            "flag": one.finding.flag,
            "text": one.finding.text,
            "price": None if one.price is None else one.price.text,
            "cautions": list(one.doubts),
            "why": None,
        }
        for one in index.measured
    ]
    missing: list[Mapping[str, object]] = [
        {
            "name": one.pitfall.name,
            "problem": one.pitfall.problem,
            "cure": one.pitfall.cure,
            "experiment": one.experiment or None,
            "size": None,
            "interval": None,
            "meaning": None,
            "flag": "",
            "text": None,
            "price": None,
            "cautions": [],
            "why": one.why,
        }
        for one in index.missing
    ]
    return [*measured, *missing]
