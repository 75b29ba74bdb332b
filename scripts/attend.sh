# shellcheck shell=sh
# How does a program that runs for long hear the signals that its script gets? Sourced.

# COMMAND... with the options of env before it -> `code`, how it ended. In the background, so that a signal to this script alone
# reaches it at once; a shell would otherwise hold it back until the command is over. Background commands start with interrupts
# ignored, hence env.
attend() {
    child=
    is_asked=
    # Before the command starts, or a signal in between would end this script alone. Ctrl-C has told the command already, and twice
    # does no harm.
    trap 'is_asked=yes; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null' INT TERM HUP
    env --default-signal=INT,QUIT "$@" &
    child=$!
    [ -z "$is_asked" ] || kill -TERM "$child" 2>/dev/null
    wait "$child"
    code=$?
    while [ "$code" -gt 128 ]; do  # a signal ended the wait or the command
        kill -0 "$child" 2>/dev/null
        is_there=$?  # asked first: when it is gone, the next wait says how it ended, and at once
        wait "$child"
        again=$?
        [ "$again" = 127 ] || code=$again  # 127: the shell has said it already and remembers no more
        [ "$is_there" = 0 ] || break
    done
    trap - INT TERM HUP
}
