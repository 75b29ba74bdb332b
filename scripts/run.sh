# shellcheck shell=sh
# From a preset to a page: builds, measures, reports. Sourced by scripts/latchmark with the arguments of `run`.
: "${root:?}"

absolute() {  # PATH -> the same seen from anywhere, since the binary runs in the checkout
    case $1 in
        /*) echo "$1" ;;
        *) echo "$PWD/$1" ;;
    esac
}

for word in "$@"; do
    case $word in -h | --help) usage && exit 0 ;; esac
done

build=
binary=
folder=
words=$#
while [ "$words" -gt 0 ]; do
    word=$1
    shift
    words=$((words - 1))
    case $word in
        --build=* | --bench=* | --plan=* | --out=* | --resume=* | --side=*)
            value=${word#*=}
            word=${word%%=*}
            ;;
        --build | --bench | --plan | --out | --resume | --side)
            if [ "$words" = 0 ]; then
                echo "latchmark: $word takes a value" >&2
                exit 2
            fi
            value=$1
            shift
            words=$((words - 1))
            ;;
        *)  # the binary's own business, and its complaint when it is wrong
            set -- "$@" "$word"
            continue
            ;;
    esac
    if [ "$word" = --build ]; then
        build=$value
        continue
    fi
    if [ "$word" = --side ]; then value=${value%%=*}=$(absolute "${value#*=}"); else value=$(absolute "$value"); fi
    case $word in
        --bench) binary=$value ;;
        --plan | --side) set -- "$@" "$word" "$value" ;;
        *)
            folder=$value
            set -- "$@" "$word" "$value"
            ;;
    esac
done

case $build in
    '' | release) ;;
    release_lse | release_llsc)
        if [ "$(uname -m)" != aarch64 ]; then
            echo "latchmark: --build $build is for 64-bit Arm, and this machine is $(uname -m)" >&2
            exit 2
        fi
        ;;
    *)
        echo "latchmark: --build $build is none to measure with; there are release and, on 64-bit Arm, release_lse and release_llsc" >&2
        exit 2
        ;;
esac
if [ -n "$build" ] && [ -n "$binary" ]; then
    echo 'latchmark: --bench names a binary that is built already; leave --build out' >&2
    exit 2
fi

if [ -n "$binary" ]; then
    install_needs report || exit 4
    if [ ! -x "$binary" ]; then
        echo "latchmark: --bench $binary is no program; name a binary built with find_package(latchmark)" >&2
        exit 2
    fi
else
    install_needs measure report || exit 4
    want_libraries
    build "${build:-release}" || exit 4
    binary=$root/build/${build:-release}/benchmarks/latchmark-bench
fi
reports_python=$(find_python)

said=$(mktemp) || exit 4
trap 'rm -f "$said"' EXIT
attend -C "$root" "$binary" run "$@" >"$said"
if [ "$code" -gt 128 ]; then  # killed: it could not say so itself
    echo "latchmark: the measuring program was ended by signal $((code - 128)); --resume with its folder completes the run" >&2
    code=3
fi

[ -n "$folder" ] || folder=$(tail -n 1 "$said")
case $folder in /*) ;; *) folder=$root/$folder ;; esac
run_file=$folder/run.json
if [ ! -e "$run_file" ]; then  # the binary had something else to say
    cat "$said"
    exit "$code"
fi
case $code in
    0 | 1) ;;
    3)
        echo "incomplete: $run_file"
        echo "complete it with: scripts/latchmark run --resume '$folder'"
        exit 3
        ;;
    *) exit "$code" ;;  # the binary has said why in its one line
esac
if PYTHONPATH=$root/reports "$reports_python" -m latchmark report "$run_file" -o "$folder/report.html"; then
    PYTHONPATH=$root/reports "$reports_python" -m latchmark findings "$run_file"
    # The index is a convenience: neither its failure nor what it complains of is the run's.
    case $(readlink -f "$folder")/ in
        "$root"/results/*) PYTHONPATH=$root/reports "$reports_python" -m latchmark index "$root/results" 2>/dev/null && echo "index: $root/results/index.html" ;;
    esac
    echo "report: $folder/report.html"
else
    echo "latchmark: the run is in $run_file, but its page could not be drawn" >&2
    exit 4
fi
exit "$code"
