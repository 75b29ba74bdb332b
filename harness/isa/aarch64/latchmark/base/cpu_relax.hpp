// One spin-wait hint of this instruction set, AArch64: ISB.
#pragma once

namespace latchmark {

// YIELD is a NOP on cores without SMT; ISB drains the pipeline for about 30-50 cycles and so eases the line's owner.
inline void cpu_relax() { asm volatile("isb" ::: "memory"); }

}  // namespace latchmark
