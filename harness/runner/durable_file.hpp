// Files that are whole or not there.
#pragma once
#include <filesystem>
#include <string_view>

namespace latchmark::runner {

// Writes beside the path, flushes to the disk, renames. Throws InfrastructureError and leaves what was there before.
void write_durably(const std::filesystem::path& path, std::string_view text);

// Before hours are spent on what it shall hold: throws UsageError for a folder, InfrastructureError where write_durably would.
// Leaves nothing behind.
void refuse_unwritable(const std::filesystem::path& path);

}  // namespace latchmark::runner
