#!/bin/sh
# How is a machine made steady for measuring, and put back as it was? Frequency, turbo, NUMA balancing and huge pages, on request only.
set -eu
LC_ALL=C  # what is a digit or a letter must not depend on whose shell this is
export LC_ALL
umask 022

usage() {
    cat <<'TEXT'
usage: tuning.sh show        what holds now
       tuning.sh prepare     governors to performance, NUMA balancing off
           --turbo           turbo off as well
           --huge-pages      transparent huge pages only for programs that ask for them
       tuning.sh restore     exactly what held before
  --root FOLDER              where sys, proc and run are, to try it out

exit codes: 0 done, 2 wrong usage or a saved state that is none, 3 not all could be set, 4 nothing could be done
TEXT
}

say() { printf '%s\n' "$*"; }
end() {  # CODE WHAT
    printf 'tuning: %s\n' "$2" >&2
    exit "$1"
}

policies=sys/devices/system/cpu/cpufreq/policy
no_turbo=sys/devices/system/cpu/intel_pstate/no_turbo
boost=sys/devices/system/cpu/cpufreq/boost
balancing=proc/sys/kernel/numa_balancing
huge_pages=sys/kernel/mm/transparent_hugepage/enabled

# The only files that are ever written, whatever a saved state says.
is_knob() {  # PATH
    case $1 in
        "$no_turbo" | "$boost" | "$balancing" | "$huge_pages") ;;
        "$policies"*/scaling_governor | "$policies"*/energy_performance_preference)
            number=${1#"$policies"}
            case ${number%/*} in '' | *[!0-9]*) return 1 ;; esac  # neither `..` nor a further folder
            ;;
        *) return 1 ;;
    esac
}

is_word() { case $1 in '' | *[!a-z0-9_-]*) return 1 ;; esac }

name_of() {  # PATH
    policy=${1%/*}
    case $1 in
        */scaling_governor) echo "governor of ${policy##*/}" ;;
        */energy_performance_preference) echo "energy preference of ${policy##*/}" ;;
        "$no_turbo") echo intel_pstate/no_turbo ;;
        "$boost") echo cpufreq/boost ;;
        "$balancing") echo numa_balancing ;;
        "$huge_pages") echo 'transparent huge pages' ;;
    esac
}

# PATH -> `value`; or there why there is none, and failure.
read_knob() {
    value='not on this machine'
    [ -e "$root/$1" ] || return 1
    value=$(cat "$root/$1" 2>&1) || { value="cannot be read: ${value##*: }"; return 1; }
    # Of several words the one in brackets holds: `always [madvise] never`.
    case $value in *'['*']'*) value=${value#*'['} value=${value%%']'*} ;; esac
    is_word "$value" || { value='cannot be read: holds no single word'; return 1; }
}

# PATH VALUE -> prints what changed; fails where it is not as wanted afterwards.
write_knob() {
    if ! read_knob "$1"; then
        say "$(name_of "$1"): $value"
        # A virtual machine has no frequency to set; but what was changed and is gone is not put back.
        [ "$command" = prepare ] && [ ! -e "$root/$1" ]
        return
    fi
    before=$value
    [ "$before" != "$2" ] || return 0
    if ! why=$(say "$2" | tee "$root/$1" 2>&1 >/dev/null); then  # tee, not a redirection: it tells which error the write met
        say "$(name_of "$1"): stays $before: ${why##*: }"
        return 1
    fi
    if ! read_knob "$1" || [ "$value" != "$2" ]; then  # the kernel may take a word and do otherwise
        say "$(name_of "$1"): $2 was written, and it reads $value"
        return 1
    fi
    say "$(name_of "$1"): $before -> $value"
    changes=$((changes + 1))
}

write_knobs() {  # LINES OF `PATH VALUE`
    while read -r path wish; do write_knob "$path" "$wish" || code=3; done <<LINES
$1
LINES
}

wanted() {  # -> lines of `PATH VALUE`
    for file in "$root/$policies"*/scaling_governor; do say "${file#"$root/"} performance"; done
    [ -z "$with_turbo" ] || printf '%s\n' "$no_turbo 1" "$boost 0"
    say "$balancing 0"
    [ -z "$with_huge_pages" ] || say "$huge_pages madvise"
}

# Reads the saved state into `saved`, all of it before anything is written. Parsed, never sourced.
load_saved() {
    saved=
    [ -e "$state" ] || [ -h "$state" ] || return 0
    { [ -f "$state" ] && [ ! -h "$state" ]; } || end 2 "$state: is no regular file; nothing was changed"
    [ -r "$state" ] || end 4 "$state: cannot be read: run as root"
    while read -r path value rest || [ -n "$path" ]; do
        { is_knob "$path" && is_word "$value" && [ -z "$rest" ]; } ||
            end 2 "$state: holds a line that is not the state of a knob; nothing was changed; look at it, then remove it"
        saved="$saved$path $value
"
    done <"$state"
    [ -n "$saved" ] || end 2 "$state: is empty; nothing was changed; remove it"
}

# Adds to `saved` what is about to change. What is there already stays: it is how the machine was at first.
save() {  # LINES OF `PATH VALUE`
    while read -r path wish; do
        { read_knob "$path" && [ "$value" != "$wish" ]; } || continue
        save_one "$path" "$value"
        # The governor `performance` sets this as well, and not every kernel takes it back by itself.
        preference=${path%/*}/energy_performance_preference
        if is_knob "$preference" && read_knob "$preference"; then save_one "$preference" "$value"; fi
    done <<LINES
$1
LINES
    [ -n "$saved" ] || return 0
    { printf '%s' "$saved" >"$state.new" && mv "$state.new" "$state"; } 2>/dev/null ||
        end 4 "$state: cannot be written: run as root; nothing was changed"
}

save_one() {  # PATH VALUE
    while read -r path_saved _; do [ "$path_saved" != "$1" ] || return 0; done <<LINES
$saved
LINES
    saved="$saved$1 $2
"
}

# Two at once would save what the other one has set. The lock is on a folder, so that it leaves no file.
lock() {
    mkdir -p "$folder" 2>/dev/null || end 4 "$folder: cannot be written: run as root"
    exec 9<"$folder"
    flock -n 9 || end 4 "$folder: another tuning.sh is at work, or flock is missing; nothing was changed"
}

prepare() {
    lock
    load_saved
    lines=$(wanted)
    save "$lines"
    write_knobs "$lines"
    [ "$changes" != 0 ] || say 'nothing changes'
}

restore() {
    [ ! -d "$folder" ] || lock
    load_saved
    [ -n "$saved" ] || { say 'nothing was prepared since the machine started: nothing to restore'; return 0; }
    write_knobs "${saved%?}"
    [ "$code" = 0 ] || { say "restored in part; $state stays, so that restore can be tried again"; return 0; }
    rm "$state"
    say "restored, $changes changed"
}

show() {
    with_turbo=yes with_huge_pages=yes
    wanted | while read -r path _; do
        read_knob "$path" || true  # then the reason stands there
        say "$(name_of "$path"): $value"
    done
    if [ -e "$state" ]; then say "prepared; what held before is in $state"; else say 'not prepared'; fi
}

command=${1:-help}
[ $# -gt 0 ] && shift
root='' with_turbo='' with_huge_pages='' code=0 changes=0
while [ $# -gt 0 ]; do
    case $command:$1 in
        prepare:--turbo) with_turbo=yes ;;
        prepare:--huge-pages) with_huge_pages=yes ;;
        *:--root)
            root=${2:-}
            [ -d "$root" ] || end 2 "--root takes a folder, not '$root'"
            shift
            ;;
        *) end 2 "'$command' does not know '$1'; \`tuning.sh help\` tells what there is" ;;
    esac
    shift
done
# Where nothing outlives a restart, since these settings do not either: else restore would put back those of another day.
folder=$root/run/latchmark
state=$folder/tuning
case $command in
    show) show ;;
    prepare) prepare ;;
    restore) restore ;;
    help | -h | --help) usage ;;
    *) end 2 "unknown command '$command'; \`tuning.sh help\` tells what there is" ;;
esac
rmdir "$folder" 2>/dev/null || true  # where it holds nothing
exit "$code"
