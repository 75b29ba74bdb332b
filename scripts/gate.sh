# shellcheck shell=sh
# Which binaries does a gate compare? Builds what is not given, all of it before anything is measured. Sourced by scripts/latchmark
# with the arguments of `gate`.
: "${root:?}"

gate() {  # ARGUMENT... -> the gate itself, with all that it needs
    install_needs report || exit 4
    attend "PYTHONPATH=$root/reports" "$(find_python)" -m latchmark gate "$@"
    if [ "$code" -gt 128 ]; then  # killed: it could not say so itself
        echo "latchmark: the gate was ended by signal $((code - 128)); --resume with its folder completes it" >&2
        code=3
    fi
    exit "$code"
}

wrong_usage() {  # WHAT
    echo "latchmark: $1" >&2
    exit 2
}

build_own() {  # PRESET... -> this checkout, each preset in a folder of its own
    install_needs measure report || exit 4
    want_libraries
    for preset in "$@"; do build "$preset" || exit 4; done
}

commit_of() {  # OPTION REVISION -> its full name; nothing for no revision
    [ -n "$2" ] || return 0
    command -v git >/dev/null || wrong_usage "$1 needs git to look up '$2'; give a binary instead"
    git -C "$root" rev-parse --verify --quiet "$2^{commit}" ||
        wrong_usage "$1 '$2' is no revision of $root"
}

check_out() {  # COMMIT FOLDER -> a work tree, in which a later gate builds only what differs
    if [ -e "$2/.git" ]; then
        git -C "$2" checkout --quiet --force --detach "$1" && git -C "$2" clean --quiet --force -d
    else
        # Told to forget a work tree that somebody has deleted, or git would not make it again.
        mkdir -p "${2%/*}" && git -C "$root" worktree prune && git -C "$root" worktree add --quiet --detach "$2" "$1"
    fi
}

# Until this gate ends: another one would build over the binaries that it measures. Gates of binaries wait for nobody here, only for
# the machine.
take_folder() {
    if ! { mkdir -p "$root/build/gate" && true >>"$root/build/gate/lock"; } 2>/dev/null; then
        echo "latchmark: cannot write below $root/build/gate" >&2
        exit 4
    fi
    exec 9>"$root/build/gate/lock"
    flock --nonblock 9 && return
    echo "latchmark: another gate of revisions has $root/build/gate; try again when it has ended" >&2
    exit 4
}

# SIDE REVISION COMMIT -> its release binary. Both sides are built the same way and in paths of equal length: path and environment
# move the stack, which is a difference of its own.
build_revision() {
    echo "building $1 ($2)" >&2
    if ! why=$(check_out "$3" "$root/build/gate/$1" 2>&1); then
        echo "latchmark: cannot check $2 out in $root/build/gate/$1: $(echo "$why" | tail -n 1)" >&2
        exit 4
    fi
    if ! build release "$root/build/gate/$1" 2>/dev/null; then
        echo "latchmark: $1 ($2) does not build; the whole log is $root/build/gate/$1/build/release.log" >&2
        exit 4
    fi
}

binary_in() { echo "$1/benchmarks/latchmark-bench"; }  # BUILD FOLDER

mode=${1:-}
case $mode in
    ab | calibrate) ;;
    *) gate "$@" ;;  # nothing to build; and its complaint about what it does not know
esac

own_binary=$(binary_in "$root/build/release")
is_own() { [ "$(readlink -f "$1")" = "$(readlink -f "$own_binary")" ]; }

given=' '
base_rev=
head_rev=
is_own_compared=
words=$#
while [ "$words" -gt 0 ]; do
    word=$1
    shift
    words=$((words - 1))
    case $word in
        --base-rev=* | --head-rev=*)
            value=${word#*=}
            word=${word%%=*}
            ;;
        --base-rev | --head-rev)
            [ "$words" != 0 ] || wrong_usage "$word takes a value"
            value=$1
            shift
            words=$((words - 1))
            ;;
        *)  # the gate's own business, and its complaint when it is wrong
            given="$given${word%%=*} "
            case $word in
                --base=* | --head=*) compared=${word#*=} ;;
                --base | --head) compared=${1:-} ;;
                *) compared= ;;
            esac
            if [ -n "$compared" ] && is_own "$compared"; then is_own_compared=yes; fi
            set -- "$@" "$word"
            continue
            ;;
    esac
    [ -n "$value" ] || wrong_usage "$word takes a value"
    if [ "$word" = --base-rev ]; then base_rev=$value; else head_rev=$value; fi
done
is_given() { case $given in *" $1 "*) return 0 ;; *) return 1 ;; esac; }

# A gate that is taken up again has its binaries in its folder's request.
if is_given -h || is_given --help || { is_given --resume && [ -z "$base_rev$head_rev" ]; }; then gate "$@"; fi

if [ "$mode" = calibrate ]; then
    [ -z "$base_rev$head_rev" ] || wrong_usage 'gate calibrate compares a binary with itself; leave --base-rev and --head-rev out'
    if is_given --bench; then gate "$@"; fi
    build_own release rebuilt
    set -- "$@" --bench "$own_binary" --rebuilt "$(binary_in "$root/build/rebuilt")"
    if install_needs layout; then
        build_own layout1 layout2
        set -- "$@" --shuffled "$(binary_in "$root/build/layout1")" --shuffled "$(binary_in "$root/build/layout2")"
    else
        echo 'latchmark: going on without lld; the floor then says nothing of how much the layout of a binary matters' >&2
    fi
    gate "$@"
fi

if is_given --resume; then wrong_usage '--resume goes on with the binaries that the gate began with; leave revisions out'; fi
for side in base head; do
    is_given "--$side" || case $side:$base_rev:$head_rev in
        base::* | head:*:) wrong_usage "gate ab needs --$side BIN or --$side-rev REV, or --resume DIR" ;;
    esac
done
twice='name the same side; give one of them'
if [ -n "$base_rev" ] && is_given --base; then wrong_usage "--base and --base-rev $twice"; fi
if [ -n "$head_rev" ] && is_given --head; then wrong_usage "--head and --head-rev $twice"; fi
# Both are looked up before the first one is built.
base_commit=$(commit_of --base-rev "$base_rev") || exit $?
head_commit=$(commit_of --head-rev "$head_rev") || exit $?
if [ -n "$base_rev$head_rev" ]; then
    install_needs measure report || exit 4
    want_libraries
    take_folder
fi
if [ -n "$base_rev" ]; then
    build_revision base "$base_rev" "$base_commit"
    set -- "$@" --base "$(binary_in "$root/build/gate/base/build/release")" --base-rev "$base_commit"
fi
if [ -n "$head_rev" ]; then
    build_revision head "$head_rev" "$head_commit"
    set -- "$@" --head "$(binary_in "$root/build/gate/head/build/release")" --head-rev "$head_commit"
fi
if ! is_given --runner; then
    # As it is where it is one of the sides: what is built now may be of another source.
    [ -n "$is_own_compared" ] || build_own release
    set -- "$@" --runner "$own_binary"
fi
is_given --source || set -- "$@" --source "$root"
gate "$@"
