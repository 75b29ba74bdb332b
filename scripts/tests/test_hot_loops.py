"""Does the check of the hot loops see what is in a loop, and only that?"""

import subprocess
from pathlib import Path

import hot_loops
import pytest

RUN = "latchmark::detail::Erased<benchmarks::{}>::run(unsigned long, unsigned long)"
HEAD = "\nlatchmark-bench:     file format elf64-x86-64\n\n\nDisassembly of section .text:\n\n"

# An atomic counter with a slow way behind its end, and a sum added once a batch: that add is no proof.
COUNTER = f"""0000000000001000 <{RUN.format("f::Counter<benchmarks::Packed<64ul> >")}>:
    1000:\tmov    0x18(%rdi),%rax
    1004:\txor    %ecx,%ecx
    1006:\ttest   %rdx,%rdx
    1009:\tje     1020 <{RUN.format("f::Counter<benchmarks::Packed<64ul> >")}+0x20>
    100b:\tnopl   0x0(%rax,%rax,1)
    1010:\tlock addq $0x1,(%rax)
    1015:\tadd    $0x1,%rcx
    1019:\tjs     1027 <{RUN.format("f::Counter<benchmarks::Packed<64ul> >")}+0x27>
    101b:\tcmp    %rcx,%rdx
    101c:\tcs nopw 0x0(%rax,%rax,1)
    101e:\tjne    1010 <{RUN.format("f::Counter<benchmarks::Packed<64ul> >")}+0x10>
    1020:\tlock xadd %rcx,0x8(%rdi)
    1026:\tret
    1027:\tpause
    1029:\tjmp    1010 <{RUN.format("f::Counter<benchmarks::Packed<64ul> >")}+0x10>
    102b:\tnopw   0x0(%rax,%rax,1)

"""
# A loop whose lock is a function of its own, and a run() that passes everything on.
LOCKS = f"""0000000000002000 <{RUN.format("f::Locks")}>:
    2000:\tmov    %rdx,%rbx
    2003:\tcall   2100 <benchmarks::TasLock::lock()>
    2008:\tcall   3000 <pthread_mutex_unlock@plt>
    200d:\tsub    $0x1,%rbx
    2011:\tjne    2003 <{RUN.format("f::Locks")}+0x3>
    2013:\tret

0000000000003000 <pthread_mutex_unlock@plt>:
    3000:\tjmp    *0x2fe2(%rip)        # 6000 <pthread_mutex_unlock@GLIBC_2.2.5>

0000000000002100 <benchmarks::TasLock::lock()>:
    2100:\tmov    $0x1,%eax
    2105:\txchg   %al,(%rdi)
    2107:\tret

0000000000002200 <{RUN.format("f::Passes")}>:
    2200:\tadd    $0x8,%rdi
    2204:\tjmp    2000 <{RUN.format("f::Locks")}>

0000000000002300 <{RUN.format("f::OptimisedAway")}>:
    2300:\tlock add %rdx,(%rdi)
    2304:\tret
"""
INSTRUCTIONS = {
    "atomic_add": "^lock add",
    "fetch_add": "^lock xadd",
    "exchange": r"^xchg \S+,\(",
    "call": "^call .*<",
}
DISASSEMBLY = hot_loops.disassembly_of(HEAD + COUNTER + LOCKS)


def complaints_of(workload: str, needs: tuple[str, ...] = (), refuses: tuple[str, ...] = ()) -> list[str]:
    rule = hot_loops.Rule(
        workload,
        {name: hot_loops.expression_of(name, INSTRUCTIONS) for name in needs},
        {name: hot_loops.expression_of(name, INSTRUCTIONS) for name in refuses},
    )
    return list(hot_loops.complaints([rule], DISASSEMBLY))


def test_names_are_short_and_those_of_any_compiler() -> None:
    assert list(hot_loops.loops_of("f::Counter*", DISASSEMBLY)) == ["f::Counter<Packed<64>>"]


def test_a_loop_is_what_control_comes_back_to() -> None:
    assert hot_loops.loops_of("f::Counter<Packed<64>>", DISASSEMBLY)["f::Counter<Packed<64>>"] == [
        "lock addq $0x1,(%rax)",
        "add $0x1,%rcx",
        "js 1027",
        "cmp %rcx,%rdx",
        "jne 1010",
        "pause",
        "jmp 1010",
    ]


def test_what_is_there_is_not_complained_about() -> None:
    assert complaints_of("f::Counter<*>", needs=("atomic_add",), refuses=("fetch_add",)) == []


def test_an_instruction_beside_the_loop_does_not_count() -> None:
    assert complaints_of("f::Counter<*>", needs=("fetch_add",)) == [
        "f::Counter<Packed<64>>: no fetch_add in its loop"
    ]


def test_an_instruction_too_much_is_shown() -> None:
    assert complaints_of("f::Counter<*>", refuses=("atomic_add",)) == [
        "f::Counter<Packed<64>>: atomic_add in its loop: lock addq $0x1,(%rax)"
    ]


def test_a_loop_that_vanished_is_noticed_even_when_nothing_is_asked_of_it() -> None:
    assert complaints_of("f::OptimisedAway") == ["f::OptimisedAway: has no loop"]


def test_a_pattern_without_a_workload_is_noticed() -> None:
    assert complaints_of("f::Renamed") == ["f::Renamed: no such workload in this binary"]


@pytest.mark.parametrize("workload", ["f::Locks", "f::Passes"])
def test_what_a_loop_calls_belongs_to_it(workload: str) -> None:
    assert complaints_of(workload, needs=("exchange", "call pthread_mutex_unlock")) == []
    assert complaints_of(workload, needs=("call pthread_mutex_lock",)) == [
        f"{workload}: no call pthread_mutex_lock in its loop"
    ]


def test_stubs_of_the_linker_do_not_belong_to_a_loop() -> None:
    assert not [text for text in hot_loops.loops_of("f::Locks", DISASSEMBLY)["f::Locks"] if "GLIBC" in text]


def test_arm_loops_end_with_their_own_jumps() -> None:
    text = f"""\nx: file format elf64-littleaarch64\n
0000000000001000 <{RUN.format("Counter")}>:
    1000:\tcbz\tx2, 1014 <{RUN.format("Counter")}+0x14>
    1004:\tbl\t2000 <__aarch64_ldadd8_relax>
    1008:\tsub\tx2, x2, #0x1
    100c:\tcbnz\tx2, 1004 <{RUN.format("Counter")}+0x4>
    1010:\tmov\tx0, #0x0                   \t// #0
    1014:\tret

0000000000002000 <__aarch64_ldadd8_relax>:
    2000:\tcasal\tx0, x1, [x2]
    2004:\tret
"""
    disassembly = hot_loops.disassembly_of(text)
    assert disassembly.isa == "aarch64"
    assert hot_loops.loops_of("Counter", disassembly)["Counter"] == [
        "bl 2000 <__aarch64_ldadd8_relax>",
        "sub x2, x2, #0x1",
        "cbnz x2, 1004",
    ]


@pytest.mark.parametrize("text", ["", "x: file format elf32-i386\n"])
def test_another_isa_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a disassembly of"):
        hot_loops.disassembly_of(text)


@pytest.mark.parametrize("isa", ["x86_64", "aarch64"])
def test_the_rules_can_be_read_for_both_isas(isa: str) -> None:
    rules = hot_loops.rules_of(hot_loops.RULES_FILE.read_text("utf-8"), isa)
    assert all(rule.needs or rule.refuses for rule in rules)


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ('{ needs = ["lokc"] }', "no instruction is named 'lokc'"),
        ('{ needs = ["lock f"] }', "no instruction is named 'lock f'"),
        ('{ need = ["lock"] }', "'need' is neither needs nor refuses"),
    ],
)
def test_a_rule_with_a_slip_is_refused(rule: str, what: str) -> None:
    text = f"[instructions.x86_64]\nlock = '^lock'\n[loops]\n'f::W' = {rule}\n"
    with pytest.raises(ValueError, match=what):
        hot_loops.rules_of(text, "x86_64")


def test_what_is_no_binary_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text").write_text("no binary at all, but long enough", "utf-8")
    assert hot_loops.main([str(tmp_path / "text")]) == 2
    assert hot_loops.main([str(tmp_path / "nothing")]) == 2
    refusal, missing = capsys.readouterr().err.splitlines()
    assert "is not a binary of x86-64 or 64-bit Arm" in refusal
    assert "No such file" in missing


def test_a_binary_is_disassembled_and_found_wanting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "empty.cpp"
    source.write_text("int main() {}", "utf-8")
    subprocess.run(["c++", str(source), "-o", str(tmp_path / "empty")], check=True)
    assert hot_loops.main([str(tmp_path / "empty")]) == 1
    assert "EmptyLoop: no such workload in this binary" in capsys.readouterr().out
    assert hot_loops.main([str(tmp_path / "empty"), "*"]) == 0
