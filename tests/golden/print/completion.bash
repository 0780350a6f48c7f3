# bash completion of custos; printed by `custos spec completion`. Use: source <(custos spec completion)
_custos()
{
    local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD - 1]}"
    local first="${COMP_WORDS[1]-}" second="${COMP_WORDS[2]-}" words=""
    if [[ $COMP_CWORD -eq 1 ]]; then
        words="init person serve"
    elif [[ $COMP_CWORD -eq 2 && $current != -* ]]; then
        case "$first" in
        person) words="find show" ;;
        esac
    fi
    if [[ $COMP_CWORD -gt 1 && $current == -* ]]; then
        case "$first $second" in
        "person find") words="--sort-by --dry-run" ;;
        "serve "*) words="--sort-by --dry-run" ;;
        esac
        words="$words --data --json --listen --log-level --root-key --batch-max"
    fi
    case "$first $second $previous" in
        "person find"" --sort-by") words="last_seen revenue" ;;
        "serve "*" --sort-by") words="last_seen revenue" ;;
        *" --log-level") words="debug info" ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o default -F _custos custos
