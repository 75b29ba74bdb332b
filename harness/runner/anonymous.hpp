// What a run file may say of where things lie: it travels, and a home folder names its owner, a results folder often its host.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace latchmark::runner {

// The text with the folders of its absolute paths left out: "cannot start /home/ann/bench: ..." is "cannot start bench: ...".
// A folder of /home is "~", since its name is its owner's. What the kernel shows below /proc, /sys and /dev is the same
// everywhere and stays. Pure.
[[nodiscard]] std::string without_folders(std::string_view text);

// A command as a run file has it, for whoever wants to repeat it. Paths below the folder in which it was typed stay: they hold in
// any checkout. Of all others the program, --plan, the binaries of --side and the words of --launch-prefix keep their last
// component, --out and --resume are left out; -o always is, or repeating would write over its file. Everything else was asked
// for and stays as typed: --alias, --emulated and --filter, whose pattern may look like a path. Pure.
[[nodiscard]] std::vector<std::string> anonymous(const std::vector<std::string>& command);

}  // namespace latchmark::runner
