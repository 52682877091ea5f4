# Completion of tix for bash. `tix completions bash` prints this; it asks tix itself what fits.

_tix() {
    local answer kind line
    COMPREPLY=()
    answer=$(command tix __complete bash "${COMP_TYPE:-9}" "${COLUMNS:-80}" "${2-}" \
        "${COMP_LINE:0:COMP_POINT}" 2>/dev/null </dev/null) || return 0
    {
        IFS= read -r kind
        while IFS= read -r line; do
            COMPREPLY+=("$line")
        done
    } <<<"$answer"
    case $kind in
        files) compopt -o default 2>/dev/null ;;
        open) compopt -o nospace 2>/dev/null ;;
    esac
    return 0
}

# Before 4.4, bash sorts what it lists.
complete -o nosort -F _tix tix 2>/dev/null || complete -F _tix tix
