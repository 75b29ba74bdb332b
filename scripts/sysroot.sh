#!/bin/sh
# Where are the headers and libraries of another Debian or another CPU? Unpacks packages into FOLDER once and prints the path of the root.
# usage: sysroot.sh FOLDER ARCH PACKAGE/SUITE...
# A private apt writes below FOLDER only: multiarch, or a second suite, would change the machine's own libraries.
set -eu
folder=$1
architecture=$2
shift 2
wanted="$architecture $*"
if [ "$(cat "$folder/complete" 2>/dev/null)" = "$wanted" ]; then
    echo "$folder/root"
    exit 0
fi

# The mirror that the machine itself uses serves every suite, and the keyring knows their keys.
# shellcheck source=/dev/null
codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
# shellcheck disable=SC2016  # apt's own variables
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Release: $codename" 'Component: main' 2>/dev/null | head -n 1)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
if [ -z "$mirror" ] || [ ! -e "$keyring" ]; then
    echo "sysroot: needs a Debian whose sources name its suite '$codename', with debian-archive-keyring; this machine has none" >&2
    exit 4
fi

rm -rf "$folder"
mkdir -p "$folder/state/lists/partial" "$folder/cache/archives/partial" "$folder/packages"
folder=$(readlink -f "$folder")
: >"$folder/status"
for suite in $(printf '%s\n' "$@" | sed 's|.*/||' | sort -u); do
    for kind in deb deb-src; do echo "$kind [signed-by=$keyring] $mirror $suite main"; done
done >"$folder/sources.list"
cat >"$folder/apt.conf" <<CONF
Dir::State "$folder/state";
Dir::State::status "$folder/status";
Dir::Cache "$folder/cache";
Dir::Etc::sourcelist "$folder/sources.list";
Dir::Etc::sourceparts "-";
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Sandbox::User "root";
Acquire::Languages "none";
CONF
export APT_CONFIG="$folder/apt.conf"
cd "$folder/packages"
if ! apt-get -qq update >../apt.log 2>&1 || ! apt-get -qq download "$@" >>../apt.log 2>&1; then
    why=$(grep '^[EW]:' ../apt.log | head -n 1)
    echo "sysroot: apt cannot download the packages for $architecture: ${why:-see $folder/apt.log}" >&2
    exit 4
fi
for package in *.deb; do dpkg -x "$package" ../root; done
# Links that begin at / would lead out of the root, to the libraries of this machine.
find ../root -type l -lname '/*' | while read -r link; do
    target=../root$(readlink "$link")
    [ ! -e "$target" ] || ln -sfr "$target" "$link"
done
echo "$wanted" >"$folder/complete"
echo "$folder/root"
