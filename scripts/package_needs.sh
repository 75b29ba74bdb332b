#!/bin/sh
# Does everything in FOLDER of a package for ARCHITECTURE run with glibc 2.31 and what lies in FOLDER? One line for each need that is not met.
set -eu
architecture=$1
folder=$2
newest=2.31
# What glibc 2.31 itself brings.
of_glibc='ld-linux-x86-64.so.2 ld-linux-aarch64.so.1 libc.so.6 libdl.so.2 libm.so.6 libpthread.so.0 librt.so.1'
is_bad=

for file in "$folder"/*; do
    name=${file##*/}
    "$architecture-linux-gnu-readelf" -h "$file" >/dev/null
    for version in $("$architecture-linux-gnu-objdump" -T "$file" | grep -o 'GLIBC_[0-9.]*\|GLIBCXX_[0-9.]*\|CXXABI_[0-9.]*' | sort -u); do
        case $version in
            GLIBC_*)
                highest=$(printf '%s\n' "${version#GLIBC_}" "$newest" | sort -V | tail -n 1)
                [ "$highest" = "$newest" ] && continue
                ;;
        esac
        echo "package: $name needs $version, and the package promises glibc $newest and no libstdc++" >&2
        is_bad=yes
    done
    for need in $("$architecture-linux-gnu-objdump" -p "$file" | sed -n 's/^ *NEEDED *//p'); do
        case " $of_glibc " in *" $need "*) continue ;; esac
        [ -e "$folder/$need" ] && continue
        echo "package: $name needs $need, which is not beside it" >&2
        is_bad=yes
    done
done
[ -z "$is_bad" ]
