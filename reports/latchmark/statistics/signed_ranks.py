"""Have paired differences a direction? By Wilcoxon's signed ranks, or by signs alone."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

# Up to here the null distribution is exact. The normal approximation beyond it reads too large a p in the
# tail, below 0.025 for any n (exact 1e-4 reads 1.26e-4 for 100 pairs), so it fails nothing that the exact
# test would not; above, it is too small by a fiftieth at most, which nominates and fails nothing.
LARGEST_EXACT = 50


@dataclass(frozen=True, slots=True)
class RankTest:
    """The chance `p` of differences at least this large if none of them had a direction.

    `test` is "signed-rank" or "sign"; `n` counts the differences it used, `dropped` those that were exactly
    at the bound and have no sign.
    """

    test: str
    p: float
    n: int
    dropped: int


def rank_test(differences: Sequence[float], bound: float = 0.0, most_ties: float = 0.10) -> RankTest:
    """One-sided test of paired differences against `bound`; a p of 1 where no difference has a sign.

    Ties are judged by magnitudes alone, which under the null say nothing of signs: choosing the test by them
    costs no error. Where most signs point up but the ranks down, or the other way round, the signs count: the
    median is what is shown and limited, and one long tail must not speak against it. (That choice does look
    at signs, but a majority that rejects at one in a hundred leaves the ranks next to no room to disagree.)
    """
    return _tested(tuple(value - bound for value in differences), most_ties)


# A gate that is replayed stage by stage asks the same question again.
@functools.lru_cache(maxsize=4096)
def _tested(shifted: tuple[float, ...], most_ties: float) -> RankTest:
    signed = [value for value in shifted if value != 0]
    dropped = len(shifted) - len(signed)
    if not signed:
        return RankTest("sign", 1.0, 0, dropped)

    n, above = len(signed), sum(value > 0 for value in signed)
    tied = n - len({abs(value) for value in signed})
    if tied + dropped <= most_ties * len(shifted):
        from scipy.stats import wilcoxon  # half a second to import, which `--help` need not pay

        # One zero would switch "exact" to the approximation, hence dropped above. Always "greater": with a
        # tie the rank sum is rounded down, which is the careful side in this direction only.
        method = "exact" if n <= LARGEST_EXACT else "approx"
        answer = wilcoxon(signed, alternative="greater", method=method)
        ranks_point_up = 2 * float(answer.statistic) - n * (n + 1) / 2
        if ranks_point_up * (2 * above - n) >= 0:
            return RankTest("signed-rank", float(answer.pvalue), n, dropped)

    return RankTest("sign", _p_of_signs(above, n, "greater"), n, dropped)


def sign_p(differences: Sequence[float]) -> float:
    """Two-sided p of the sign test; a difference of 0 has no sign and drops out, and without any left p is
    1."""
    signed = [value for value in differences if value != 0]
    return _p_of_signs(sum(value > 0 for value in signed), len(signed), "two-sided") if signed else 1.0


def _p_of_signs(above: int, n: int, alternative: str) -> float:
    from scipy.stats import binomtest

    return float(binomtest(above, n, 0.5, alternative=alternative).pvalue)
