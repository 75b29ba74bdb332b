# shellcheck shell=sh
# Which hosts run a preset, and who reaches them? Sourced by scripts/latchmark with the arguments of `fleet`.
: "${root:?}"

# Slurm is there where a cluster is; it is nothing to be installed beside one.
is_slurm=
is_run=
for word in "$@"; do
    case $word in
        --slurm) is_slurm=yes ;;
        run | collect | --ask) is_run=yes ;;
    esac
done
install_needs report || exit 4
if [ -n "$is_run" ] && [ -z "$is_slurm" ]; then install_needs fleet || exit 4; fi
attend "PYTHONPATH=$root/reports" "$(find_python)" "$root/scripts/fleet" "$@"
if [ "$code" -gt 128 ]; then  # killed: it could not say so itself
    echo "latchmark: the controller was ended by signal $((code - 128)); \`latchmark fleet collect\` with its folder gets what goes on" >&2
    code=3
fi
exit "$code"
