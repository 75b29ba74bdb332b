"""Is each way of compiling atomics told from the others, and a build of another kind called so?"""

from pathlib import Path

import arm_atomics
import hot_loops
import pytest

HEAD = "\nexperiment.cpp.o:     file format elf64-littleaarch64\n\n\nDisassembly of section .text:\n\n"
OF_KIND = {
    "outline": "   0:\tadd     x1, x1, #0x8\n   4:\tbl      0 <__aarch64_ldadd8_relax>\n   8:\tret\n",
    "lse": "   0:\tldaddal x2, x0, [x0]\n   4:\tstadd   x2, [x0]\n   8:\tcasb    w1, w2, [x0]\n   c:\tret\n",
    "llsc": "   0:\tldaxr   x0, [x1]\n   4:\tadd     x2, x0, #0x1\n   8:\tstlxrb  w3, w2, [x1]\n   c:\tret\n",
}
COUNTS = {"outline": 1, "lse": 3, "llsc": 2}


def printed(kind: str) -> str:
    return f"{HEAD}0000000000000000 <run>:\n{OF_KIND[kind]}"


def build(folder: Path, kind: str, recorded: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """KIND=FOLDER of a build that holds one kind of atomics and records another word, or the same."""
    facts = folder / arm_atomics.FACTS
    facts.parent.mkdir(parents=True)
    facts.write_text(f'inline constexpr const char* kAtomics = "{recorded}";\n', "utf-8")
    monkeypatch.setattr(arm_atomics, "disassemble", lambda _: printed(kind))
    return str(folder)


@pytest.mark.parametrize("kind", OF_KIND)
def test_each_kind_leaves_its_own_marks_only(kind: str) -> None:
    atomics = arm_atomics.atomics_in(hot_loops.disassembly_of(printed(kind)))
    assert atomics == {kind: COUNTS[kind]}


@pytest.mark.parametrize(
    "plain", ["ldr     x0, [x1]", "ldar    x0, [x1]", "stlr    x0, [x1]", "cset    w0, eq"]
)
def test_plain_accesses_are_no_atomics_of_any_kind(plain: str) -> None:
    text = f"{HEAD}0000000000000000 <run>:\n   0:\t{plain}\n"
    assert not arm_atomics.atomics_in(hot_loops.disassembly_of(text))


def test_a_build_that_is_what_it_is_named_after_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert arm_atomics.main([f"lse={build(tmp_path / 'b', 'lse', 'lse', monkeypatch)}"]) == 0
    assert "0 outline, 3 lse, 0 llsc; recorded as lse" in capsys.readouterr().out


def test_another_kind_and_another_word_are_complaints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert arm_atomics.main([f"llsc={build(tmp_path / 'b', 'outline', 'lse', monkeypatch)}"]) == 1
    lines = capsys.readouterr().out.splitlines()[1:]
    assert lines == [
        "llsc: none of its atomics in counter/experiment.cpp.o",
        "llsc: 1 atomics of outline",
        "llsc: its run files would say lse",
    ]


def test_what_cannot_be_read_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert arm_atomics.main([f"lse={tmp_path}"]) == 2
    assert capsys.readouterr().err.startswith("arm_atomics: ")
    assert arm_atomics.main([]) == 2
    assert arm_atomics.main(["far=build"]) == 2
    assert "outline, lse, llsc" in capsys.readouterr().err


def test_a_build_that_records_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no kind"):
        arm_atomics.recorded_in("inline constexpr const char* kVersion = ;")
