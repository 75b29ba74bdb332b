# shellcheck shell=sh
# Does everything still hold? Sourced by scripts/latchmark with the arguments of `test`.
: "${root:?}"
cd "$root" || exit 4

case ${1:-} in
    '')
        setup --test
        build debug || exit 4
        failed=0
        ctest --preset debug || failed=1
        PYTHONPATH=$root/reports "$(find_python)" -m pytest -q reports/tests scripts/tests || failed=1
        exit "$failed"
        ;;
    --all) setup --all ;;
    *)
        echo "latchmark: test knows --all, not '$1'" >&2
        exit 2
        ;;
esac

# shellcheck source=scripts/parts.sh
. "$root/scripts/parts.sh"

logs=$root/build/check
rm -rf "$logs"
mkdir -p "$logs" || exit 4
python=$(find_python)
export python logs PYTHONPATH="$root/reports"
began=$(date +%s)
passed=0
failed=0
: >"$logs/table"

# What a quick look finds comes first; what takes longest comes last.
for part in format shell layers lint_python types_python tests_python tests_coverage lint_cpp \
    tests_asan tests_tsan mutations gate_recorded tests_aarch64 arm_atomics \
    measure gate scripted_pmu emulated_pmu examples hot_loops own_lock package restricted fleet promises skips; do
    part_began=$(date +%s)
    [ -t 1 ] && printf '%s ...\r' "$part"
    (
        set -eu
        "part_$part"
    ) >"$logs/$part.log" 2>&1
    code=$?
    case $code in
        0) result=ok passed=$((passed + 1)) ;;
        77) result='ok, in part' passed=$((passed + 1)) ;;
        *) result=FAILED failed=$((failed + 1)) ;;
    esac
    line=$(printf '%-16s %-12s %5s min' "$part" "$result" "$(minutes_since "$part_began")")
    echo "$line" >>"$logs/table"
    echo "$line"
    [ "$result" = ok ] || tail -n 60 "$logs/$part.log"
done

echo
cat "$logs/table"
printf '%-16s %-12s %5s min\n\n' 'in all' '' "$(minutes_since "$began")"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
exit
