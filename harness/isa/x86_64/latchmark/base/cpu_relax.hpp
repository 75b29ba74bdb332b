// One spin-wait hint of this instruction set, x86-64: PAUSE.
#pragma once

namespace latchmark {

// About 10 cycles before Skylake and up to 140 since: never a unit of time. Budgets of spinning are in nanoseconds.
inline void cpu_relax() { asm volatile("pause" ::: "memory"); }

}  // namespace latchmark
