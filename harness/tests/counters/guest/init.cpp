// The first process of the emulated machine: runs the commands of the kernel's command line, says how each ended, powers off.
// Words after `--` there are its arguments; `then` separates commands, `print FILE` copies a file to the console. Standard output
// is framed by lines of this program, since the emulator's exit code says nothing about what happened inside.
#include <array>
#include <cstdio>
#include <fcntl.h>
#include <string_view>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

// A descriptor that outlives the commands, so that what is printed here does not depend on theirs.
void open_console() {
    const int console = ::open("/dev/console", O_RDWR);
    for (int descriptor = 0; descriptor < 3; ++descriptor) ::dup2(console, descriptor);
}

void mount_what_linux_has() {
    struct Place {
        const char *type, *path;
    };
    for (const Place place : std::array{Place{"proc", "/proc"}, Place{"sysfs", "/sys"}, Place{"devtmpfs", "/dev"},
                                        Place{"tmpfs", "/dev/shm"}, Place{"tmpfs", "/tmp"}}) {
        ::mkdir(place.path, 0755);
        if (::mount(place.type, place.path, place.type, 0, nullptr) != 0) std::perror(place.path);
    }
}

int print(const char* path) {
    std::FILE* file = std::fopen(path, "r");
    if (file == nullptr) return 1;
    std::array<char, 4096> text;
    while (const std::size_t bytes = std::fread(text.data(), 1, text.size(), file)) std::fwrite(text.data(), 1, bytes, stdout);
    std::fclose(file);
    return 0;
}

// As a shell says it: 128 and the signal for a command that was killed.
int run(std::vector<char*>& words) {
    if (std::string_view(words.front()) == "print") return print(words[1]);
    const pid_t child = ::fork();
    if (child == 0) {
        words.push_back(nullptr);
        ::execv(words.front(), words.data());
        ::_exit(127);
    }
    int status = 0;
    while (::wait(&status) != child) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void run_between_lines(std::vector<char*>& words) {
    if (words.empty()) return;
    std::printf("\nguest begins %s\n", words.front());
    std::fflush(stdout);
    const int code = run(words);
    std::printf("\nguest exit %d\n", code);
    std::fflush(stdout);
    words.clear();
}

}  // namespace

int main(int count, char** arguments) {
    mount_what_linux_has();
    open_console();
    std::vector<char*> words;
    for (int index = 1; index < count; ++index) {
        if (std::string_view(arguments[index]) == "then")
            run_between_lines(words);
        else
            words.push_back(arguments[index]);
    }
    run_between_lines(words);
    ::sync();
    ::reboot(RB_POWER_OFF);
}
