# bash completion of custos; printed by `custos spec completion`. Use: source <(custos spec completion)
_custos()
{
    local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD - 1]}"
    local first="${COMP_WORDS[1]-}" second="${COMP_WORDS[2]-}" words=""
    if [[ $COMP_CWORD -eq 1 ]]; then
        words="init setup-link serve import person events source quarantine dictionary doctor spec audit verify keys keyd timeline metrics funnel retention cohort backup restore staff demo"
    elif [[ $COMP_CWORD -eq 2 && $current != -* ]]; then
        case "$first" in
        import) words="list revert bad-rows" ;;
        person) words="find show merge unmerge delete" ;;
        events) words="count" ;;
        source) words="list create" ;;
        quarantine) words="list show replay" ;;
        dictionary) words="check diff show" ;;
        audit) words="verify search prove checkpoint cosign" ;;
        keys) words="inventory rotate recovery-kit shares archive replicainit replicapair replicastatus replicaadd replicalist replicaremove replicapromote" ;;
        timeline) words="stats check compact" ;;
        backup) words="list verify prune drill" ;;
        staff) words="list reset-link remove-factors disable enable" ;;
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
        "audit verify") words="--key --witness" ;;
        "audit search") words="--from --to --person --staff --token --action --outcome --cursor --limit" ;;
        "audit prove") words="--size" ;;
        "keys rotate") words="--class" ;;
        "keys shares") words="--needed --shares" ;;
        "keys replicainit") words="--identity" ;;
        "keys replicapair") words="--identity" ;;
        "keys replicastatus") words="--identity" ;;
        "keys replicapromote") words="--identity --recovery-kit --older" ;;
        "backup list") words="--target --shop" ;;
        "backup verify") words="--target" ;;
        "backup prune") words="--target" ;;
        "backup drill") words="--target" ;;
        "init "*) words="--owner --non-interactive" ;;
        "setup-link "*) words="--owner" ;;
        "import "*) words="--map --dry-run --import-currency" ;;
        "verify "*) words="--key --plaintext" ;;
        "keyd "*) words="--replica --folder --listen --identity" ;;
        "metrics "*) words="--by --compare --breakdown --limit --from --to --segment --consented --shared --format" ;;
        "funnel "*) words="--ready --window --order --by --breakdown --from --to --segment --consented --shared --format" ;;
        "retention "*) words="--start --return --by --mode --entry --periods --cumulative --from --to --segment --consented --shared --format" ;;
        "cohort "*) words="--start --return --measure --by --mode --entry --periods --cumulative --from --to --segment --consented --shared --format" ;;
        "backup "*) words="--class --target" ;;
        "restore "*) words="--from --shop --backup --at --keys --replica --recovery-kit --without-journal --verify" ;;
        "demo "*) words="--url --write-key --seed --people --years --end --rate --quiet" ;;
        esac
        words="$words --data --json --help --listen --root-key --key-process --sandbox --tls-cert --tls-key --trust-proxy --public-url --shop-name --currency --time-zone --consent-age --rights-regime --rights-order-years --log-level --connections-max --connections-per-ip-max --http-workers --journal-segment-bytes --journal-queue-bytes --journal-backlog-bytes --dedup-days --outgoing-networks --outgoing-hosts --outgoing-ca --oidc-issuer --oidc-client-id --oidc-client-secret-file --oidc-name --oidc-trust-second-factor --opendsr-certificate --opendsr-key --opendsr-domain --drp-business-id --mail-host --mail-port --mail-security --mail-user --mail-password-file --mail-from --mail-from-name --mail-ca --canary-rights --canary-rights-hour --sms-gateway --sms-method --sms-url --sms-headers --sms-body --sms-body-form --sms-account --sms-from --sms-secret-file --sms-text --sms-prefixes --sms-per-number-max --sms-per-prefix-max --sms-per-day-max --sms-reply-secret-file --backup-folder --backup-s3-bucket --backup-s3-endpoint --backup-s3-region --backup-s3-key-id --backup-s3-secret-file --backup-s3-networks --backup-every-hours --backup-keep --backup-key-days --backup-journal --backup-drill-days --backup-drill-folder --audit-witnesses --shop-hours --alert-people-per-hour --alert-sign-in-failures --targets-webhook-secret-file --insight-small-group"
    fi
    case "$first $second $previous" in
        "audit search"" --outcome") words="attempt done refused failed" ;;
        "metrics "*" --by") words="total hour day week month" ;;
        "metrics "*" --compare") words="none previous year" ;;
        "metrics "*" --format") words="table csv json" ;;
        "funnel "*" --ready") words="shop" ;;
        "funnel "*" --order") words="ordered strict any" ;;
        "funnel "*" --by") words="person visit" ;;
        "funnel "*" --format") words="table csv json" ;;
        "retention "*" --by") words="day week month" ;;
        "retention "*" --mode") words="bracket rolling rolling_24h full" ;;
        "retention "*" --entry") words="first every" ;;
        "retention "*" --format") words="table csv json" ;;
        "cohort "*" --measure") words="people orders revenue revenue_per_person" ;;
        "cohort "*" --by") words="day week month" ;;
        "cohort "*" --mode") words="bracket rolling rolling_24h full" ;;
        "cohort "*" --entry") words="first every" ;;
        "cohort "*" --format") words="table csv json" ;;
        "backup "*" --class") words="data keys configuration" ;;
        *" --key-process") words="separate inside" ;;
        *" --rights-regime") words="gdpr uk ccpa" ;;
        *" --log-level") words="debug info warn error" ;;
        *" --mail-security") words="starttls tls plain" ;;
        *" --sms-gateway") words="none http twilio" ;;
        *" --sms-method") words="POST GET PUT" ;;
        *" --sms-body-form") words="json form" ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o default -F _custos custos
