#!/bin/sh
# Where is a Linux kernel for the emulated Arm machine? Unpacks Debian's into FOLDER once and prints its path.
# APT_CONF is that of the cross build's libraries: a private apt, which needs no root and leaves the machine's packages alone.
set -eu
folder=$1
export APT_CONFIG="$2"
newest=linux-image-cloud-arm64

# The package without a version is empty and depends on the newest.
download() {
    package=$(apt-cache depends "$newest" | sed -n 's/.*Depends: //p' | head -n 1)
    [ -n "$package" ] && apt-get -qq download "$package"
}

if [ ! -e "$folder/complete" ]; then
    rm -rf "$folder"
    mkdir -p "$folder"
    cd "$folder"
    # The lists are as old as the libraries, and old kernels vanish.
    if ! download >apt.log 2>&1 && ! { apt-get -qq update && download; } >apt.log 2>&1; then
        why=$(grep '^[EW]:' apt.log | head -n 1)
        echo "guest_kernel: apt cannot download $newest, which the emulated machine boots: ${why:-it knows no such package}" >&2
        exit 1
    fi
    dpkg -x ./*.deb unpacked
    rm -rf ./*.deb apt.log unpacked/lib unpacked/usr
    : >complete
fi
ls "$folder"/unpacked/boot/vmlinuz-*
