# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_tix_global_optspecs
    string join \n db= user= json= jsonl= jq= csv tsv no-header columns= q/quiet color= no-input no-pager h/help V/version
end

function __fish_tix_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_tix_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_tix_using_subcommand
    set -l cmd (__fish_tix_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c tix -n "__fish_tix_needs_command" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_needs_command" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_needs_command" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_needs_command" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_needs_command" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_needs_command" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_needs_command" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_needs_command" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_needs_command" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_needs_command" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_needs_command" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_needs_command" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_needs_command" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_needs_command" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_needs_command" -s V -l version -d 'Print version'
complete -c tix -n "__fish_tix_needs_command" -f -a "new" -d 'Open a ticket'
complete -c tix -n "__fish_tix_needs_command" -f -a "list" -d 'List tickets'
complete -c tix -n "__fish_tix_needs_command" -f -a "ls" -d 'List tickets'
complete -c tix -n "__fish_tix_needs_command" -f -a "search" -d 'Search all texts, the best matches first'
complete -c tix -n "__fish_tix_needs_command" -f -a "count" -d 'Count tickets'
complete -c tix -n "__fish_tix_needs_command" -f -a "show" -d 'Show tickets with their conversations'
complete -c tix -n "__fish_tix_needs_command" -f -a "comment" -d 'Add an internal note; only we read it'
complete -c tix -n "__fish_tix_needs_command" -f -a "note" -d 'Add an internal note; only we read it'
complete -c tix -n "__fish_tix_needs_command" -f -a "reply" -d 'Answer publicly; the requester reads it'
complete -c tix -n "__fish_tix_needs_command" -f -a "close" -d 'Close tickets'
complete -c tix -n "__fish_tix_needs_command" -f -a "reopen" -d 'Open closed tickets again'
complete -c tix -n "__fish_tix_needs_command" -f -a "edit" -d 'Change a ticket\'s fields'
complete -c tix -n "__fish_tix_needs_command" -f -a "assign" -d 'Say who of us works on tickets'
complete -c tix -n "__fish_tix_needs_command" -f -a "label" -d 'Put labels on tickets or take them off'
complete -c tix -n "__fish_tix_needs_command" -f -a "status" -d 'Set the status: new, open, pending, hold or closed'
complete -c tix -n "__fish_tix_needs_command" -f -a "log" -d 'Show what was changed, newest first'
complete -c tix -n "__fish_tix_needs_command" -f -a "undo" -d 'Take back a change'
complete -c tix -n "__fish_tix_needs_command" -f -a "redo" -d 'Bring back what undo took back'
complete -c tix -n "__fish_tix_needs_command" -f -a "import" -d 'Read tickets from another tool\'s files'
complete -c tix -n "__fish_tix_needs_command" -f -a "export" -d 'Write tickets out, whole'
complete -c tix -n "__fish_tix_needs_command" -f -a "view" -d 'Keep queries under a name: `tix list --view NAME`, `view:NAME` in a query'
complete -c tix -n "__fish_tix_needs_command" -f -a "init" -d 'Make a desk in this folder: .tix/tix.db'
complete -c tix -n "__fish_tix_needs_command" -f -a "info" -d 'Say which desk is in use and why, and what is in it'
complete -c tix -n "__fish_tix_needs_command" -f -a "config" -d 'Show or change the settings'
complete -c tix -n "__fish_tix_needs_command" -f -a "demo" -d 'Fill a throwaway desk with a sample and show it'
complete -c tix -n "__fish_tix_needs_command" -f -a "completions" -d 'Print the completion script for a shell'
complete -c tix -n "__fish_tix_needs_command" -f -a "man" -d 'Print the manual page, or write the pages of every command'
complete -c tix -n "__fish_tix_needs_command" -f -a "help" -d 'Explain a topic or a command: query, dates, json, exit-codes, config'
complete -c tix -n "__fish_tix_using_subcommand new" -s m -l message -d 'The text' -r
complete -c tix -n "__fish_tix_using_subcommand new" -s F -l file -d 'Read the text from FILE; `-` is standard input' -r -F
complete -c tix -n "__fish_tix_using_subcommand new" -s r -l requester -d 'Who asks: `Name <mail>`, a mail address or a name' -r
complete -c tix -n "__fish_tix_using_subcommand new" -s p -l priority -d 'low, normal, high or urgent' -r
complete -c tix -n "__fish_tix_using_subcommand new" -s l -l label -d 'A label; may be given several times, or several separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand new" -s a -l assignee -d 'Who of us works on it; `@me` is you' -r
complete -c tix -n "__fish_tix_using_subcommand new" -s c -l channel -d 'How it reached us: cli, email, forum, chat, web, phone or api' -r
complete -c tix -n "__fish_tix_using_subcommand new" -l due -d 'When it is due: 2026-09-01, fri, +3d, "tomorrow 17:00"' -r
complete -c tix -n "__fish_tix_using_subcommand new" -l ref -d 'An external reference such as github:owner/repo#1' -r
complete -c tix -n "__fish_tix_using_subcommand new" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand new" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand new" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand new" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand new" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand new" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand new" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand new" -s e -l edit -d 'Write the text in your editor'
complete -c tix -n "__fish_tix_using_subcommand new" -s n -l dry-run -d 'Say what would be stored, and store nothing'
complete -c tix -n "__fish_tix_using_subcommand new" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand new" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand new" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand new" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand new" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand new" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand new" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tix -n "__fish_tix_using_subcommand list" -l view -d 'The saved query NAME' -r
complete -c tix -n "__fish_tix_using_subcommand list" -s s -l sort -d 'Sort by these: updated, created, due, closed, priority, status, id, title; `-` for the largest first' -r
complete -c tix -n "__fish_tix_using_subcommand list" -s L -l limit -d 'Show at most N tickets; 0 for all' -r
complete -c tix -n "__fish_tix_using_subcommand list" -s l -l label -d 'With this label; several separated by commas are any of them' -r
complete -c tix -n "__fish_tix_using_subcommand list" -s a -l assignee -d 'Assigned to WHO; `@me` is you' -r
complete -c tix -n "__fish_tix_using_subcommand list" -s p -l priority -d 'Of this priority: low, normal, high or urgent' -r
complete -c tix -n "__fish_tix_using_subcommand list" -l status -d 'Of this status: new, open, pending, hold or closed' -r
complete -c tix -n "__fish_tix_using_subcommand list" -s r -l requester -d 'Asked by WHO' -r
complete -c tix -n "__fish_tix_using_subcommand list" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand list" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand list" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand list" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand list" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand list" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand list" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand list" -l absolute -d 'Show dates and times instead of how long ago'
complete -c tix -n "__fish_tix_using_subcommand list" -l wide -d 'Cut nothing and leave nothing out, however wide it gets'
complete -c tix -n "__fish_tix_using_subcommand list" -l fail-empty -d 'Exit with 3 when nothing matches'
complete -c tix -n "__fish_tix_using_subcommand list" -l explain -d 'Say what the query means and how it is answered, and do nothing else'
complete -c tix -n "__fish_tix_using_subcommand list" -l all -d 'Closed tickets too, and without the default scope'
complete -c tix -n "__fish_tix_using_subcommand list" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand list" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand list" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand list" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand list" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand list" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tix -n "__fish_tix_using_subcommand ls" -l view -d 'The saved query NAME' -r
complete -c tix -n "__fish_tix_using_subcommand ls" -s s -l sort -d 'Sort by these: updated, created, due, closed, priority, status, id, title; `-` for the largest first' -r
complete -c tix -n "__fish_tix_using_subcommand ls" -s L -l limit -d 'Show at most N tickets; 0 for all' -r
complete -c tix -n "__fish_tix_using_subcommand ls" -s l -l label -d 'With this label; several separated by commas are any of them' -r
complete -c tix -n "__fish_tix_using_subcommand ls" -s a -l assignee -d 'Assigned to WHO; `@me` is you' -r
complete -c tix -n "__fish_tix_using_subcommand ls" -s p -l priority -d 'Of this priority: low, normal, high or urgent' -r
complete -c tix -n "__fish_tix_using_subcommand ls" -l status -d 'Of this status: new, open, pending, hold or closed' -r
complete -c tix -n "__fish_tix_using_subcommand ls" -s r -l requester -d 'Asked by WHO' -r
complete -c tix -n "__fish_tix_using_subcommand ls" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand ls" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand ls" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand ls" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand ls" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand ls" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand ls" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand ls" -l absolute -d 'Show dates and times instead of how long ago'
complete -c tix -n "__fish_tix_using_subcommand ls" -l wide -d 'Cut nothing and leave nothing out, however wide it gets'
complete -c tix -n "__fish_tix_using_subcommand ls" -l fail-empty -d 'Exit with 3 when nothing matches'
complete -c tix -n "__fish_tix_using_subcommand ls" -l explain -d 'Say what the query means and how it is answered, and do nothing else'
complete -c tix -n "__fish_tix_using_subcommand ls" -l all -d 'Closed tickets too, and without the default scope'
complete -c tix -n "__fish_tix_using_subcommand ls" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand ls" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand ls" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand ls" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand ls" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand ls" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand ls" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tix -n "__fish_tix_using_subcommand search" -l view -d 'The saved query NAME' -r
complete -c tix -n "__fish_tix_using_subcommand search" -s s -l sort -d 'Sort by these: updated, created, due, closed, priority, status, id, title; `-` for the largest first' -r
complete -c tix -n "__fish_tix_using_subcommand search" -s L -l limit -d 'Show at most N tickets; 0 for all' -r
complete -c tix -n "__fish_tix_using_subcommand search" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand search" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand search" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand search" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand search" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand search" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand search" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand search" -l absolute -d 'Show dates and times instead of how long ago'
complete -c tix -n "__fish_tix_using_subcommand search" -l wide -d 'Cut nothing and leave nothing out, however wide it gets'
complete -c tix -n "__fish_tix_using_subcommand search" -l fail-empty -d 'Exit with 3 when nothing matches'
complete -c tix -n "__fish_tix_using_subcommand search" -l explain -d 'Say what the query means and how it is answered, and do nothing else'
complete -c tix -n "__fish_tix_using_subcommand search" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand search" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand search" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand search" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand search" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand search" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand search" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tix -n "__fish_tix_using_subcommand count" -l by -d 'One count for each: status, resolution, priority, channel, label, assignee, requester, customer, tier, turn; several separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand count" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand count" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand count" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand count" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand count" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand count" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand count" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand count" -l explain -d 'Say what the query means and how it is answered, and do nothing else'
complete -c tix -n "__fish_tix_using_subcommand count" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand count" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand count" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand count" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand count" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand count" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand count" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tix -n "__fish_tix_using_subcommand show" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand show" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand show" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand show" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand show" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand show" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand show" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand show" -l notes -d 'Only internal notes'
complete -c tix -n "__fish_tix_using_subcommand show" -l public -d 'Only public messages'
complete -c tix -n "__fish_tix_using_subcommand show" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand show" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand show" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand show" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand show" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand show" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tix -n "__fish_tix_using_subcommand comment" -l where -d 'All tickets that match QUERY' -r
complete -c tix -n "__fish_tix_using_subcommand comment" -s m -l message -d 'The text' -r
complete -c tix -n "__fish_tix_using_subcommand comment" -s F -l file -d 'Read the text from FILE; `-` is standard input' -r -F
complete -c tix -n "__fish_tix_using_subcommand comment" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand comment" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand comment" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand comment" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand comment" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand comment" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand comment" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand comment" -s n -l dry-run -d 'Say what would be done, and do nothing'
complete -c tix -n "__fish_tix_using_subcommand comment" -s y -l yes -d 'Do not ask, however many tickets there are'
complete -c tix -n "__fish_tix_using_subcommand comment" -l keep-going -d 'Go on after a ticket that cannot be changed'
complete -c tix -n "__fish_tix_using_subcommand comment" -s e -l edit -d 'Write the text in your editor'
complete -c tix -n "__fish_tix_using_subcommand comment" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand comment" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand comment" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand comment" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand comment" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand comment" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand comment" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tix -n "__fish_tix_using_subcommand note" -l where -d 'All tickets that match QUERY' -r
complete -c tix -n "__fish_tix_using_subcommand note" -s m -l message -d 'The text' -r
complete -c tix -n "__fish_tix_using_subcommand note" -s F -l file -d 'Read the text from FILE; `-` is standard input' -r -F
complete -c tix -n "__fish_tix_using_subcommand note" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand note" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand note" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand note" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand note" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand note" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand note" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand note" -s n -l dry-run -d 'Say what would be done, and do nothing'
complete -c tix -n "__fish_tix_using_subcommand note" -s y -l yes -d 'Do not ask, however many tickets there are'
complete -c tix -n "__fish_tix_using_subcommand note" -l keep-going -d 'Go on after a ticket that cannot be changed'
complete -c tix -n "__fish_tix_using_subcommand note" -s e -l edit -d 'Write the text in your editor'
complete -c tix -n "__fish_tix_using_subcommand note" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand note" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand note" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand note" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand note" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand note" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand note" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tix -n "__fish_tix_using_subcommand reply" -l where -d 'All tickets that match QUERY' -r
complete -c tix -n "__fish_tix_using_subcommand reply" -s m -l message -d 'The text' -r
complete -c tix -n "__fish_tix_using_subcommand reply" -s F -l file -d 'Read the text from FILE; `-` is standard input' -r -F
complete -c tix -n "__fish_tix_using_subcommand reply" -l close -d 'Close the ticket with this answer' -r
complete -c tix -n "__fish_tix_using_subcommand reply" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand reply" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand reply" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand reply" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand reply" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand reply" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand reply" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand reply" -s n -l dry-run -d 'Say what would be done, and do nothing'
complete -c tix -n "__fish_tix_using_subcommand reply" -s y -l yes -d 'Do not ask, however many tickets there are'
complete -c tix -n "__fish_tix_using_subcommand reply" -l keep-going -d 'Go on after a ticket that cannot be changed'
complete -c tix -n "__fish_tix_using_subcommand reply" -s e -l edit -d 'Write the text in your editor'
complete -c tix -n "__fish_tix_using_subcommand reply" -l pending -d 'Wait for the requester after this answer'
complete -c tix -n "__fish_tix_using_subcommand reply" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand reply" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand reply" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand reply" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand reply" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand reply" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand reply" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_using_subcommand close" -l where -d 'All tickets that match QUERY' -r
complete -c tix -n "__fish_tix_using_subcommand close" -l as -d 'How it ended: solved, answered, wontfix, duplicate, invalid or stale' -r
complete -c tix -n "__fish_tix_using_subcommand close" -l duplicate-of -d 'The ticket that this one repeats' -r
complete -c tix -n "__fish_tix_using_subcommand close" -s m -l message -d 'Add an internal note that says why' -r
complete -c tix -n "__fish_tix_using_subcommand close" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand close" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand close" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand close" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand close" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand close" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand close" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand close" -s n -l dry-run -d 'Say what would be done, and do nothing'
complete -c tix -n "__fish_tix_using_subcommand close" -s y -l yes -d 'Do not ask, however many tickets there are'
complete -c tix -n "__fish_tix_using_subcommand close" -l keep-going -d 'Go on after a ticket that cannot be changed'
complete -c tix -n "__fish_tix_using_subcommand close" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand close" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand close" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand close" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand close" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand close" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand close" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_using_subcommand reopen" -l where -d 'All tickets that match QUERY' -r
complete -c tix -n "__fish_tix_using_subcommand reopen" -s m -l message -d 'Add an internal note that says why' -r
complete -c tix -n "__fish_tix_using_subcommand reopen" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand reopen" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand reopen" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand reopen" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand reopen" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand reopen" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand reopen" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand reopen" -s n -l dry-run -d 'Say what would be done, and do nothing'
complete -c tix -n "__fish_tix_using_subcommand reopen" -s y -l yes -d 'Do not ask, however many tickets there are'
complete -c tix -n "__fish_tix_using_subcommand reopen" -l keep-going -d 'Go on after a ticket that cannot be changed'
complete -c tix -n "__fish_tix_using_subcommand reopen" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand reopen" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand reopen" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand reopen" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand reopen" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand reopen" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand reopen" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_using_subcommand edit" -l where -d 'All tickets that match QUERY' -r
complete -c tix -n "__fish_tix_using_subcommand edit" -s t -l title -d 'The title, one line of 1 to 200 characters' -r
complete -c tix -n "__fish_tix_using_subcommand edit" -s p -l priority -d 'low, normal, high or urgent' -r
complete -c tix -n "__fish_tix_using_subcommand edit" -s l -l label -d 'Labels: +a,-b puts a on and takes b off; a,b are all there shall be' -r
complete -c tix -n "__fish_tix_using_subcommand edit" -s a -l assignee -d 'Who of us works on it; `@me` is you' -r
complete -c tix -n "__fish_tix_using_subcommand edit" -s r -l requester -d 'Who asks' -r
complete -c tix -n "__fish_tix_using_subcommand edit" -l due -d 'When it is due: 2026-09-01, fri, +3d, "tomorrow 17:00"' -r
complete -c tix -n "__fish_tix_using_subcommand edit" -l ref -d 'Add an external reference such as github:owner/repo#1; an empty one takes all away' -r
complete -c tix -n "__fish_tix_using_subcommand edit" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand edit" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand edit" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand edit" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand edit" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand edit" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand edit" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand edit" -s n -l dry-run -d 'Say what would be done, and do nothing'
complete -c tix -n "__fish_tix_using_subcommand edit" -s y -l yes -d 'Do not ask, however many tickets there are'
complete -c tix -n "__fish_tix_using_subcommand edit" -l keep-going -d 'Go on after a ticket that cannot be changed'
complete -c tix -n "__fish_tix_using_subcommand edit" -s e -l edit -d 'Open the ticket in your editor'
complete -c tix -n "__fish_tix_using_subcommand edit" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand edit" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand edit" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand edit" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand edit" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand edit" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tix -n "__fish_tix_using_subcommand assign" -l where -d 'All tickets that match QUERY' -r
complete -c tix -n "__fish_tix_using_subcommand assign" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand assign" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand assign" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand assign" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand assign" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand assign" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand assign" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand assign" -s n -l dry-run -d 'Say what would be done, and do nothing'
complete -c tix -n "__fish_tix_using_subcommand assign" -s y -l yes -d 'Do not ask, however many tickets there are'
complete -c tix -n "__fish_tix_using_subcommand assign" -l keep-going -d 'Go on after a ticket that cannot be changed'
complete -c tix -n "__fish_tix_using_subcommand assign" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand assign" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand assign" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand assign" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand assign" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand assign" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand assign" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_using_subcommand label" -l where -d 'All tickets that match QUERY' -r
complete -c tix -n "__fish_tix_using_subcommand label" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand label" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand label" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand label" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand label" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand label" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand label" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand label" -s n -l dry-run -d 'Say what would be done, and do nothing'
complete -c tix -n "__fish_tix_using_subcommand label" -s y -l yes -d 'Do not ask, however many tickets there are'
complete -c tix -n "__fish_tix_using_subcommand label" -l keep-going -d 'Go on after a ticket that cannot be changed'
complete -c tix -n "__fish_tix_using_subcommand label" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand label" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand label" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand label" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand label" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand label" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand label" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tix -n "__fish_tix_using_subcommand status" -l where -d 'All tickets that match QUERY' -r
complete -c tix -n "__fish_tix_using_subcommand status" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand status" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand status" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand status" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand status" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand status" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand status" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand status" -s n -l dry-run -d 'Say what would be done, and do nothing'
complete -c tix -n "__fish_tix_using_subcommand status" -s y -l yes -d 'Do not ask, however many tickets there are'
complete -c tix -n "__fish_tix_using_subcommand status" -l keep-going -d 'Go on after a ticket that cannot be changed'
complete -c tix -n "__fish_tix_using_subcommand status" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand status" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand status" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand status" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand status" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand status" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand status" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_using_subcommand log" -s L -l limit -d 'Show at most N changes; 0 for all' -r
complete -c tix -n "__fish_tix_using_subcommand log" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand log" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand log" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand log" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand log" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand log" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand log" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand log" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand log" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand log" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand log" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand log" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand log" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand log" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_using_subcommand undo" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand undo" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand undo" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand undo" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand undo" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand undo" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand undo" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand undo" -s n -l dry-run -d 'Say what would be taken back, and do nothing'
complete -c tix -n "__fish_tix_using_subcommand undo" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand undo" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand undo" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand undo" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand undo" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand undo" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand undo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tix -n "__fish_tix_using_subcommand redo" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand redo" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand redo" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand redo" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand redo" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand redo" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand redo" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand redo" -s n -l dry-run -d 'Say what would be brought back, and do nothing'
complete -c tix -n "__fish_tix_using_subcommand redo" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand redo" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand redo" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand redo" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand redo" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand redo" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand redo" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_using_subcommand import" -l repo -d 'The repository of GitHub issues whose files do not say it' -r
complete -c tix -n "__fish_tix_using_subcommand import" -l rejects -d 'Write records that cannot be read to FILE, with the reason, and import the rest' -r -F
complete -c tix -n "__fish_tix_using_subcommand import" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand import" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand import" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand import" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand import" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand import" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand import" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand import" -s n -l dry-run -d 'Say what would be imported, and import nothing'
complete -c tix -n "__fish_tix_using_subcommand import" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand import" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand import" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand import" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand import" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand import" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tix -n "__fish_tix_using_subcommand export" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand export" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand export" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand export" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand export" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand export" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand export" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand export" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand export" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand export" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand export" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand export" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand export" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tix -n "__fish_tix_using_subcommand view; and not __fish_seen_subcommand_from save list ls show rm" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand view; and not __fish_seen_subcommand_from save list ls show rm" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand view; and not __fish_seen_subcommand_from save list ls show rm" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand view; and not __fish_seen_subcommand_from save list ls show rm" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand view; and not __fish_seen_subcommand_from save list ls show rm" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand view; and not __fish_seen_subcommand_from save list ls show rm" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand view; and not __fish_seen_subcommand_from save list ls show rm" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand view; and not __fish_seen_subcommand_from save list ls show rm" -l notes -d 'Only internal notes'
complete -c tix -n "__fish_tix_using_subcommand view; and not __fish_seen_subcommand_from save list ls show rm" -l public -d 'Only public messages'
complete -c tix -n "__fish_tix_using_subcommand view; and not __fish_seen_subcommand_from save list ls show rm" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand view; and not __fish_seen_subcommand_from save list ls show rm" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand view; and not __fish_seen_subcommand_from save list ls show rm" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand view; and not __fish_seen_subcommand_from save list ls show rm" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand view; and not __fish_seen_subcommand_from save list ls show rm" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand view; and not __fish_seen_subcommand_from save list ls show rm" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand view; and not __fish_seen_subcommand_from save list ls show rm" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tix -n "__fish_tix_using_subcommand view; and not __fish_seen_subcommand_from save list ls show rm" -a "save" -d 'Save a query under NAME; one of this name is replaced'
complete -c tix -n "__fish_tix_using_subcommand view; and not __fish_seen_subcommand_from save list ls show rm" -a "list" -d 'List the saved queries'
complete -c tix -n "__fish_tix_using_subcommand view; and not __fish_seen_subcommand_from save list ls show rm" -a "ls" -d 'List the saved queries'
complete -c tix -n "__fish_tix_using_subcommand view; and not __fish_seen_subcommand_from save list ls show rm" -a "show" -d 'Show the query saved under NAME'
complete -c tix -n "__fish_tix_using_subcommand view; and not __fish_seen_subcommand_from save list ls show rm" -a "rm" -d 'Forget the query saved under NAME'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from save" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from save" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from save" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from save" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from save" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from save" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from save" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from save" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from save" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from save" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from save" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from save" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from save" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from save" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from list" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from list" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from list" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from list" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from list" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from list" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from list" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from list" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from list" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from list" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from list" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from ls" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from ls" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from ls" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from ls" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from ls" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from ls" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from ls" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from ls" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from ls" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from ls" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from ls" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from ls" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from show" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from show" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from show" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from show" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from show" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from show" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from show" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from show" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from show" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from show" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from show" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from rm" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from rm" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from rm" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from rm" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from rm" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from rm" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from rm" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from rm" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from rm" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from rm" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from rm" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from rm" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from rm" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand view; and __fish_seen_subcommand_from rm" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_using_subcommand init" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand init" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand init" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand init" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand init" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand init" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand init" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand init" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand init" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand init" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand init" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand init" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand init" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tix -n "__fish_tix_using_subcommand info" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand info" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand info" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand info" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand info" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand info" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand info" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand info" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand info" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand info" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand info" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand info" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand info" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand info" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -f -a "list" -d 'Show every setting and where it comes from'
complete -c tix -n "__fish_tix_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -f -a "get" -d 'Show one setting'
complete -c tix -n "__fish_tix_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -f -a "set" -d 'Set one in the config file; the file\'s comments stay'
complete -c tix -n "__fish_tix_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -f -a "unset" -d 'Take one out of the config file'
complete -c tix -n "__fish_tix_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -f -a "edit" -d 'Open the config file in your editor'
complete -c tix -n "__fish_tix_using_subcommand config; and not __fish_seen_subcommand_from list get set unset edit path" -f -a "path" -d 'Show where the config file is'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from list" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from list" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from list" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from list" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from list" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from list" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from list" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from list" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from list" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from list" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from list" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from get" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from get" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from get" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from get" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from get" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from get" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from get" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from get" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from get" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from get" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from get" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from get" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from get" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from get" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from set" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from set" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from set" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from set" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from set" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from set" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from set" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from set" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from set" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from set" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from set" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from unset" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from unset" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from unset" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from unset" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from unset" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from unset" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from unset" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from unset" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from unset" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from unset" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from unset" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from unset" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from unset" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from unset" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from edit" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from edit" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from edit" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from edit" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from edit" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from edit" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from edit" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from edit" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from edit" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from edit" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from edit" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from edit" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from edit" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from path" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from path" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from path" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from path" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from path" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from path" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from path" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from path" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from path" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from path" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from path" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from path" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from path" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand config; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_using_subcommand demo" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand demo" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand demo" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand demo" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand demo" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand demo" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand demo" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand demo" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand demo" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand demo" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand demo" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand demo" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand demo" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand demo" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_using_subcommand completions" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand completions" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand completions" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand completions" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand completions" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand completions" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand completions" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand completions" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand completions" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand completions" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand completions" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand completions" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand completions" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand completions" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_using_subcommand man" -l dir -d 'Write all pages into FOLDER' -r -F
complete -c tix -n "__fish_tix_using_subcommand man" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand man" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand man" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand man" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand man" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand man" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand man" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand man" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand man" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand man" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand man" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand man" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand man" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand man" -s h -l help -d 'Print help'
complete -c tix -n "__fish_tix_using_subcommand help" -l schema -d 'With the topic json: print the JSON Schema of what `tix COMMAND --json` prints, or of `error`' -r
complete -c tix -n "__fish_tix_using_subcommand help" -l db -d 'The desk\'s file' -r -F
complete -c tix -n "__fish_tix_using_subcommand help" -l user -d 'Who acts: `Name <mail>`' -r
complete -c tix -n "__fish_tix_using_subcommand help" -l json -d 'Print JSON; with FIELDS only those; `--json=help` lists them' -r
complete -c tix -n "__fish_tix_using_subcommand help" -l jsonl -d 'Print one JSON object a line' -r
complete -c tix -n "__fish_tix_using_subcommand help" -l jq -d 'Print what a jq expression makes of the JSON' -r
complete -c tix -n "__fish_tix_using_subcommand help" -l columns -d 'The columns to show, separated by commas' -r
complete -c tix -n "__fish_tix_using_subcommand help" -l color -d 'When to use colour: auto, always or never' -r
complete -c tix -n "__fish_tix_using_subcommand help" -l csv -d 'Print comma-separated values'
complete -c tix -n "__fish_tix_using_subcommand help" -l tsv -d 'Print tab-separated values with a header'
complete -c tix -n "__fish_tix_using_subcommand help" -l no-header -d 'Leave out the header of CSV and TSV'
complete -c tix -n "__fish_tix_using_subcommand help" -s q -l quiet -d 'Print IDs only'
complete -c tix -n "__fish_tix_using_subcommand help" -l no-input -d 'Never ask anything'
complete -c tix -n "__fish_tix_using_subcommand help" -l no-pager -d 'Never use a pager'
complete -c tix -n "__fish_tix_using_subcommand help" -s h -l help -d 'Print help'
