"""Is the gate silent on identical code and sharp on slower code? Tried on recorded launches, peers beside it.

Replays the gate's procedure as it is (`latchmark.gate.procedure`) on launches of one program against itself:
thousands of suites whose labels are swapped at random, with and without a known slowdown on one point, then
on consecutive stretches, synthetic noise and suites of a hundred. Prints every figure with its target and
exits 1 when one is missed. Run as `python3 scripts/gate_recorded.py [--quick]`; the same figures every time.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path

import numpy as np
from scipy.stats import beta

_REPORTS = Path(__file__).resolve().parents[1] / "reports"
sys.path[:0] = [str(_REPORTS), str(_REPORTS / "tests")]

from peer_rules import EFFECTS, RULES, Numbers, PeerResult, result_of  # noqa: E402
from recorded_launches import recorded_pairs  # noqa: E402

from latchmark.gate.counts.deterministic import decide_deterministic, grade_of  # noqa: E402
from latchmark.gate.policy import Policy  # noqa: E402
from latchmark.gate.procedure import (  # noqa: E402
    Decision,
    Key,
    Samples,
    Wanted,
    next_step,
    with_batch,
)
from latchmark.gate.procedure.controls import decide_control  # noqa: E402
from latchmark.verdict import Grade, Limits, Word  # noqa: E402

POLICY = Policy()  # what a gate decides by that was told nothing else
RULES_IN_FORCE, LIMITS = POLICY.rules, POLICY.limits
# Neither margin nor limit: the test and Holm's correction alone keep identical code from failing.
NO_LIMITS = Limits(limit=0.0, margin=0.0, tolerated=0.10)
SUITES_A_TASK = 20
# Of fewer not even no failure at all bounds the share below 2 %.
FEWEST_SUITES = 160
# A key wants at most 60 pairs for its screen and 100 to confirm it.
MOST_PAIRS = max(RULES_IN_FORCE.screen_pairs, RULES_IN_FORCE.settle_pairs) + RULES_IN_FORCE.second_look
CONTROL_PAIRS = 100
COUNTS_A_SUITE = 40
# As noisy as launches may be whose count is still called deterministic (deviation over mean).
COUNT_SPREAD = 0.003
RECORDED = recorded_pairs()
LOG_RATIOS = np.array([[pair.log_ratio for pair in pairs] for pairs in RECORDED.values()])


@dataclass(frozen=True)
class Scenario:
    """So many suites of `points`, each with one point slowed by `effect`. `noise` is where the pairs come
    from; `lost` the share of them that void rounds take; `limits` what is asked of each point."""

    name: str
    suites: int
    effect: float = 0.0
    points: int = 10
    noise: str = "swapped"
    lost: float = 0.0
    limits: Limits = LIMITS


@dataclass(frozen=True)
class Tally:
    """Counts over suites. `failed` suites called an unchanged point slower, `covered` ones reach the least
    coverage; of the slowed points `found` are REGRESSED and `passed` OK."""

    suites: int = 0
    failed: int = 0
    covered: int = 0
    points: int = 0
    improved: int = 0
    pairs: int = 0
    slowed: int = 0
    found: int = 0
    passed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


def upper_bound(hits: int, tries: int) -> float:
    """The one-sided 95 % bound of a share (Clopper-Pearson)."""
    return 1.0 if hits == tries else float(beta.ppf(0.95, hits + 1, tries - hits))


def noise_of(scenario: Scenario, draw: np.random.Generator) -> Numbers:
    """ln(head / base) of unchanged code: points x pairs, without replacement within a suite.

    A suite of more points than were recorded takes the recording again, in another order of its rounds.
    """
    benchmarks, rounds = LOG_RATIOS.shape
    if scenario.noise == "normal":
        return draw.normal(0.0, 0.02, (scenario.points, MOST_PAIRS))
    if scenario.noise == "heavy":
        # Three degrees of freedom; their median absolute deviation is 0.7649.
        return draw.standard_t(3, (scenario.points, MOST_PAIRS)) * (0.02 / (1.4826 * 0.7649))
    if scenario.noise == "stretch":
        start = int(draw.integers(0, rounds - MOST_PAIRS + 1))
        return LOG_RATIOS[:, start : start + MOST_PAIRS]
    blocks = [
        LOG_RATIOS[:, draw.permutation(rounds)[:MOST_PAIRS]] for _ in range(scenario.points // benchmarks)
    ]
    pairs = np.concatenate(blocks)
    swapped: Numbers = pairs * draw.choice((-1.0, 1.0), pairs.shape)
    return swapped


def decided(
    noise: Numbers, scenario: Scenario, draw: np.random.Generator
) -> tuple[Mapping[Key, Decision], int]:
    """What the procedure decides of a suite, one row a point, and how many pairs it took."""
    keys: list[Key] = [(f"point {row}", "time") for row in range(len(noise))]
    streams: dict[Key, Iterator[float]] = {
        key: iter(row) for key, row in zip(keys, noise.tolist(), strict=True)
    }
    limits = dict.fromkeys(keys, scenario.limits)
    samples: Mapping[Key, Samples] = dict.fromkeys(keys, Samples())
    taken = 0
    while isinstance(step := next_step(samples, limits, RULES_IN_FORCE), Wanted):
        batch = {key: list(islice(streams[key], step.pairs)) for key in step.keys}
        taken += sum(map(len, batch.values()))
        if scenario.lost:
            batch = {
                key: [pair for pair in pairs if draw.random() >= scenario.lost]
                for key, pairs in batch.items()
            }
        samples = with_batch(samples, step, batch)
    return step, taken


def tally_of(scenario: Scenario, first: int, seed: int) -> Tally:
    """The counts over some of a scenario's suites, from the suite with this number on."""
    total = Tally()
    for suite in range(first, min(first + SUITES_A_TASK, scenario.suites)):
        draw = np.random.default_rng((seed, suite))
        noise = noise_of(scenario, draw)
        slowed = suite % len(noise) if scenario.effect else None
        if slowed is not None:
            noise = noise.copy()
            noise[slowed] += math.log1p(scenario.effect)
        decisions, pairs = decided(noise, scenario, draw)
        words = [one.word for one in decisions.values()]
        hit = None if slowed is None else words[slowed]
        total += Tally(
            suites=1,
            failed=any(word is Word.REGRESSED for row, word in enumerate(words) if row != slowed),
            covered=words.count(Word.INCONCLUSIVE) <= (1 - POLICY.least_coverage) * len(words),
            points=len(words),
            improved=sum(word in (Word.IMPROVED, Word.SUSPECT) for word in words),
            pairs=pairs,
            slowed=slowed is not None,
            found=hit is Word.REGRESSED,
            passed=hit is Word.OK,
        )
    return total


def scenarios(share: float) -> tuple[Scenario, ...]:
    """What is tried; `share` of the full number of suites."""

    def some(suites: int) -> int:
        return max(SUITES_A_TASK, round(suites * share))

    def silent(suites: int) -> int:
        return max(FEWEST_SUITES, some(suites))

    found = some(600)
    return (
        Scenario("unchanged, suites of ten", silent(4000)),
        Scenario("unchanged, 20 % of pairs void", silent(2000), lost=0.2),
        Scenario("unchanged, suites of 100", silent(400), points=100),
        Scenario("unchanged, consecutive stretches", silent(600), noise="stretch"),
        Scenario("unchanged, no margin, no limit", silent(4000), limits=NO_LIMITS),
        *(Scenario(f"+{effect:.0%}", found, effect) for effect in EFFECTS),
        *(
            Scenario(f"+{effect:.0%}, consecutive stretches", found, effect, noise="stretch")
            for effect in EFFECTS
        ),
        *(Scenario(f"+{effect:.0%}, suites of 100", some(100), effect, 100) for effect in EFFECTS),
        Scenario("+5%, normal noise of 2 %", found, 0.05, noise="normal"),
        Scenario("+5%, heavy tails of 2 %", found, 0.05, noise="heavy"),
    )


def control_alarms(tries: int) -> int:
    """How many of so many unchanged controls are called different, benchmarks in turn."""
    alarms = 0
    for number in range(tries):
        draw = np.random.default_rng((99, number))
        row = LOG_RATIOS[number % len(LOG_RATIOS)]
        pairs = draw.permutation(row)[:CONTROL_PAIRS] * draw.choice((-1.0, 1.0), CONTROL_PAIRS)
        alarms += decide_control(pairs.tolist(), LIMITS.margin, RULES_IN_FORCE).word is Word.SUSPECT
    return alarms


def failed_by_counts(suites: int) -> int:
    """How many suites of unchanged deterministic counts fail. They stand outside the suite's alpha, so what
    they add to it is counted: at the worst noise, of three kinds in turn, with the fewest pairs."""
    shape = (COUNTS_A_SUITE, 2, RULES_IN_FORCE.least_screen_pairs)
    failed = 0
    for number in range(suites):
        draw = np.random.default_rng((98, number))
        kinds = (
            draw.normal(size=shape),
            draw.standard_t(3, shape) / math.sqrt(3),
            draw.choice((-1.0, 1.0), shape),
        )
        sides = (100 * (1 + COUNT_SPREAD * kinds[number % len(kinds)])).tolist()
        failed += any(
            decide_deterministic(base, head, None)[0] is Word.REGRESSED
            for base, head in sides
            if grade_of(base) is Grade.DETERMINISTIC
        )
    return failed


def peer_result(rule: int, step: int) -> PeerResult:
    """What a peer's rule, by its number, says of the recording."""
    pairs = {
        name: np.array([[one.base_ns, one.head_ns] for one in rounds]) for name, rounds in RECORDED.items()
    }
    return result_of(RULES[rule], pairs, step)


@dataclass(frozen=True)
class Target:
    """A figure that must hold: the sentence says both."""

    is_met: bool
    sentence: str


def silent(name: str, failed: int, suites: int) -> Target:
    """Whether few enough suites of unchanged code fail."""
    share, bound = failed / suites, upper_bound(failed, suites)
    told = f"{name}: {share:.2%} of {suites} suites fail, at most {bound:.2%} with 95 % certainty"
    return Target(share <= 0.01 and bound <= 0.02, f"{told} (target 1 %, 2 %)")


def targets(tallies: Mapping[str, Tally], alarms: int, controls: int) -> list[Target]:
    """What was promised of these figures, and whether it holds."""

    def sharp(name: str, least: float) -> Target:
        one = tallies[name]
        found = one.found / one.slowed
        return Target(found >= least, f"{name}: {found:.1%} of {one.slowed} found (target {least:.0%})")

    alarm_bound = upper_bound(alarms, controls)
    return [
        *(
            silent(name, one.failed, one.suites)
            for name, one in tallies.items()
            if name.startswith("unchanged, ")
        ),
        sharp("+20%", 0.90),
        sharp("+10%", 0.60),
        sharp("+5%, normal noise of 2 %", 0.95),
        sharp("+5%, heavy tails of 2 %", 0.95),
        Target(
            alarms / controls <= RULES_IN_FORCE.control_alpha,
            f"controls: {alarms} of {controls} called different, at most {alarm_bound:.2%} with 95 % "
            f"certainty (target {RULES_IN_FORCE.control_alpha:.1%})",
        ),
    ]


def row_of(name: str, tally: Tally) -> str:
    """One line of the gate's table."""
    cells = [
        f"{tally.suites:6}",
        f"{tally.failed:4}",
        f"{upper_bound(tally.failed, tally.suites):7.2%}",
        f"{tally.covered / tally.suites:8.1%}",
        f"{tally.improved / tally.points:8.3%}",
        f"{tally.pairs / tally.points:6.1f}",
    ]
    if tally.slowed:
        cells += [f"{tally.found / tally.slowed:7.1%}", f"{tally.passed / tally.slowed:7.1%}"]
    return f"{name:32}" + " ".join(cells)


def peer_row(one: PeerResult) -> str:
    """One line of the peers' table."""
    found = "".join(f"{share:8.1%}" for share in one.found)
    return f"{one.name:50}{one.rounds:6}{one.false_flags:9.2%}{one.some_of_ten:9.1%}{found}"


def gate_as_peer(tallies: Mapping[str, Tally]) -> PeerResult:
    """The gate's own line below its peers: label-swapped suites of ten."""
    unchanged = tallies["unchanged, suites of ten"]
    found = tuple(tallies[f"+{effect:.0%}"] for effect in EFFECTS)
    return PeerResult(
        "latchmark gate: screen, settle, confirm",
        round(unchanged.pairs / unchanged.points),
        unchanged.failed / unchanged.points,
        unchanged.failed / unchanged.suites,
        tuple(one.found / one.slowed for one in found),
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the suites, in a tenth of the time")
    is_quick = parser.parse_args(arguments).quick
    tried = scenarios(0.1 if is_quick else 1.0)
    controls = 400 if is_quick else 4000
    count_suites = FEWEST_SUITES if is_quick else 1000

    with multiprocessing.Pool(os.cpu_count()) as pool:
        suites = [
            (one, pool.apply_async(tally_of, (one, first, seed)))
            for seed, one in enumerate(tried)
            for first in range(0, one.suites, SUITES_A_TASK)
        ]
        alarming = pool.apply_async(control_alarms, (controls,))
        counting = pool.apply_async(failed_by_counts, (count_suites,))
        peers = [pool.apply_async(peer_result, (rule, 10 if is_quick else 1)) for rule in range(len(RULES))]
        tallies = {one.name: Tally() for one in tried}
        for one, counted in suites:
            tallies[one.name] += counted.get()
        alarms, failed_counts = alarming.get(), counting.get()
        peer_results = [one.get() for one in peers]

    print(
        "The procedure. failed: suites in which an unchanged point is REGRESSED, with the 95 % upper bound;"
    )
    print(
        "covered: suites with 80 % of points decided; improved: share of points, by chance; pairs: a point;"
    )
    print("found, OK: what becomes of the one slowed point.")
    print(f"{'':32}suites fail   bound  covered improved  pairs   found      OK")
    for name, tally in tallies.items():
        print(row_of(name, tally))
    print("\nOther rules on stretches of the same recording: launches a side, unchanged code called slower")
    print("(of points, of suites of ten), slowdowns found. The last line counts a point's mean pairs.")
    print(f"{'':50}{'n':>6}{'points':>9}{'suites':>9}" + "".join(f"{effect:>+8.0%}" for effect in EFFECTS))
    for peer in (*peer_results, gate_as_peer(tallies)):
        print(peer_row(peer))
    print()
    outcome = targets(tallies, alarms, controls)
    outcome.append(silent(f"unchanged, {COUNTS_A_SUITE} deterministic counts", failed_counts, count_suites))
    for target in outcome:
        print(f"{'ok    ' if target.is_met else 'MISSED'} {target.sentence}")
    return 0 if all(target.is_met for target in outcome) else 1


if __name__ == "__main__":
    sys.exit(main())
