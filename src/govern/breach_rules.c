// SPDX-License-Identifier: Apache-2.0
// The rules of breaches. See breach_rules.h.
#include "breach_rules.h"

const char *const breach_state_names[] = {"open", "assessed", "notified", "no_risk", "closed", NULL};
const char *const breach_kinds[] = {"account", "storage", "transmission", "keys", "loss", "other", NULL};
const char *const breach_risks[] = {"none", "risk", "high", NULL};
const char *const breach_answers[] = {"no", "yes", "unknown"};

bool breach_state_find(cu_str name, enum breach_state *ret)
{
    for (int i = 0; i < BREACH_STATES; i++) {
        if (cu_str_eqz(name, breach_state_names[i])) {
            *ret = (enum breach_state)i;
            return true;
        }
    }
    return false;
}

// Row: from; column: to. Whoever finds out more opens it again: what was found before stays in the steps.
static const bool leads_to[BREACH_STATES][BREACH_STATES] = {
    [BREACH_OPEN] = {[BREACH_ASSESSED] = true, [BREACH_NOTIFIED] = true, [BREACH_NO_RISK] = true},
    [BREACH_ASSESSED] = {[BREACH_OPEN] = true, [BREACH_NOTIFIED] = true, [BREACH_NO_RISK] = true, [BREACH_CLOSED] = true},
    [BREACH_NOTIFIED] = {[BREACH_OPEN] = true, [BREACH_CLOSED] = true},
    [BREACH_NO_RISK] = {[BREACH_OPEN] = true, [BREACH_ASSESSED] = true, [BREACH_CLOSED] = true},
    [BREACH_CLOSED] = {[BREACH_OPEN] = true},
};

cu_code breach_may_become(const struct breach_case *c, struct cu_error *err)
{
    if (c->from == c->to)
        return CU_OK;
    if (!leads_to[c->from][c->to])
        return cu_fail(err, CU_CONFLICT, "/state", "a breach that is %s does not become %s", breach_state_names[c->from],
            breach_state_names[c->to]);
    if (c->to == BREACH_ASSESSED && c->risk.len == 0)
        return cu_fail(err, CU_MISSING, "/risk", "an assessment says which risk there is: none, risk or high");
    if (c->to == BREACH_NOTIFIED && !c->authority_told)
        return cu_fail(err, CU_CONFLICT, "/state", "it becomes so when the authority was told: POST .../notified");
    if (c->to == BREACH_NO_RISK && !cu_str_eqz(c->risk, "none"))
        return cu_fail(err, CU_INVALID, "/risk", "none is accepted when nobody is at risk");
    bool untold = c->to == BREACH_NO_RISK || (c->to == BREACH_CLOSED && !c->authority_told);
    if (untold && c->reasons.len == 0)
        return cu_fail(
            err, CU_MISSING, "/reasons", "why the authority is not told has to be written down (GDPR 33(1), 33(5))");
    if (c->to == BREACH_CLOSED && c->people_need && !c->people_told && c->reasons.len == 0)
        return cu_fail(err, CU_MISSING, "/reasons", "why people at high risk are not told has to be written down (GDPR 34)");
    return CU_OK;
}

// --- GDPR 34(3)(a)

struct weighing {
    struct breach_check *at;
    size_t count;
    enum breach_answer answer;
};

// No outweighs unknown, unknown outweighs yes.
static void weigh(struct weighing *w, const char *name, enum breach_answer holds, const char *text)
{
    w->at[w->count++] = (struct breach_check){name, holds == BREACH_YES, text};
    if (holds == BREACH_NO || w->answer == BREACH_NO)
        w->answer = BREACH_NO;
    else if (holds == BREACH_UNKNOWN)
        w->answer = BREACH_UNKNOWN;
}

static void weigh_keys(struct weighing *w, const struct breach_exempt_facts *f)
{
    if (f->keys_exposed > 0 || cu_str_eqz(f->kind, "keys"))
        weigh(w, "keys_out", BREACH_NO, "Keys got out, too: what was sealed under them can be read.");
    else if (f->keys_exposed < 0)
        weigh(w, "keys_not_known", BREACH_UNKNOWN, "Nobody has said yet whether keys got out (keys_exposed).");
    else
        weigh(w, "keys_kept", BREACH_YES, "No key got out, as was found and stated.");
    weigh(w, "root_key_apart", BREACH_YES,
        f->key_process ? "The root key never lies in the data folder, and a process of its own holds the keys."
                       : "The root key never lies in the data folder.");
}

enum breach_answer breach_exempt(
    const struct breach_exempt_facts *f, struct breach_check ret[BREACH_CHECKS_MAX], size_t *ret_count)
{
    struct weighing w = {.at = ret, .answer = BREACH_YES};
    bool medium = cu_str_eqz(f->kind, "storage") || cu_str_eqz(f->kind, "transmission") || cu_str_eqz(f->kind, "keys");
    if (f->persons > 0 || f->unknown > 0)
        weigh(&w, "opened_through_the_application", BREACH_NO,
            "The audit log shows that records were opened: what was read was shown in clear.");
    else if (f->asked)
        weigh(&w, "nobody_in_the_log", medium ? BREACH_YES : BREACH_UNKNOWN,
            "Among what was asked of the audit log nobody's record was opened.");
    else if (!medium)
        weigh(&w, "log_not_asked", BREACH_UNKNOWN, "The audit log was not asked yet whose records were opened.");
    if (cu_str_eqz(f->kind, "loss")) {
        weigh(&w, "lost_not_read", BREACH_NO, "Data that is lost or changed harms people though nobody can read it.");
    } else if (medium) {
        weigh_keys(&w, f);
        weigh(&w, "sealed_levels", f->sealed_fields > 0 ? BREACH_YES : BREACH_NO,
            "Every field of level P2 and above is sealed under the person's own key (XChaCha20-Poly1305).");
        if (f->plain_fields > 0)
            weigh(&w, "plain_levels", BREACH_YES,
                "Fields of level P0 and P1 and pseudonymous numbers can be read; by themselves they name nobody.");
    }
    *ret_count = w.count;
    return w.answer;
}

// --- what the names in the log stand for

struct part {
    const char *name, *category;
    enum dict_level level;
};
static const struct part parts[] = {
    // besides the names of fields
    {"label", "user.name", DICT_P2},
    {"email", "user.contact.email", DICT_P2},
    {"country", "user.contact.address.country", DICT_P2},
    {"identifier", "user.unique_id", DICT_P2},
    {"identifiers", "user.unique_id", DICT_P2},
    {"traits", "user", DICT_P3},
    {"history", "user", DICT_P3},
    {"events", "user.behavior", DICT_P2},
    {"orders", "user.behavior.purchase_history", DICT_P2},
    {"segments", "user.behavior", DICT_P2},
    {"consents", "user.privacy_preferences", DICT_P1},
    {"merges", "user.unique_id", DICT_P2},
};

struct breach_datum breach_datum_of(const struct dictionary *d, cu_str name)
{
    const struct dict_field *f = d ? dictionary_person_field(d, name) : NULL;
    if (f)
        return (struct breach_datum){f->category.len ? f->category : CU_LIT("user"), f->level};
    for (size_t i = 0; i < CU_COUNT(parts); i++) {
        if (cu_str_eqz(name, parts[i].name))
            return (struct breach_datum){cu_str_of(parts[i].category), parts[i].level};
    }
    return (struct breach_datum){CU_LIT("user"), DICT_P2}; // an act on the record, such as a merge
}
