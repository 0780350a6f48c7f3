// SPDX-License-Identifier: Apache-2.0
// Languages, and the names of the program's tables as texts. See centre_text.h.
#include "centre_words.h"

#include "consent/gate.h"
#include "consent/rights.h"

const char *const centre_language_codes[CENTRE_LANGUAGES] = {"en", "de", "fr"};
const char *const centre_language_names[CENTRE_LANGUAGES] = {"English", "Deutsch", "Français"};

enum centre_language centre_language_find(cu_str code)
{
    for (int i = 0; i < CENTRE_LANGUAGES; i++) {
        if (cu_str_eq_nocase(code, cu_str_of(centre_language_codes[i])))
            return (enum centre_language)i;
    }
    return CENTRE_LANGUAGES;
}

// "q=0.8" as thousandths; what does not read counts as nothing.
static int quality_of(cu_str parameters)
{
    cu_str q = cu_str_trim(parameters);
    if (!parameters.ptr)
        return 1000;
    if (q.len < 3 || (q.ptr[0] != 'q' && q.ptr[0] != 'Q') || q.ptr[1] != '=')
        return 0;
    int value = q.ptr[2] == '1' ? 1000 : 0;
    for (size_t i = 4, digit = 100; i < q.len && digit > 0 && value < 1000; i++, digit /= 10)
        value += q.ptr[i] >= '0' && q.ptr[i] <= '9' ? (q.ptr[i] - '0') * (int)digit : 0;
    return value;
}

// RFC 9110 12.5.4: the best of ours by quality, the first of equals; "de-AT" is German.
enum centre_language centre_language_accepted(cu_str accept)
{
    enum centre_language best = CENTRE_EN;
    int best_quality = 0;
    while (accept.ptr) {
        cu_str range = cu_str_cut(&accept, ','), parameters = range;
        cu_str tag = cu_str_trim(cu_str_cut(&parameters, ';'));
        int quality = quality_of(parameters);
        enum centre_language l = centre_language_find(cu_str_cut(&tag, '-'));
        if (l == CENTRE_LANGUAGES || quality <= best_quality)
            continue;
        best = l;
        best_quality = quality;
    }
    return best;
}

const char *centre_say(enum centre_language l, enum centre_text t)
{
    return centre_words[t][l];
}

void centre_fill(enum centre_language l, enum centre_text t, cu_str with, struct cu_buf *out)
{
    cu_str text = cu_str_of(centre_say(l, t));
    ptrdiff_t at = cu_str_find_str(text, CU_LIT("{}"));
    if (at < 0) {
        cu_buf_str(out, text);
        return;
    }
    cu_buf_str(out, cu_str_sub(text, 0, (size_t)at));
    cu_buf_str(out, with);
    cu_buf_str(out, cu_str_sub(text, (size_t)at + 2, text.len));
}

const char *centre_month(enum centre_language l, int month)
{
    static const char *const names[CENTRE_LANGUAGES][12] = {
        {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
            "December"},
        {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
            "Dezember"},
        {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
            "décembre"}};
    return month >= 1 && month <= 12 ? names[l][month - 1] : "";
}

enum centre_text centre_state_text(cu_str gate_state)
{
    static const enum centre_text texts[GATE_STATE_COUNT] = {[GATE_UNKNOWN] = T_STATE_UNKNOWN,
        [GATE_GRANTED] = T_STATE_GRANTED,
        [GATE_REFUSED] = T_STATE_REFUSED,
        [GATE_WITHDRAWN] = T_STATE_WITHDRAWN,
        [GATE_UNPROVEN] = T_STATE_UNPROVEN,
        [GATE_REQUESTED] = T_STATE_REQUESTED,
        [GATE_RECONFIRMED] = T_STATE_RECONFIRMED,
        [GATE_EXPIRED] = T_STATE_EXPIRED,
        [GATE_INVALIDATED] = T_STATE_INVALIDATED,
        [GATE_STALE] = T_STATE_STALE};
    for (int s = 0; s < GATE_STATE_COUNT; s++) {
        if (cu_str_eqz(gate_state, gate_state_name((enum gate_state)s)))
            return texts[s];
    }
    return T_STATE_UNKNOWN;
}

enum centre_text centre_right_text(int right)
{
    static const enum centre_text texts[RIGHTS_RIGHT_COUNT] = {[RIGHTS_ACCESS] = T_RIGHT_ACCESS,
        [RIGHTS_PORTABILITY] = T_RIGHT_PORTABILITY,
        [RIGHTS_RECTIFICATION] = T_RIGHT_RECTIFICATION,
        [RIGHTS_ERASURE] = T_RIGHT_ERASURE,
        [RIGHTS_RESTRICTION] = T_RIGHT_RESTRICTION,
        [RIGHTS_OBJECTION] = T_RIGHT_OBJECTION,
        [RIGHTS_OPT_OUT] = T_RIGHT_OPT_OUT,
        [RIGHTS_LIMIT] = T_RIGHT_LIMIT,
        [RIGHTS_COMPLAINT] = T_RIGHT_COMPLAINT};
    return right > 0 && right < RIGHTS_RIGHT_COUNT ? texts[right] : T_REQUESTS;
}

enum centre_text centre_request_text(int state)
{
    static const enum centre_text texts[RIGHTS_STATE_COUNT] = {[RIGHTS_OPEN] = T_REQUEST_OPEN,
        [RIGHTS_VERIFYING] = T_REQUEST_VERIFYING,
        [RIGHTS_IN_PROGRESS] = T_REQUEST_PROGRESS,
        [RIGHTS_WAITING] = T_REQUEST_WAITING,
        [RIGHTS_FULFILLED] = T_REQUEST_FULFILLED,
        [RIGHTS_DENIED] = T_REQUEST_DENIED,
        [RIGHTS_REVOKED] = T_REQUEST_REVOKED,
        [RIGHTS_EXPIRED] = T_REQUEST_EXPIRED,
        [RIGHTS_DUPLICATE] = T_REQUEST_DUPLICATE};
    return state > 0 && state < RIGHTS_STATE_COUNT ? texts[state] : T_REQUEST_OPEN;
}

// The built-in dictionary's purposes. Where a shop changed the doc, its own words are shown.
static const struct {
    const char *name, *doc;
    enum centre_text title, text;
} purposes[] = {
    {"service", "Taking orders, delivering, answering questions: what the customer asked for.", T_P_SERVICE,
        T_P_SERVICE_DOC},
    {"legal", "Keeping and showing what the law demands, such as invoices and proofs of consent.", T_P_LEGAL,
        T_P_LEGAL_DOC},
    {"security", "Recognising fraud and attacks and keeping accounts safe.", T_P_SECURITY, T_P_SECURITY_DOC},
    {"analytics", "Counting and comparing what is done in the shop, to make it better.", T_P_ANALYTICS,
        T_P_ANALYTICS_DOC},
    {"personalisation", "Showing products and contents that fit the person.", T_P_PERSONALISATION,
        T_P_PERSONALISATION_DOC},
    {"marketing_email", "Sending offers and news by e-mail.", T_P_EMAIL, T_P_EMAIL_DOC},
    {"marketing_sms", "Sending offers and news by text message.", T_P_SMS, T_P_SMS_DOC},
    {"advertising", "Showing advertisements on other sites and measuring them.", T_P_ADVERTISING, T_P_ADVERTISING_DOC},
};

enum centre_text centre_purpose_name(cu_str purpose)
{
    for (size_t i = 0; i < CU_COUNT(purposes); i++) {
        if (cu_str_eqz(purpose, purposes[i].name))
            return purposes[i].title;
    }
    return T_COUNT;
}

enum centre_text centre_purpose_doc(cu_str purpose, cu_str doc)
{
    for (size_t i = 0; i < CU_COUNT(purposes); i++) {
        if (cu_str_eqz(purpose, purposes[i].name) && cu_str_eqz(doc, purposes[i].doc))
            return purposes[i].text;
    }
    return T_COUNT;
}
