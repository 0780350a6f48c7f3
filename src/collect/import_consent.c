// SPDX-License-Identifier: Apache-2.0
// What a row says of consents, in the form the gate takes from imports: context.consent =
// {"purposes": {purpose: bool}, "evidence": text}. A statement with a time of its own becomes a
// call of its own at that time, so that an old export never overrules what the person said later;
// one without goes along with the row and, lacking evidence, stays unproven.
#include "import_calls_internal.h"

#include "text/text.h"

struct statement {
    cu_str purpose;
    const struct import_slot *given, *given_time, *proof, *withdrawn_time;
};

static const struct import_slot *slot_named(
    const struct import_builder *b, enum import_to to, cu_str name)
{
    const struct import_slot *s;
    uint32_t count = import_plan_slots(b->plan, to, &s);
    for (uint32_t i = 0; i < count; i++)
        if (cu_str_eq(s[i].name, name))
            return import_value_of(b, &s[i]).len > 0 ? &s[i] : NULL;
    return NULL;
}

// The i-th consent slot that is the first of its purpose; false at the end.
static bool next_statement(const struct import_builder *b, uint32_t *at, struct statement *ret)
{
    for (; *at < b->plan->slot_count; ++*at) {
        const struct import_slot *s = &b->plan->slots[*at];
        bool consent = s->to == IMPORT_TO_CONSENT || s->to == IMPORT_TO_CONSENT_TIME ||
                       s->to == IMPORT_TO_WITHDRAWN_TIME;
        if (!consent || import_value_of(b, s).len == 0)
            continue;
        *ret = (struct statement){s->name, slot_named(b, IMPORT_TO_CONSENT, s->name),
            slot_named(b, IMPORT_TO_CONSENT_TIME, s->name),
            slot_named(b, IMPORT_TO_CONSENT_PROOF, s->name),
            slot_named(b, IMPORT_TO_WITHDRAWN_TIME, s->name)};
        bool first = (ret->given           ? ret->given
                         : ret->given_time ? ret->given_time
                                           : ret->withdrawn_time) == s;
        if (first) {
            ++*at;
            return true;
        }
    }
    return false;
}

static bool says_yes(const struct import_builder *b, const struct statement *s)
{
    if (s->withdrawn_time)
        return false;
    return s->given ? cu_str_eqz(import_value_of(b, s->given), "true")
                    : true; // a time of consent alone is a yes
}

static const struct import_slot *time_of(const struct import_builder *b, const struct statement *s)
{
    if (s->withdrawn_time)
        return s->withdrawn_time;
    return says_yes(b, s) ? s->given_time : NULL;
}

static cu_str unquoted(cu_str quoted)
{
    return quoted.len >= 2 ? cu_str_sub(quoted, 1, quoted.len - 2) : CU_LIT("");
}

static void put_consent(struct import_builder *b, struct json_writer *w, const struct statement *s)
{
    const struct import_slot *time = time_of(b, s);
    jw_key(w, "consent");
    jw_object(w);
    jw_key(w, "purposes");
    jw_object(w);
    jw_keys(w, s->purpose);
    jw_bool(w, says_yes(b, s));
    jw_object_end(w);
    if (time) {
        // times and proofs are JSON texts already: their inside is put together as it stands
        jw_key(w, "evidence");
        cu_buf_printf(w->out, "\"%s: %s %.*s", b->plan->evidence,
            s->withdrawn_time ? "withdrawn" : "given", CU_ARG(unquoted(import_value_of(b, time))));
        if (s->proof)
            cu_buf_printf(w->out, "; %.*s", CU_ARG(unquoted(import_value_of(b, s->proof))));
        cu_buf_char(w->out, '"');
        w->comma = true;
    }
    jw_object_end(w);
}

static cu_code send_statement(struct import_builder *b, const struct statement *s, int64_t time_ms,
    int number, struct cu_error *err)
{
    char room[IMPORT_MESSAGE_ID_MAX], suffix[8] = {'-', 'k', (char)('0' + number % 10), 0};
    cu_str id = import_call_id(b, b->row, suffix, room);
    struct json_writer w;
    struct import_problem ignored;
    cu_buf_reset(&b->json);
    jw_start(&w, &b->json);
    jw_object(&w);
    import_values_put_head(b, &w, "identify", id, time_ms);
    jw_key(&w, "context");
    jw_object(&w);
    import_values_put_external_ids(b, &w);
    put_consent(b, &w, s);
    jw_object_end(&w);
    jw_object_end(&w);
    const struct import_call c = {
        .message_id = id, .quiet = true, .row = b->row, .time_ms = time_ms};
    return import_call_send(b, &c, &ignored, err);
}

cu_code import_consents_send(struct import_builder *b, struct cu_error *err)
{
    struct statement s;
    uint32_t at = 0;
    bool untimed_before = false;
    for (int number = 0; next_statement(b, &at, &s); number++) {
        const struct import_slot *time = time_of(b, &s);
        int64_t ms = b->time_ms == INT64_MIN ? b->start_ms : b->time_ms;
        if (time && !text_time_parse(unquoted(import_value_of(b, time)), &ms))
            continue;
        if (time || untimed_before)
            CU_TRY(send_statement(b, &s, ms, number, err));
        untimed_before =
            untimed_before || !time; // the first one without a time goes with the row itself
    }
    return CU_OK;
}

void import_consents_put_untimed(struct import_builder *b, struct json_writer *w)
{
    struct statement s;
    uint32_t at = 0;
    while (next_statement(b, &at, &s)) {
        if (time_of(b, &s))
            continue;
        put_consent(b, w, &s);
        return;
    }
}
