#!/bin/sh
# How does a machine measure a preset for somebody far away, and forget it? Needs no Python: POSIX sh and base utilities.
#
#   target.sh open  ROOT ID TTL_S             makes the holding ROOT/ID, renews it if it is there; prints `uname -m`
#   target.sh start ROOT ID SHA256 [WORD...]  unpacks ROOT/ID/package.tar.gz and begins `latchmark-bench run WORD...`, or takes
#                                             the run in ROOT/ID/run up again when there is one; prints `expected_s N`
#   target.sh wait  ROOT ID SECONDS           prints `ended CODE` once the run is over, `running` after SECONDS, or `gone`
#   target.sh state ROOT ID                   the same at once
#   target.sh close ROOT ID [--stop]          removes everything; a run that still measures is ended with --stop only
#
# ID is 12 hex digits, TTL_S 60 to 2592000. A holding has package.tar.gz, package/, run/, log.txt and `ended` (128+N after signal N;
# `ended 4` also where nothing was begun). What goes wrong is one line on standard error: exit 2 wrong words, 3 still measuring,
# 4 impossible here; that line begins with `incompatible: ` where the package cannot run on this machine.
#
# It may come as text: ssh HOST sh -s -- state ROOT ID <target.sh
# While the preset measures there sleep two shells and a `sleep`: nothing wakes before the run has ended.
set -eu
umask 077
LC_ALL=C
export LC_ALL

fail() {  # CODE WORDS
    code=$1
    shift
    echo "$*" >&2
    exit "$code"
}

put() {  # FILE TEXT: whole or not at all
    { echo "$2" >"$1.new" && mv -f "$1.new" "$1"; } 2>/dev/null || fail 4 "$1 cannot be written; is the disk full or read-only?"
}

# What the two detached shells need as well: as a text, since this file may have come through a pipe.
# shellcheck disable=SC2016  # expanded there
shared='
end_session() {  # ID [PID]: kills all of a session but PID, launches in process groups of their own too; no process is made for it
    for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        found=no
        for entry in /proc/[0-9]*; do
            pid=${entry#/proc/}
            session_and_start "$pid"
            if [ "$session" = "$1" ] && [ "$pid" != "${2:-}" ]; then
                found=yes
                kill -KILL "$pid" 2>/dev/null || :
            fi
        done
        [ "$found" = yes ] || return 0
    done
}
session_and_start() {  # PID: sets both, to nothing where it is no more
    session= start=
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 0
    set -f
    # After the name, which may hold anything: state 1, session 4, start 20.
    set -- ${line##*") "}
    set +f
    if [ $# -ge 20 ] && [ "$1" != Z ]; then session=$4 start=${20}; fi
}
register() {  # FILE: who leads this session
    read -r boot </proc/sys/kernel/random/boot_id
    session_and_start $$
    echo "$$ $start $boot" >"$1.new" && mv -f "$1.new" "$1"
}
end_run() {  # HOLDING: also what a killed supervisor left behind; a session of that number after a restart is a stranger
    [ ! -e "$1/ended" ] || return 0  # nothing was left then, and the number may be that of a stranger by now
    [ -f "$1/supervisor" ] && read -r leader leader_start boot <"$1/supervisor" || return 0
    read -r boot_now </proc/sys/kernel/random/boot_id
    session_and_start "$leader"
    if [ "$boot" = "$boot_now" ] && { [ -z "$start" ] || [ "$start" = "$leader_start" ]; }; then end_session "$leader"; fi
}
remove() {  # HOLDING, and the root where nothing else is there; links are not followed
    if [ -f "$1/latchmark-holding" ] && [ ! -h "$1" ] && [ -O "$1" ]; then
        rm -rf "$1" || rm -rf "$1" || return  # twice: a `wait` may just have written how it ended
    fi
    rmdir "${1%/*}" 2>/dev/null || :
}
'
eval "$shared"

# It must outlive the connection and whoever ended it, so it has a session of its own; and it holds janitor.lock, so that its number
# cannot be mistaken for a stranger's after a restart. Reads the deadline after each sleep, since it may have been renewed.
# shellcheck disable=SC2016  # expanded there
janitor='
register "$1/janitor" || exit 1
while read -r deadline <"$1/deadline" && now=$(date +%s) && [ "$now" -lt "$deadline" ]; do
    sleep $((deadline - now)) 8>&-
done
end_run "$1"
remove "$1"
'

# Holds run.lock, and nothing that it starts does: it is free as soon as nobody is there who would write down how the run ended.
# What the run left of itself is ended first.
# shellcheck disable=SC2016
supervisor='
holding=$1
shift
register "$holding/supervisor" || exit 1
cd "$holding"
package/bin/latchmark-bench run "$@" >/dev/null 2>log.txt 9>&-
code=$?
end_session $$ $$
echo "$code" >ended.new && mv -f ended.new ended
'

detached() {  # TEXT WORD...: a shell in a session of its own that holds nothing of the caller but its lock
    text=$1
    shift
    setsid sh -c "$shared$text" latchmark-fleet "$@" </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- &
}

is_held() { [ -e "$1" ] && ! flock -s -n "$1" true; }  # shared: who only asks is not taken for a holder

take_file() {  # FILE: that an `exec` with it will not fail, which would end the shell with 2
    (: >>"$1") 2>/dev/null || fail 4 "$1 cannot be written; is the disk full or read-only?"
}

registered() {  # FILE PID: waits for what has just been detached; before it leads its session, whoever kills the caller kills it too
    for hundredths in 1 1 1 2 5 10 20 40 80 160 320; do
        if [ -e "$1" ]; then return; fi
        sleep "$((hundredths / 100)).$((hundredths / 10 % 10))$((hundredths % 10))"
    done
    kill -KILL "$2" 2>/dev/null || :
    end_session "$2"
    fail 4 "$1 was not written; is the disk full?"
}

is_open() { [ -f "$holding/latchmark-holding" ] && [ ! -h "$holding" ] && [ ! -h "$root" ] && [ -O "$holding" ]; }

sweep() {  # holdings whose time is over and that nobody attends, as after a restart
    for other in "$root"/*; do
        if [ "$other" = "$holding" ] || [ ! -f "$other/latchmark-holding" ] || [ -h "$other" ] || [ ! -O "$other" ]; then continue; fi
        { read -r deadline <"$other/deadline"; } 2>/dev/null || deadline=0
        case $deadline in '' | *[!0-9]*) deadline=0 ;; esac
        if [ "$(date +%s)" -ge "$deadline" ] && ! is_held "$other/janitor.lock"; then
            end_run "$other"
            rm -rf "$other" 2>/dev/null || :  # the root stays: it has just been looked at
        fi
    done
}

open_holding() {  # TTL_S
    case $1 in '' | 0* | *[!0-9]* | ????????*) fail 2 "a time to live of '$1' is no number of seconds" ;; esac
    if [ "$1" -lt 60 ] || [ "$1" -gt 2592000 ]; then fail 2 "a time to live of $1 s is not from 60 to 2592000"; fi
    for tool in setsid flock sha256sum tar gzip; do
        command -v "$tool" >/dev/null || fail 4 "this machine has no $tool, which a fleet run needs"
    done
    [ -e "$root" ] || [ -h "$root" ] || mkdir -p "$root" 2>/dev/null || fail 4 "$root cannot be made; choose another root"
    if [ -h "$root" ] || [ ! -d "$root" ] || [ ! -O "$root" ]; then fail 4 "$root is no folder of this user's own; choose another root"; fi
    sweep
    if [ -e "$holding" ] || [ -h "$holding" ]; then
        is_open || fail 4 "$holding was made by somebody else"
    else
        mkdir "$holding" 2>/dev/null || fail 4 "$holding cannot be made; is the disk full or read-only?"
        trap 'rm -rf "$holding"; rmdir "$root" 2>/dev/null || :' EXIT  # nobody else would before there is a janitor
        put "$holding/latchmark-holding" 1
    fi
    put "$holding/deadline" $(($(date +%s) + $1))
    take_file "$holding/janitor.lock"
    exec 8>"$holding/janitor.lock"
    if flock -n 8; then  # otherwise there is one, which will see the new deadline
        rm -f "$holding/janitor"  # of before a restart: a stranger by now
        detached "$janitor" "$holding"
        registered "$holding/janitor" $!
    fi
    exec 8>&-
    trap - EXIT
    uname -m
}

unpack() {  # SHA256
    [ -f "$holding/package.tar.gz" ] || fail 4 "$holding/package.tar.gz is not there"
    sum=$(sha256sum <"$holding/package.tar.gz")
    [ "${sum%% *}" = "$1" ] || fail 4 "$holding/package.tar.gz has the SHA-256 ${sum%% *}, not $1; send it again"
    rm -rf "$holding/package"
    mkdir "$holding/package" 2>/dev/null || fail 4 "$holding/package cannot be made; is the disk full?"
    tar -xzf "$holding/package.tar.gz" -C "$holding/package" --strip-components=1 -o 2>/dev/null ||
        fail 4 "$holding/package.tar.gz cannot be unpacked; is the disk full?"
    [ -x "$bench" ] || fail 4 "$holding holds no program that can be started; if it is mounted noexec, choose another root"
}

expected_s() {  # [WORD...]: what the plan says, or that of the journal, of which less is left
    if [ -e "$holding/run/journal.jsonl" ]; then
        seconds=$(sed -n '1s/.*"expected_s":\([0-9]*\).*/\1/p' "$holding/run/journal.jsonl")
        echo $((${seconds:-0} + 1))
        return
    fi
    words=$#
    while [ "$words" -gt 0 ]; do  # a plan has no name for the machine
        word=$1
        shift
        words=$((words - 1))
        if [ "$word" = --alias ] && [ "$words" -gt 0 ]; then
            shift
            words=$((words - 1))
        else
            set -- "$@" "$word"
        fi
    done
    code=0
    said=$("$bench" plan "$@" --expected-s 2>&1) || code=$?
    said=$(echo "$said" | tail -n 1)
    case $code in
        0) echo "$said" ;;
        4) fail 4 "incompatible: $said" ;;
        *) fail 4 "$said" ;;
    esac
}

start() {  # SHA256 [WORD...]
    is_open || fail 4 "$holding was not opened"
    take_file "$holding/run.lock"
    exec 9>"$holding/run.lock"
    flock -w 1 9 || fail 4 "$holding measures already"
    unpack "$1" 9>&-
    shift
    seconds=$(expected_s "$@" 9>&-) || exit
    if [ -e "$holding/run/journal.jsonl" ]; then set -- "$@" --resume "$holding/run"; else set -- "$@" --out "$holding/run"; fi
    rm -f "$holding/ended" "$holding/supervisor"
    put "$holding/started" 1
    detached "$supervisor" "$holding" "$@"
    registered "$holding/supervisor" $!
    echo "expected_s $seconds"
}

state() {  # SECONDS to wait: asleep in the kernel until the lock is free
    if is_open && [ -e "$holding/run.lock" ] && ! flock -s -w "$1" "$holding/run.lock" true; then
        echo running
    elif ! is_open; then
        echo gone
    elif [ -e "$holding/ended" ]; then
        echo "ended $(cat "$holding/ended")"
    elif [ -e "$holding/started" ]; then  # whoever would have written it down was killed: nothing measures on unseen
        end_run "$holding"
        (put "$holding/ended" 137) 2>/dev/null || :  # on a full disk it is said all the same, unless it has just been closed
        if is_open; then echo 'ended 137'; else echo gone; fi
    else
        echo 'ended 4'
    fi
}

close_holding() {  # [--stop]
    is_open || return 0
    if is_held "$holding/run.lock" && [ "${1:-}" != --stop ]; then fail 3 "$holding still measures; --stop ends it"; fi
    end_run "$holding"
    pid=
    if is_held "$holding/janitor.lock"; then read -r pid _ <"$holding/janitor" || :; fi
    # The janitor goes last: where this is interrupted, it does the rest in its time.
    remove "$holding" 2>/dev/null || fail 4 "$holding cannot be removed; is the disk read-only?"
    [ -z "$pid" ] || end_session "$pid"
}

[ $# -ge 3 ] || fail 2 'usage: target.sh open|start|wait|state|close ROOT ID ...'
verb=$1 root=$2 holding=$2/$3
case $3 in *[!0-9a-f]* | '') fail 2 "an ID of '$3' is not 12 hex digits" ;; esac
[ ${#3} = 12 ] || fail 2 "an ID of '$3' is not 12 hex digits"
case $root in /*/../* | /*/.. | /.. | /../*) fail 2 "$root leads upwards" ;; /?*) ;; *) fail 2 "$root is no absolute path" ;; esac
bench=$holding/package/bin/latchmark-bench
shift 3
case $verb in
    open) open_holding "${1:-}" ;;
    start)
        [ $# -gt 0 ] || fail 2 'start takes the SHA-256 of the package'
        start "$@"
        ;;
    wait) case ${1:-} in '' | *[!0-9]*) fail 2 'wait takes seconds' ;; *) state "$1" ;; esac ;;
    state) state 0 ;;
    close) close_holding "$@" ;;
    *) fail 2 "there is no '$verb'; there are open, start, wait, state, close" ;;
esac
