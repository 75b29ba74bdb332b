# shellcheck shell=sh
# How is a preset built, quietly unless it fails? Sourced; the sourcing script sets root.
: "${root:?}"

# Paths in commands count from the checkout, so that the cache serves other checkouts and the copies that mutations break.
if command -v ccache >/dev/null; then
    export CMAKE_CXX_COMPILER_LAUNCHER=ccache CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1
    [ -w "${HOME:-/nowhere}" ] || export CCACHE_DIR="$root/build/ccache"  # without a home ccache fails instead of compiling
fi

# PRESET [CHECKOUT] -> configured and built below build/PRESET of this checkout or another one; 4 when that fails
build() {
    tree=${2:-$root}
    if ! { mkdir -p "$tree/build" && log=$(mktemp "$tree/build/log.XXXXXX"); }; then
        echo "latchmark: cannot write below $tree/build" >&2
        return 4
    fi
    [ -e "$tree/build/$1/build.ninja" ] || echo "building $1 (the first time takes minutes)" >&2
    if (cd "$tree" && export CCACHE_BASEDIR="$tree" && cmake --preset "$1" && cmake --build --preset "$1") >"$log" 2>&1; then
        rm -f "$log"
        return 0
    fi
    mv -f "$log" "$tree/build/$1.log"
    tail -n 40 "$tree/build/$1.log" >&2
    echo "latchmark: the build of '$1' failed; the whole log is $tree/build/$1.log" >&2
    return 4
}
