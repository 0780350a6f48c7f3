# bash completion of custos; printed by `custos spec completion`. Use: source <(custos spec completion)
_custos()
{
    local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD - 1]}"
    local first="${COMP_WORDS[1]-}" second="${COMP_WORDS[2]-}" words=""
    if [[ $COMP_CWORD -eq 1 ]]; then
        words="init setup-link serve import person events source quarantine dictionary doctor spec demo"
    elif [[ $COMP_CWORD -eq 2 && $current != -* ]]; then
        case "$first" in
        import) words="list revert bad-rows" ;;
        person) words="find show merge unmerge delete" ;;
        events) words="count" ;;
        source) words="list create" ;;
        quarantine) words="list show replay" ;;
        dictionary) words="check diff show" ;;
        esac
    fi
    if [[ $COMP_CWORD -gt 1 && $current == -* ]]; then
        case "$first $second" in
        "person find") words="--limit" ;;
        "person merge") words="--reason" ;;
        "person unmerge") words="--reason --never-link" ;;
        "person delete") words="--yes" ;;
        "events count") words="--event --from --to" ;;
        "source create") words="--sample" ;;
        "quarantine list") words="--code --limit" ;;
        "quarantine replay") words="--body --code" ;;
        "init "*) words="--owner --non-interactive" ;;
        "setup-link "*) words="--owner" ;;
        "import "*) words="--map --dry-run --import-currency" ;;
        "demo "*) words="--url --write-key --seed --people --years --end --rate --quiet" ;;
        esac
        words="$words --data --json --help --listen --root-key --tls-cert --tls-key --trust-proxy --public-url --shop-name --currency --time-zone --log-level --connections-max --connections-per-ip-max --http-workers --journal-segment-bytes --journal-queue-bytes --journal-backlog-bytes --dedup-days"
    fi
    case "$first $second $previous" in
        *" --log-level") words="debug info warn error" ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o default -F _custos custos
