// What a run file says of where things lie.
#include "harness/runner/anonymous.hpp"

#include <gtest/gtest.h>

namespace latchmark::runner {
namespace {

using Words = std::vector<std::string>;

TEST(TextsWithoutFolders, KeepTheNameOfAFile) {
    EXPECT_EQ(without_folders("cannot start /home/ann/bin/bench: No such file"), "cannot start bench: No such file");
    EXPECT_EQ(without_folders("bench: /home/ann/a.cpp:12: Assertion `x' failed."), "bench: a.cpp:12: Assertion `x' failed.");
    EXPECT_EQ(without_folders("-O2 -ffile-prefix-map=/home/ann/src=. -g"), "-O2 -ffile-prefix-map=src=. -g");
    EXPECT_EQ(without_folders("'/home/ann/run/'"), "'run'");
    EXPECT_EQ(without_folders("-I/home/ann/include @/home/ann/flags"), "-Iinclude @flags");
    EXPECT_EQ(without_folders("/home//"), "/home//");
}

TEST(TextsWithoutFolders, NameNoOwnerOfAHomeFolder) {
    EXPECT_EQ(without_folders("cannot open /home/ann: Permission denied, /home/ann/"), "cannot open ~: Permission denied, ~");
    EXPECT_EQ(anonymous({"/home/ann", "run", "--plan", "~ann", "--side", "head=/home/ann"}),
              (Words{"~", "run", "--plan", "~", "--side", "head=~"}));
}

TEST(TextsWithoutFolders, KeepWhatIsNoPathOfAnybody) {
    for (const char* text : {"", "no path", "/proc/stat cannot be understood", "cannot read /sys/fs/cgroup/cpu.max: EACCES",
                             "time/per operation", "3/88", "a / b", "open /dev/null", "/root_of_all/"})
        EXPECT_EQ(without_folders(text), text);
}

TEST(AnonymousCommands, LoseFoldersAndWhereResultsWent) {
    EXPECT_EQ(anonymous({"/home/ann/latchmark-bench", "run", "quick", "--out", "/data/host7", "--rounds", "3", "-o", "ann.json"}),
              (Words{"latchmark-bench", "run", "quick", "--rounds", "3"}));
    EXPECT_EQ(
        anonymous({"../ann/bench", "run", "--out=../host7", "--resume", "~ann/x", "-oann.json", "--plan=/home/ann/plan.json"}),
        (Words{"bench", "run", "--plan", "plan.json"}));
    EXPECT_EQ(anonymous({"bench", "run", "--side", "base=/home/ann/old", "--side=head=../ann/new", "--plan", "../ann/plan.json"}),
              (Words{"bench", "run", "--side", "base=old", "--side", "head=new", "--plan", "plan.json"}));
    EXPECT_EQ(anonymous({"bench", "run", "--launch-prefix", "/home/ann/qemu -cpu max"}),
              (Words{"bench", "run", "--launch-prefix", "qemu -cpu max"}));
    EXPECT_EQ(anonymous({"bench", "run", "--launch-prefix",
                         "env PATH=bin:/home/ann/bin --sysroot=../ann/root qemu -L /home/ann/lib -L/home/ann/lib -L /home/ann"}),
              (Words{"bench", "run", "--launch-prefix", "env PATH=bin:bin --sysroot=root qemu -L lib -Llib -L ~"}));
    EXPECT_EQ(anonymous({"bench", "run", "--out=/home/ann/run", "--resume=/home/ann/run", "-o/home/ann/run.json"}),
              (Words{"bench", "run"}));
}

TEST(AnonymousCommands, KeepWhatHoldsInAnyCheckout) {
    EXPECT_EQ(anonymous({"build/own_lock", "run", "--out=results/stopped", "--plan", "plan.json", "--side", "a=build/a"}),
              (Words{"build/own_lock", "run", "--out", "results/stopped", "--plan", "plan.json", "--side", "a=build/a"}));
    EXPECT_EQ(anonymous({"a/../../bench", "run", "--out", "x/.."}), (Words{"bench", "run"}));
}

TEST(AnonymousCommands, KeepWhatWasAskedFor) {
    const Words words{"bench", "run", "--alias", "ann", "--filter", "/spread$", "--filter=/x/", "--emulated", "/home/qemu"};
    EXPECT_EQ(anonymous(words), words);
    EXPECT_EQ(anonymous({"bench", "run", "--out"}), (Words{"bench", "run"}));
    EXPECT_EQ(anonymous({}), Words{});
}

}  // namespace
}  // namespace latchmark::runner
