#!/bin/sh
# Where are the Arm libraries for the cross build? Unpacks them into FOLDER once and prints its path.
# A private apt reads the machine's Debian sources and writes below FOLDER only: multiarch would upgrade the machine's own libraries.
set -eu
folder=$1
if [ -e "$folder/complete" ]; then
    echo "$folder/root"
    exit 0
fi
rm -rf "$folder"
mkdir -p "$folder/state/lists/partial" "$folder/cache/archives/partial" "$folder/packages"
: >"$folder/status"
cat >"$folder/apt.conf" <<CONF
Dir::State "$folder/state";
Dir::State::status "$folder/status";
Dir::Cache "$folder/cache";
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
APT::Sandbox::User "root";
CONF
export APT_CONFIG="$folder/apt.conf"
apt-get -qq update >&2
cd "$folder/packages"
apt-get -qq download libbenchmark-dev libbenchmark1debian libgtest-dev libgmock-dev libpfm4 libpfm4-dev libhwloc-dev libhwloc15 libudev1 \
    libltdl7 nlohmann-json3-dev libcli11-dev libc6 libc6-dev libstdc++6 libgcc-s1 libgcc-12-dev libstdc++-12-dev linux-libc-dev \
    libcrypt1 libcrypt-dev >&2
for package in *.deb; do dpkg -x "$package" ../root; done
: >"$folder/complete"
echo "$folder/root"
