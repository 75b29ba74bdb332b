# shellcheck shell=sh
# What is missing on this machine, and how does one get it? Sourced; the sourcing script sets root.
: "${root:?}"

# A Python that can draw reports: its path, or nothing. One that was named by the user is not replaced by another.
find_python() {
    for candidate in ${LATCHMARK_PYTHON:-/usr/bin/python3 python3}; do
        if command -v "$candidate" >/dev/null && [ -z "$(missing_modules "$candidate" report)" ]; then
            command -v "$candidate"
            return
        fi
    done
}

needs_of() {  # GROUP... -> the needs, one a line
    for group in "$@"; do awk -F '\t' -v group="$group" '$1 == group {print $2}' "$root/scripts/packages.tsv"; done
}

# PYTHON GROUP... -> needs of the groups that this Python cannot import. Looks, but does not import: that would take a second.
missing_modules() {
    interpreter=$1
    shift
    modules=$(needs_of "$@" | sed -n 's/^python://p')
    [ -n "$modules" ] || return 0
    # shellcheck disable=SC2086  # one argument for each module
    "$interpreter" -c 'import sys; from importlib.util import find_spec
old = sys.version_info < (3, 11)
print(*(f"python:{name}" for name in sys.argv[1:] if old or find_spec(name) is None), sep="\n")' $modules 2>/dev/null ||
        printf 'python:%s\n' $modules
}

# GROUP... -> the needs that are not met, one a line. Asks for things, not for packages: what somebody built by hand counts.
missing_needs() {
    python=$(find_python)
    missing_modules "${python:-${LATCHMARK_PYTHON:-/usr/bin/python3}}" "$@"
    for need in $(needs_of "$@"); do
        what=${need#*:}
        case $need in
            command:*) command -v "$what" >/dev/null || echo "$need" ;;
            header:*)
                for folder in /usr/include "/usr/include/$(uname -m)-linux-gnu" /usr/local/include $(echo "${CPATH:-}" | tr : ' '); do
                    [ -e "$folder/$what" ] && continue 2
                done
                echo "$need"
                ;;
            file:*)
                # shellcheck disable=SC2086  # the name is a pattern
                ls $what >/dev/null 2>&1 || echo "$need"
                ;;
        esac
    done
}

one_line() { echo "$1" | paste -s -d " " -; }

packages_for() {  # SYSTEM NEEDS -> its packages in one line
    printf '%s\n' "$2" | awk -F '\t' -v system_name="$1" '
        FNR == NR { wanted[$1] = 1; next }
        $1 == "group" { for (i = 1; i <= NF; i++) if ($i == system_name) column = i }
        $2 in wanted && !seen[$column]++ { printf "%s%s", separator, $column; separator = " " }
    ' - "$root/scripts/packages.tsv"
}

# GROUP... -> installs what is missing where that is allowed; 4 with the command to type where it is not.
install_needs() {
    missing=$(missing_needs "$@")
    [ -n "$missing" ] || return 0
    echo "missing on this machine: $(one_line "$missing")" >&2
    if ! command -v apt-get >/dev/null; then
        by_hand="dnf install $(packages_for fedora "$missing")"
        command -v zypper >/dev/null && by_hand="zypper install $(packages_for suse "$missing")"
        echo "latchmark: packages are missing, and only Debian's are installed for you; type: sudo $by_hand" >&2
        return 4
    fi
    install="apt-get install -y --no-install-recommends $(packages_for debian "$missing")"
    if [ "$(id -u)" = 0 ]; then
        become=
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        become="sudo -n"
    else
        echo "latchmark: packages are missing, and installing them takes root; type: sudo $install" >&2
        return 4
    fi
    echo "installing: ${become:+$become }$install" >&2
    log=$(mktemp) || return 4
    # The first try fails where the package lists are absent or old, as on a fresh image.
    # shellcheck disable=SC2086  # commands and package names are lists of words
    if ! as_root $install >"$log" 2>&1 && ! { as_root apt-get update && as_root $install; } >"$log" 2>&1; then
        tail -n 5 "$log" >&2
        rm -f "$log"
        echo "latchmark: installing failed; mend the above, or type: sudo $install" >&2
        return 4
    fi
    rm -f "$log"
    missing=$(missing_needs "$@")
    [ -n "$missing" ] || return 0
    echo "latchmark: still missing after installing: $(one_line "$missing") (LATCHMARK_PYTHON can name another Python)" >&2
    return 4
}

# Tries for the libraries whose locks are variants. Nothing depends on them: without one its variants are skipped, and say so.
want_libraries() {
    [ -z "$(missing_needs library)" ] || install_needs library ||
        echo 'latchmark: going on without them; variants that are made of them will be skipped' >&2
}

as_root() {  # COMMAND... as root, asking nothing
    # shellcheck disable=SC2086  # nothing, or sudo -n
    $become env DEBIAN_FRONTEND=noninteractive "$@"
}

# The tools of the checks that Debian lacks: in the checkout and nowhere else.
install_node_tools() {
    installed=$root/node_modules/.package-lock.json
    [ -e "$installed" ] && [ -z "$(find "$root/package-lock.json" -newer "$installed")" ] && return 0
    echo "installing: npm ci (into $root/node_modules)" >&2
    # A cache of our own, since a user may have no home folder, or none that root left writable.
    (cd "$root" && npm ci --loglevel=error --cache "$root/build/npm-cache") >&2 && touch "$installed" && return 0
    echo "latchmark: npm ci failed in $root; see whether a package registry can be reached" >&2
    return 4
}
