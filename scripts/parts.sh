# shellcheck shell=sh
# What does `test --all` look at? One function a part; fails by its exit status, 77 says that a piece was left out.
# Sourced by scripts/test.sh, run from the checkout, output goes to build/check/<part>.log.
: "${root:?}" "${logs:=}" "${python:=}"

# What expected_shapes.py looks for in the families that spend their time in the kernel, and little else.
kernel_shapes='handoff/(spin|futex|condvar)/workers:2/placement:spread$|wait_duration/(futex|condvar|spin_relax)/.*wait:1e.06'
kernel_shapes="$kernel_shapes|round_trip/(ring_.*|pipe|tcp|process_vm_readv|no_transport)/team:processes/.*spread(/payload:65536)?$"
kernel_shapes="$kernel_shapes|creation/(fork|vfork|posix_spawn)/.*spread(/resident:104857600)?$"
kernel_shapes="$kernel_shapes|worker_lost/"
# Neighbours in an order, which differ by little: they need more rounds.
close_shapes='handoff/(futex|condvar)/workers:2/placement:spread$|round_trip/(ring_futex|pipe)/team:processes/.*spread$'
close_shapes="$close_shapes|dispatch/(mutex_queue|pipe/team:processes)/workers:2/placement:spread$"
close_shapes="$close_shapes|dispatch/mutex_queue/(team:processes/)?workers:2/placement:spread/purpose:latency$"

minutes_since() { awk -v began="$1" -v now="$(date +%s)" 'BEGIN { printf "%.1f", (now - began) / 60 }'; }

# Files of the project, also the ones that are not committed yet: FOLDERS AND PATTERNS...
files() { git ls-files --cached --others --exclude-standard -- "$@"; }

part_format() { files '*.cpp' '*.hpp' | xargs clang-format-14 --dry-run -Werror; }

part_shell() {  # and what they source
    shellcheck -a -x scripts/latchmark scripts/sysroot.sh scripts/package_needs.sh scripts/guest_kernel.sh scripts/fleet/*.sh .ci/run \
        harness/cmake/package/latchmark-bench.in
}

part_layers() { "$python" scripts/layers.py; }

part_lint_python() {
    node scripts/ruff.mjs format "$python" || is_bad=yes  # both, so that one run says all
    node scripts/ruff.mjs check "$python" && [ -z "${is_bad:-}" ]
}

part_types_python() {
    "$python" -m mypy || is_bad=yes
    # Modules of scripts, and those of their tests, find each other by file names. Ansible publishes no types for its plugins.
    folders=$(printf '%s:' scripts scripts/fleet reports reports/tests scripts/tests/fleet_*)
    MYPYPATH=${folders%:} "$python" -m mypy --strict scripts/*.py scripts/fleet/*.py scripts/fleet_check scripts/tests && [ -z "${is_bad:-}" ]
}

part_tests_python() {
    "$python" -m pytest -q --numprocesses="$(nproc)" reports/tests scripts/tests --junitxml="$logs/pytest.xml" \
        --cov=reports/latchmark --cov-report=term-missing:skip-covered --cov-fail-under=90
}

build_and_test() {  # PRESET
    cmake --preset "$1" >/dev/null
    cmake --build --preset "$1" -- -k 0  # all that does not compile, not the first
    ctest --preset "$1" --output-junit "$logs/ctest-$1.xml"
}

part_tests_coverage() {
    find build/coverage -name '*.gcda' -delete 2>/dev/null || true  # lines of an earlier run do not count
    build_and_test coverage
    gcovr --root . --object-directory build/coverage --filter harness/ --exclude harness/tests/ --sort-uncovered --fail-under-line 90
}

part_lint_cpp() {
    cmake --preset debug >/dev/null
    # Without the tests, which would double the longest part: minutes of analysis for code that only runs here.
    run-clang-tidy-14 -quiet -p build/debug -j "$(nproc)" "^$root/(harness/(?!tests/)|benchmarks/(?!.*_test))"
}

part_tests_asan() { build_and_test asan; }
part_tests_tsan() { build_and_test tsan; }
part_mutations() { "$python" scripts/mutations.py; }

# The gate's decisions on recorded launches: no time of this machine matters. Three minutes of CPU time.
part_gate_recorded() { "$python" scripts/gate_recorded.py; }

# What the cross build links and what its programs load under qemu, of the Debian whose compiler makes them.
arm_packages() {
    for package in libbenchmark-dev libbenchmark1debian libgtest-dev libgmock-dev libpfm4 libpfm4-dev libhwloc-dev libhwloc15 libudev1 libltdl7 \
        nlohmann-json3-dev libcli11-dev libc6 libc6-dev libstdc++6 libgcc-s1 libgcc-12-dev libstdc++-12-dev linux-libc-dev libcrypt1 libcrypt-dev; do
        echo "$package/bookworm"
    done
}

# The Arm libraries for what is built for another machine than this; leaves the part out where this is one.
want_arm_libraries() {
    if [ "$(uname -m)" = aarch64 ]; then
        echo 'left out: this machine is 64-bit Arm, the other parts are its tests'
        exit 77
    fi
    # shellcheck disable=SC2046  # one argument for each package
    LATCHMARK_SYSROOT=$(scripts/sysroot.sh "$root/build/aarch64-sysroot" arm64 $(arm_packages))
    export LATCHMARK_SYSROOT
}

part_tests_aarch64() {
    want_arm_libraries
    build_and_test aarch64
}

# Three ways to compile atomics for 64-bit Arm: told apart by the instructions of one object, which is a second's work, and the one
# that no other part builds also by what a whole binary says of itself.
part_arm_atomics() {
    want_arm_libraries
    for preset in aarch64 aarch64_lse aarch64_llsc; do
        cmake --preset "$preset" >/dev/null
        cmake --build --preset "$preset" --target benchmarks/CMakeFiles/latchmark_catalogue.dir/contention/counter/experiment.cpp.o
    done
    "$python" scripts/arm_atomics.py outline=build/aarch64 lse=build/aarch64_lse llsc=build/aarch64_llsc
    cmake --build --preset aarch64_llsc --target small_bench
    qemu-aarch64-static -L "$LATCHMARK_SYSROOT" build/aarch64_llsc/harness/tests/cli/small_bench machine --json >"$logs/machine_llsc.json"
    "$python" -c 'import json, sys; sys.exit(json.load(open(sys.argv[1]))["suite"]["atomics"] != "llsc")' "$logs/machine_llsc.json"
}

# The kernel's counters as they really answer: an emulated Arm machine with a PMU, and a run inside it.
part_emulated_pmu() {
    want_arm_libraries
    cmake --preset aarch64 >/dev/null
    cmake --build --preset aarch64 --target guest_init guest_tests latchmark-bench
    kernel=$(scripts/guest_kernel.sh "$root/build/guest-kernel" "$root/build/aarch64-sysroot/apt.conf")
    "$python" scripts/emulated_pmu.py build/aarch64 "$LATCHMARK_SYSROOT" "$kernel" "$logs/emulated"
}

# From a binary to a page, shortened in time and not in kind: every point of quick in one round, of the build that users measure.
part_measure() {
    rm -rf "$logs/run"
    scripts/latchmark run quick --rounds 1 --out "$logs/run"
    test -s "$logs/run/report.html"
    "$python" -m jsonschema -i "$logs/run/run.json" reports/schema/run.schema.json
    "$python" scripts/measured_pitfalls.py "$logs/run/run.json"
}

# From two binaries to a verdict, and from what only looks like one: no gate of them may be green by mistake.
part_gate() {
    rm -rf "$logs/gate"
    "$python" scripts/gate_blind.py build/release/benchmarks/latchmark-bench "$logs/gate"
}

# The way from a system call to a page with every kind of count and failure, of a PMU that is a script: no time of it matters.
part_scripted_pmu() {
    # Not the coverage build: its own counters are shared, so that padding would not be faster.
    cmake --preset asan >/dev/null
    cmake --build --preset asan --target scripted_bench
    "$python" scripts/scripted_pmu.py build/asan/harness/tests/scripted/scripted_bench
}

# The pages as an outsider meets them: of this machine, of an emulated one, together, odd ones, and the index over all.
part_examples() {
    rm -rf "$logs/examples"
    "$python" scripts/example_pages.py "$logs/examples"
    for page in this-machine/report index; do test -s "$logs/examples/$page.html"; done
}

# Hot loops of the build that users measure: is the work still in them, and by the instructions that a variant is named after?
part_hot_loops() { "$python" scripts/hot_loops.py build/release/benchmarks/latchmark-bench; }

# What an outsider does: install, build against the package outside of this project, measure with the own binary.
part_own_lock() {
    rm -rf "$logs/package" "$logs/own_lock"
    cmake --install build/release --prefix "$logs/package" >/dev/null
    cmake -S benchmarks/examples/own_lock -B "$logs/own_lock" -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$logs/package"
    cmake --build "$logs/own_lock"
    scripts/latchmark run quick --bench "$logs/own_lock/own_lock" --filter 'locks/(mutex|own_lock)/' --rounds 1 --out "$logs/own_lock/run"
    grep -q 'contention/locks/own_lock/workers:1/placement:spread' "$logs/own_lock/run/run.json"
    test -s "$logs/own_lock/run/report.html"
}

# The packages where they will be used: bare Debian roots, a C library that is too old or another one, another CPU under qemu.
part_package() {
    if [ "$(uname -m)" != x86_64 ]; then
        echo 'left out: packages are built on x86-64'
        exit 77
    fi
    scripts/latchmark package all
    "$python" scripts/check_package.py build/packages build/package-roots
}

# What machines and containers forbid: what needs it is skipped with the reason, the rest completes.
part_restricted() { "$python" scripts/restricted.py build/release/benchmarks/latchmark-bench; }

# Kills launches, workers, their children and runners at random, then prints budgets and shapes beside what was measured here.
# Only the kills can fail: no check turns red because a machine is loaded.
part_promises() {
    "$python" scripts/kill_test.py build/release/benchmarks/latchmark-bench --times 12
    "$python" scripts/budgets.py "$logs/run/run.json"
    "$python" scripts/load_time.py || echo 'load_time: above its budget on this machine'
    "$python" scripts/page_time.py --figure "$logs/page_growth.svg" || echo 'page_time: above a budget on this machine'
    scripts/latchmark run quick --filter 'counters/|stride/|hash_map/|contention/(counter|locks)/|instrument/memory/' --out "$logs/shapes"
    scripts/latchmark run standard --filter "$kernel_shapes" --rounds 6 --out "$logs/kernel_shapes"
    scripts/latchmark run standard --filter "$close_shapes" --rounds 20 --out "$logs/close_shapes"
    # In this order: a shape is looked for in one run after the other.
    "$python" scripts/shapes.py "$logs/shapes/run.json" "$logs/close_shapes/run.json" "$logs/kernel_shapes/run.json" ||
        echo 'shapes: not as expected on this machine'
    for script in cross_check cross_check_pipe; do
        "$python" "scripts/$script.py" build/release/benchmarks/latchmark-bench || echo "$script: apart on this machine"
    done
}

# Four hosts with ssh servers of their own, three nodes of Slurm, and the package: lost connections, kills, resumes, what is left.
part_fleet() { "$python" scripts/check_fleet.py; }

part_skips() { "$python" scripts/skips.py "$logs"/*.xml "$logs/run/run.json"; }
