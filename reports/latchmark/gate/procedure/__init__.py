"""Screen, settle, confirm: how do paired differences become a decision? Pure functions of numbers."""

from latchmark.gate.procedure.steps import Decision, Key, Samples, Wanted, next_step, with_batch

__all__ = ["Decision", "Key", "Samples", "Wanted", "next_step", "with_batch"]
