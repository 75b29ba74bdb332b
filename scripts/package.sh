# shellcheck shell=sh
# How is a package made that runs wherever glibc is 2.31 or newer? Sourced by scripts/latchmark with the arguments of `package`.
: "${root:?}"

# glibc is Debian 11's. libpfm4 is newer, since it knows more CPUs and needs little of the C library; so are the headers of libraries that are
# only headers, and of the kernel. liburcu comes without its shared library, so that the linker takes the archive.
older='libc6 libc6-dev libcrypt1 libcrypt-dev libgcc-s1 gcc-10-base libhwloc15 libhwloc-dev libltdl7 libudev1 libck-dev'
newer='linux-libc-dev libpfm4 libpfm4-dev liburcu-dev nlohmann-json3-dev libcli11-dev libboost1.74-dev libbenchmark-dev gcc-12-base'

of_suite() { for package in $2; do echo "$package/$1"; done; }  # SUITE PACKAGES -> PACKAGE/SUITE...

# ARCHITECTURE -> how messages and names of packages and tools call it
debian_name() { case $1 in x86_64) echo amd64 ;; aarch64) echo arm64 ;; esac; }

refuse() {
    echo "latchmark: $1" >&2
    exit "$2"
}

# ARCHITECTURE -> its sysroot, with Google Benchmark as an archive: Debian has that library only as a shared one, which needs a newer libstdc++.
package_sysroot() {
    folder=$root/build/package-sysroot/$1
    # shellcheck disable=SC2046  # one argument for each package
    sysroot=$("$root/scripts/sysroot.sh" "$folder" "$(debian_name "$1")" $(of_suite bullseye "$older") $(of_suite bookworm "$newer")) || return 4
    export LATCHMARK_SYSROOT="$sysroot"
    [ ! -e "$sysroot/usr/lib/$1-linux-gnu/libbenchmark.a" ] || return 0
    sources=$folder/benchmark
    rm -rf "$sources"
    mkdir -p "$sources/unpacked" || return 4
    (
        set -e
        cd "$sources"
        # Else what is configured for a shared library would be found first.
        rm -rf "$sysroot/usr/include/benchmark" "$sysroot/usr/lib/$1-linux-gnu/cmake/benchmark" "$sysroot/usr/lib/$1-linux-gnu"/libbenchmark*
        APT_CONFIG="$folder/apt.conf" apt-get -qq source --download-only benchmark
        tar -xf benchmark_*.orig.tar.* -C unpacked --strip-components 1
        cmake -S unpacked -B built -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_TOOLCHAIN_FILE="$root/harness/cmake/package/$1.cmake" \
            -DLATCHMARK_SYSROOT="$sysroot" -DCMAKE_INSTALL_PREFIX="$sysroot/usr" -DCMAKE_INSTALL_LIBDIR="lib/$1-linux-gnu" \
            -DBENCHMARK_ENABLE_TESTING=OFF -DBENCHMARK_INSTALL_DOCS=OFF -DBENCHMARK_ENABLE_WERROR=OFF -DHAVE_STD_REGEX=1 -DHAVE_STEADY_CLOCK=1
        cmake --build built --target install
    ) >"$folder/benchmark.log" 2>&1 && return 0
    tail -n 20 "$folder/benchmark.log" >&2
    echo "latchmark: Google Benchmark cannot be built for the package; the whole log is $folder/benchmark.log" >&2
    return 4
}

# ARCHITECTURE -> its packages' checksums and paths
make_package() {
    rm -rf "$root/build/packages/_CPack_Packages"
    package_sysroot "$1" || exit 4
    build "package_$1" || exit 4
    # The time of the last change that is kept; of no kept change, of the list of changes.
    SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || stat -c %Y "$root/CHANGELOG.md")}
    export SOURCE_DATE_EPOCH
    log=$root/build/package_$1/cpack.log
    if ! (umask 022 && cd "$root/build/package_$1" && cpack) >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        refuse "the package for $1 cannot be packed; the whole log is $log" 4
    fi
    name=$(sed -n 's/^set(CPACK_PACKAGE_FILE_NAME "\(.*\)")$/\1/p' "$root/build/package_$1/CPackConfig.cmake")
    shipped=$root/build/package_$1/shipped
    rm -rf "$shipped"
    mkdir "$shipped" || exit 4
    if ! tar -xzf "$root/build/packages/$name.tar.gz" -C "$shipped" || ! "$root/scripts/package_needs.sh" "$1" "$shipped/$name/lib/latchmark"; then
        rm -f "$root/build/packages/$name".*
        refuse "this package would not run everywhere, so it was removed" 1
    fi
    sha256sum "$root/build/packages/$name.tar.gz" "$root/build/packages/$name.deb"
}

case ${1:-x86_64} in
    x86_64 | aarch64) architectures=${1:-x86_64} ;;
    all) architectures='x86_64 aarch64' ;;
    *) refuse "package knows x86_64, aarch64 and all, not '$1'" 2 ;;
esac
[ "$(uname -m)" = x86_64 ] || refuse "packages are built on x86-64 only, and this machine is $(uname -m)" 4
install_needs measure package || exit 4
case $architectures in *aarch64*) install_needs cross || exit 4 ;; esac
for architecture in $architectures; do make_package "$architecture"; done
