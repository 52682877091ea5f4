# Completion of tix for fish. `tix completions fish` prints this; it asks tix itself what fits.

function __tix_offers
    set -l words (commandline -opc)
    set -g __tix_offers (command tix __complete fish $words[2..-1] (commandline -ct | string collect) 2>/dev/null </dev/null)
    set -l kind $__tix_offers[1]
    set -e __tix_offers[1]
    test "$kind" != files
end

complete -c tix -n __tix_offers -f -k -a '$__tix_offers'
