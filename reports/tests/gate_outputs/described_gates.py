"""Which gates does every output have to show? A quiet one, a troubled one, a blind one, a hostile one and a
large one."""

from __future__ import annotations

from dataclasses import replace

from gate_outputs.described_verdict import (
    CONFIRM,
    PACKED,
    PADDED,
    SCREEN,
    STAGES,
    TICKET,
    VOIDS,
    controls,
    measured_point,
    regressed_points,
    troubled_points,
    verdict,
)

from latchmark.verdict import Companion, Injection, Problem, Skipped, Source, Subject, Verdict, Void, Word

# What a name or a reason in a run file may hold: each tries to leave its place in one of the outputs.
HOSTILE = (
    "<script>alert(1)</script>",
    "two\nlines",
    "a|b`c`*d*[e](f)",
    "]]>",
    "bell\x07 null\x00 escape\x1b[31m",
    "100%,line:1::error::x",
    '"quoted"\\back',
    "=1+1",
    "\u202eright to left\u2028",
    "</details><img src=x onerror=alert(1)>",
    "\ufffe\uffff no characters",
)


def quiet_verdict() -> Verdict:
    """A gate that ends with 0: three points, all OK."""
    points = tuple(
        measured_point(name, Word.OK, "upper bound 1.02× is below 1.10×.")
        for name in (PACKED, PADDED, TICKET)
    )
    return verdict(
        exit_code=0,
        sentence="Nothing regressed: 3 OK; could have seen 5.1 % or more on all 3 points.",
        points=points,
        coverage=1.0,
        cautions=(),
        stages=STAGES[:1],
        voids=VOIDS[:1],
        geometric_mean=None,
    )


def troubled_verdict() -> Verdict:
    """A gate with every word there is, a control that differs, and a problem."""
    differing = replace(
        controls()[0], word=Word.SUSPECT, because="different: 1.04× over 19 pairs, p = 0.0001 against 0.005"
    )
    return verdict(
        exit_code=1,
        sentence="1 point lost in head, 1 point fails in head; no verdict on the rest.",
        points=(*regressed_points(), *troubled_points()),
        controls=(differing, controls()[1]),
        problems=(Problem(3, "a negative control differs: the two sides were not treated alike"),),
        injections=(Injection(PACKED, 0.20),),
        filter="workers:2",
    )


def blind_verdict() -> Verdict:
    """A gate that measured nothing and ends with 3."""
    return verdict(
        exit_code=3,
        sentence="No verdict: every round was voided.",
        points=(),
        controls=(),
        stages=(),
        voids=(),
        coverage=None,
        problems=(Problem(3, "every round was voided"),),
        geometric_mean=None,
    )


def hostile_verdict() -> Verdict:
    """Every text of a run file or a command line tries to be more than text."""
    points = tuple(
        replace(
            regressed_points()[0],
            point=f"family/experiment/{name}",
            experiment=f"family/{name}",
            metric=f"metric {name}",
            unit=name,
            word=word,
            because=f"because {name}",
            source=Source(f"benchmarks/{name}/experiment.cpp", 3),
            companions=(Companion(name, 1.1, None, None, f"companion {name}"),),
        )
        for name, word in zip(HOSTILE, [*Word, *Word], strict=False)
    )
    every = " ".join(HOSTILE)
    return verdict(
        sentence=f"sentence {every}",
        base=Subject(f"base {every}", every, every),
        head=Subject(f"head {every}", every, every),
        machine=every,
        preset=every,
        filter=every,
        repeat=f"scripts/latchmark gate ab --base '{every}'",
        policy=((every, every),),
        points=points,
        controls=tuple(replace(control, point=f"control {every}") for control in controls()),
        skipped=(Skipped(every, every),),
        voids=(Void(SCREEN, 7, every),),
        injections=(Injection(every, 0.1),),
        problems=(Problem(3, every),),
        cautions=(every,),
    )


def large_verdict(points: int = 20, screen: int = 20, confirm: int = 0) -> Verdict:
    """`points` points with full evidence; with `confirm` the first fifth of them is REGRESSED."""
    made = []
    for number in range(points):
        name = f"family_{number % 7}/experiment/variant_{number}/workers:2/placement:spread"
        if confirm and number < max(1, points // 5):
            made.append(
                measured_point(
                    name,
                    Word.REGRESSED,
                    "slower by 20 %.",
                    1.2 + number / 100,
                    0.05,
                    {SCREEN: screen, CONFIRM: confirm},
                )
            )
        else:
            made.append(
                measured_point(
                    name, Word.OK, "upper bound 1.02× is below 1.10×.", 1.0, 0.03, {SCREEN: screen}
                )
            )
    return verdict(points=tuple(made), coverage=1.0)
