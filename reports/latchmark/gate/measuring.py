"""Which stretches are measured, in which order, until everything is decided or lost?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from latchmark.gate import budget
from latchmark.gate.calibration.floor import Floor, limits_with, load_floor, why_expired
from latchmark.gate.counts.answers import Counted, counts_of, group_of, missing_from
from latchmark.gate.evidence import key_of, scalar_of
from latchmark.gate.expected import Expected
from latchmark.gate.failures import NothingKnown
from latchmark.gate.policy import Policy
from latchmark.gate.procedure import Decision, Key, Samples, Wanted, next_step, with_batch
from latchmark.gate.procedure.rules import Rules
from latchmark.gate.request import FLOOR_FILE, Request
from latchmark.gate.stages.lost import Loss, loss_of
from latchmark.gate.stages.pairing import Value, log_ratios, pairs_of
from latchmark.gate.stages.runner import Runner, say
from latchmark.gate.stages.stretches import Stages, Stretch
from latchmark.loading.plans import Plan
from latchmark.model import Direction
from latchmark.verdict import Grade, Limits, Problem, StageKind
from latchmark.wording import count

# Of the rounds that a stretch lost, so many are measured again; more means a machine that cannot decide.
_REPLACED_SHARE = 0.2


@dataclass(slots=True)
class Found:
    """What is known of a gate so far; `rules` are those in force, which a budget may have shortened."""

    rules: Rules
    stretches: list[Stretch] = field(default_factory=list)
    decisions: Mapping[Key, Decision] = field(default_factory=dict)
    limits: dict[Key, Limits] = field(default_factory=dict)
    losses: dict[str, Loss] = field(default_factory=dict)
    counts: tuple[Counted, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    cautions: list[str] = field(default_factory=list)


class Measuring:
    """The stages of one gate. What they bring is in `found`, also when they end early."""

    def __init__(
        self,
        request: Request,
        folder: Path,
        policy: Policy,
        plan: Plan,
        expected: Expected,
        found: Found,
        before_running: Callable[[], None],
    ) -> None:
        self._request, self._folder, self._policy = request, folder, policy
        self._expected, self._found = expected, found
        self._pace = budget.pace_of(expected.points, expected.controls)
        self._stages = Stages(
            folder=folder,
            runner=Runner(request.runner, request.base, request.head, request.alias),
            plan=plan,
            seed=request.seed,
            roles=group_of(policy),
            extra_shares={one.point: one.share for one in request.injections},
            before_running=before_running,
            done=found.stretches,
        )
        # How the value of each key that the procedure decides is read, and which way it gets better.
        self._values: dict[Key, tuple[Value, Direction]] = {
            key_of(point): (scalar_of(point.metric), point.direction)
            for point in expected.points
            if point.metric
        }

    def run(self) -> None:
        """Screens, settles and confirms. Raises GateFailed and Stopped; a run file that says nothing ends the
        gate with a problem."""
        try:
            self._found.decisions = self._decided()
        except NothingKnown as error:
            self._found.problems.append(Problem(3, str(error)))

    def _decided(self) -> Mapping[Key, Decision]:
        screen = self._measured(
            StageKind.SCREEN, [point.name for point in self._expected.points], self._found.rules.screen_pairs
        )
        self._look_at_screen(screen)
        if all(_is_all_void(one) for one in screen):
            return {}
        samples: Mapping[Key, Samples] = {key: Samples() for key in self._values}
        wanted = Wanted(StageKind.SCREEN, tuple(samples), self._found.rules.screen_pairs)
        new, had = screen, 0
        while True:
            self._find_lost()
            samples = {key: one for key, one in samples.items() if key[0] not in self._found.losses}
            wanted = replace(wanted, keys=tuple(key for key in wanted.keys if key in samples))
            samples = with_batch(samples, wanted, self._batch(wanted.keys, new))
            if not samples:
                return {}
            had += 0 if wanted.kind is StageKind.CONFIRM else wanted.pairs
            step = self._next(samples, had)
            if not isinstance(step, Wanted):
                return step
            wanted = step
            names = [*dict.fromkeys(point for point, _ in wanted.keys)]
            new = self._measured(wanted.kind, names, wanted.pairs)

    def _measured(self, kind: StageKind, points: Sequence[str], pairs: int) -> Sequence[Stretch]:
        """A stretch, and a second one in place of rounds that do not count, as far as that is allowed."""
        names = [*points, *(point.name for point in self._expected.controls)]
        first = self._stages.measure(kind, kind.value, names, pairs)
        _tell(first)
        if _is_all_void(first):
            # The machine is not disturbed but unfit: more of it changes nothing, and what was nominated must
            # not be forgotten for want of pairs.
            why = Counter(first.voids.values()).most_common(1)
            told = why[0][0] if why else "none was run"
            self._found.problems.append(
                Problem(3, f"every round of {first.stage.name} was disturbed; {told}")
            )
            return [first]
        again = min(len(first.voids), int(_REPLACED_SHARE * pairs))
        if again == 0:
            return [first]
        second = self._stages.measure(kind, f"{kind.value}-again", names, again)
        _tell(second)
        return [first, second]

    def _look_at_screen(self, screen: Sequence[Stretch]) -> None:
        """What only a run can tell: whether the floor holds, which roles there are, which counts are
        quiet."""
        run, found = screen[0].run, self._found
        floor = load_floor(self._folder / FLOOR_FILE) if self._request.floor is not None else None
        if floor is not None and (expired := why_expired(floor, run, self._request.today)) is not None:
            found.cautions.append(expired)
            floor = None
        if floor is not None:
            timed = [key_of(point) for point in self._expected.points if point.metric]
            unknown = sum(floor.of(*key) is None for key in timed)
            if unknown:
                told = f"the noise floor knows nothing of {unknown} of {count(len(timed), 'point')}"
                found.cautions.append(f"{told}, which have the policy's margin: calibrate with this preset")
        for point in (*self._expected.points, *self._expected.controls):
            found.limits[key_of(point)] = self._limits_of(key_of(point), point.experiment, floor)
        found.problems += [Problem(3, why) for why in missing_from(run, self._policy)]
        found.counts = counts_of(screen, self._policy, floor)
        for one in found.counts:
            if one.grade is Grade.STABLE:
                self._values[one.key] = (one.value, one.candidate.direction)
                found.limits[one.key] = self._limits_of(one.key, one.experiment, floor)

    def _limits_of(self, key: Key, experiment: str, floor: Floor | None) -> Limits:
        return limits_with(floor, *key, self._policy.limits_of(experiment))

    def _find_lost(self) -> None:
        runs = [one.run for one in self._found.stretches]
        for point in self._expected.points:
            if point.name not in self._found.losses and (loss := loss_of(runs, point.name, point.metric)):
                self._found.losses[point.name] = loss

    def _batch(self, keys: Sequence[Key], new: Sequence[Stretch]) -> Mapping[Key, tuple[float, ...]]:
        """What new stretches brought for these keys."""
        batch: dict[Key, tuple[float, ...]] = {}
        for key in keys:
            value, direction = self._values[key]
            pairs = [pair for one in new for pair in pairs_of(one.run, 0, one.voids, [(key, value)])[key]]
            batch[key] = log_ratios(pairs, direction)
        return batch

    def _next(self, samples: Mapping[Key, Samples], had: int) -> Wanted | Mapping[Key, Decision]:
        """The next stretch, by shorter rules where a budget and the time that is left ask for them."""
        found = self._found
        step = next_step(samples, found.limits, found.rules)
        if self._policy.budget_minutes is None:
            return step
        spent_s = sum(one.stage.duration_s for one in found.stretches)
        planned_s = sum(one.run.expected_s for one in found.stretches)
        left = budget.Left(
            seconds=60 * self._policy.budget_minutes - spent_s,
            slowness=max(1.0, spent_s / planned_s) if planned_s > 0 else 1.0,
        )
        while isinstance(step, Wanted):  # settling is given up first, then confirming is shortened
            is_first_look = not any(samples[key].confirm for key in step.keys)
            rules, told = budget.in_what_is_left(found.rules, step, had, is_first_look, self._pace, left)
            if told is None:
                break
            found.rules = rules
            found.cautions.append(told)
            step = next_step(samples, found.limits, rules)
        return step


def _is_all_void(stretch: Stretch) -> bool:
    return len(stretch.voids) >= stretch.stage.rounds


def _tell(stretch: Stretch) -> None:
    stage = stretch.stage
    voided = f", {stage.voided} voided" if stage.voided else ""
    size = f"{count(stage.points, 'point')} × {count(stage.rounds, 'pair')}"
    say(f"{stage.name}: {size}, {stage.duration_s:.1f} s{voided}")
