"""What was compared, and can the answer be believed? The facts of a verdict, and one check for each doubt."""

from __future__ import annotations

from collections.abc import Sequence

from latchmark.cautions import Answer, Check, tally_of
from latchmark.verdict import Gated, Mode, Subject, Verdict, Word, could_have_seen
from latchmark.wording import count, number, percent, utc

SHORT_HASH = 12  # characters: enough to tell two apart


def what_of(verdict: Verdict, checks: Sequence[Check]) -> tuple[tuple[str, str], ...]:
    """(what, value) of the first screen: the sides, where and when, and how much of it holds."""
    rows = [
        ("Base", _subject(verdict.base)),
        ("Head", _subject(verdict.head)),
        ("Machine", f"{verdict.machine}, hard key {verdict.hard_key_hash[:SHORT_HASH]}"),
        ("Preset", verdict.preset + (f", points matching {verdict.filter}" if verdict.filter else "")),
        ("Seed", verdict.seed),
    ]
    if verdict.stages:
        seconds = sum(stage.duration_s for stage in verdict.stages)
        rounds = sum(stage.rounds for stage in verdict.stages)
        rows += [
            ("Measured", f"{utc(verdict.stages[0].started_utc)}, {number(seconds)} s"),
            (
                "Rounds",
                f"{rounds:,} in {count(len(verdict.stages), 'stage')}; {_voided(verdict):,} voided",
            ),
        ]
    rows.append(("Points", _amounts(verdict)))
    seen = could_have_seen(verdict.gated)
    rows += [("Could have seen", seen)] if seen is not None else []
    if verdict.mode is not Mode.CALIBRATE:
        rows.append(("Coverage", _covered(verdict)))
    if verdict.mode is Mode.AB:
        said = [one.word.value for one in verdict.controls]
        controls = ", ".join(f"{said.count(word)} {word}" for word in dict.fromkeys(said))
        rows.append(("Controls", controls or "none measured"))
    rows.append(("Checks", f"{tally_of(checks)}; {count(len(verdict.problems), 'problem')}"))
    rows.append(("Exit code", str(verdict.exit_code)))
    return tuple(rows)


def _covered(verdict: Verdict) -> str:
    least = f"the least is {percent(verdict.least_coverage)}"
    if verdict.coverage is None:
        return f"nothing was gated; {least}"
    if verdict.coverage == 1:
        return f"all gated times and counts have an answer; {least}"
    return f"at least {percent(verdict.coverage)} of gated times and of gated counts have an answer; {least}"


def _subject(subject: Subject) -> str:
    version = subject.version.removeprefix("latchmark ")
    known = [f"version {version}"] if version else []
    known += [f"build {subject.build_id[:SHORT_HASH]}"] if subject.build_id else []
    return ", ".join((subject.label, *known))


def identities_of(verdict: Verdict) -> tuple[tuple[str, str], ...]:
    """(what, hash) in full, of all that the first screen shortens; what is not known is left out."""
    rows = (
        ("Build of base", verdict.base.build_id),
        ("Build of head", verdict.head.build_id),
        ("Hard key of the machine", verdict.hard_key_hash),
    )
    return tuple((what, hash_) for what, hash_ in rows if hash_)


def _amounts(verdict: Verdict) -> str:
    gated = [f"{len(some):,} {word.value}" for word in Word if (some := verdict.of(word))]
    advisory = sum(one.is_advisory for one in verdict.points)
    more = [f"{advisory:,} advisory"] if advisory else []
    skipped = [f"{len(verdict.skipped):,} skipped"] if verdict.skipped else []
    return ", ".join((*gated, *more, *skipped)) or "none"


def _voided(verdict: Verdict) -> int:
    return sum(stage.voided for stage in verdict.stages)


def checks_of(verdict: Verdict) -> tuple[Check, ...]:
    """Everything that bears on whether the answer can be believed; failures first."""
    found = [_coverage(verdict)] if verdict.mode is not Mode.CALIBRATE else []
    found += [_control(one) for one in verdict.controls]
    if not verdict.controls and verdict.mode is Mode.AB:
        found.append(Check(Answer.NOT_KNOWN, "Negative controls", "none was measured"))
    if verdict.stages:
        found.append(_voids(verdict))
    found += [
        Check(
            Answer.WARN,
            "Injection",
            f"{one.point} of head did {percent(one.share)} more operations than it reported, to try the gate",
        )
        for one in verdict.injections
    ]
    found += [Check(Answer.WARN, "Caution", sentence) for sentence in verdict.cautions]
    order = list(Answer)
    return tuple(sorted(found, key=lambda check: order.index(check.answer)))


def _coverage(verdict: Verdict) -> Check:
    seen = _covered(verdict)
    if verdict.coverage is None:
        return Check(Answer.NOT_KNOWN, "Coverage", seen)
    if verdict.coverage < verdict.least_coverage:
        return Check(Answer.FAIL, "Coverage", seen, "Measure more pairs, or on a quieter machine")
    return Check(Answer.PASS, "Coverage", seen)


_CONTROL_ANSWERS = {Word.OK: Answer.PASS, Word.INCONCLUSIVE: Answer.NOT_KNOWN}


def _control(one: Gated) -> Check:
    answer = _CONTROL_ANSWERS.get(one.word, Answer.FAIL)
    remedy = "Run again: no change can touch it, so the sides were not treated alike"
    return Check(
        answer,
        "Negative control",
        f"{one.point}: {one.because}",
        remedy if answer is Answer.FAIL else "",
    )


def _voids(verdict: Verdict) -> Check:
    rounds = sum(stage.rounds for stage in verdict.stages)
    voided = _voided(verdict)
    if not voided:
        return Check(Answer.PASS, "Voided rounds", f"none of {rounds:,}")
    share = f"{voided:,} of {rounds:,} ({percent(voided / rounds)})" if rounds else f"{voided:,}"
    return Check(
        Answer.WARN,
        "Voided rounds",
        f"{share}, for what the machine did and never for what was measured; each is listed below",
        "Stop other work for a quicker gate",
    )
