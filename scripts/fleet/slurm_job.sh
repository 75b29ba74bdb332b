#!/bin/sh
# What does a job do on its node? Opens a holding, runs the package in it, hands over what came of it, clears it away.
#
# usage: slurm_job.sh run|collect STAGED SAID ROOT ID TTL_S LARGEST_BYTES [RUN WORDS...]
#   STAGED   target.sh, and for each architecture NAME.tar.gz and NAME.sha256, on a file system that nodes share
#   SAID     what came of it goes to handed/ there; journal.jsonl is there for a run that is resumed
# Standard output has the words that the controller reads, one a line: `architecture NAME`, `expected_s N`,
# `ended CODE` or `gone`, and `collected` where nothing is left on the node. Ends with the exit code of the run.
set -eu
# Of the environment that submitted it nothing comes along, so that no secret of it reaches a node.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
umask 077

verb=$1 staged=$2 said=$3 root=$4 id=$5 ttl_s=$6 largest_bytes=$7
shift 7
holding=$root/$id
blocked=

target() { sh "$staged/target.sh" "$@"; }

# Fixed names, no links, nothing larger than the controller reads; a file cut off keeps a name that nobody adopts.
hand_over() (
    to=$said/handed
    mkdir -p "$to"
    ulimit -f "$((largest_bytes / 512 + 1))"
    for name in run/run.json run/journal.jsonl log.txt ended; do
        from=$holding/$name
        if [ -f "$from" ] && [ ! -h "$from" ]; then
            # The kernel ends a copy that grows too large: the others shall still come.
            { cp "$from" "$to/.${name##*/}" && mv "$to/.${name##*/}" "$to/${name##*/}"; } || true
        fi
    done
)

clear_away() {
    target close "$root" "$id" "$@" && echo collected
}

refuse() {
    echo "$1" >&2
    clear_away >&2 || true
    exit 4
}

# The time limit or a cancellation: Slurm waits a moment (KillWait) before it kills, enough for the journal.
# shellcheck disable=SC2317  # called by a trap
stopped() {
    trap '' TERM INT HUP
    echo 'Slurm ended the job before the run had ended' >&2
    [ -z "$blocked" ] || kill "$blocked" 2>/dev/null || true
    hand_over
    clear_away --stop || true
    exit 143
}

run() {
    architecture=$(target open "$root" "$id" "$ttl_s") || exit 4
    echo "architecture $architecture"
    trap stopped TERM INT HUP
    package=$staged/$architecture.tar.gz
    [ -f "$package" ] || refuse "incompatible: no package for $architecture: \`scripts/latchmark package\` makes them"
    cp "$package" "$holding/package.tar.gz" || refuse "$holding: cannot take the package"
    if [ -f "$said/journal.jsonl" ]; then
        mkdir -p "$holding/run"
        cp "$said/journal.jsonl" "$holding/run/journal.jsonl" || refuse "the journal cannot be put back"
    fi
    target start "$root" "$id" "$(cat "$staged/$architecture.sha256")" "$@" || {
        hand_over
        clear_away || true
        exit 4
    }
    # In the background, since a shell serves no signal while it waits for a command in front. Nothing is
    # started from here on until the run has ended.
    target wait "$root" "$id" "$ttl_s" >"$holding/state" &
    blocked=$!
    wait "$blocked" || true
}

state=gone
case $verb in
    run)
        run "$@"
        state=$(cat "$holding/state" 2>/dev/null) || state=gone
        ;;
    collect)
        # Also of a run that Slurm killed: whatever of it still goes on here is ended.
        trap stopped TERM INT HUP
        state=$(target state "$root" "$id") || state=gone
        ;;
esac
echo "$state"
hand_over
if [ "$state" = gone ]; then
    echo collected  # its time to live is over: it has removed itself
else
    clear_away --stop
fi
code=${state#ended }
case $code in
    *[!0-9]* | '') exit 4 ;;
    *) exit "$code" ;;
esac
