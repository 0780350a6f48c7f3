// SPDX-License-Identifier: Apache-2.0
// A breach as JSON, and the drafts of its letters with what is known. See breach.h.
#include "breach_internal.h"

#include "base/clock.h"
#include "spec/dictionary.h"

static int64_t time_or_none(int64_t ms)
{
    return ms ? ms : INT64_MIN;
}

void breach_summary_write(const struct breach *row, struct json_writer *w)
{
    int64_t now = cu_now_ms(), until = row->authority_ms ? row->authority_ms : now;
    jw_ki64(w, "id", row->id);
    jw_kstr(w, "title", row->texts[BREACH_TITLE]);
    jw_kz(w, "kind", row->kind);
    jw_kz(w, "state", breach_state_names[row->state]);
    jw_kstr(w, "risk", row->risk[0] ? cu_str_of(row->risk) : CU_NONE);
    jw_ktime(w, "made", row->made_ms);
    jw_ktime(w, "began", time_or_none(row->began_ms));
    jw_ktime(w, "ended", time_or_none(row->ended_ms));
    jw_ktime(w, "aware", row->aware_ms);
    jw_ktime(w, "due", row->due_ms);
    jw_ki64(w, "used_permille", legal_clock_used(row->aware_ms, row->due_ms, until)); // stands still once they were told
    jw_kbool(w, "over", until > row->due_ms);
    jw_ktime(w, "authority_told", time_or_none(row->authority_ms));
    jw_ktime(w, "people_told", time_or_none(row->people_ms));
    jw_ktime(w, "closed", time_or_none(row->closed_ms));
    jw_ki64(w, "people", row->persons);
    jw_ki64(w, "unknown", row->unknown);
}

// --- exemption

static void count_level(enum dict_level level, struct breach_exempt_facts *f)
{
    f->sealed_fields += level >= DICT_P2;
    f->plain_fields += level < DICT_P2;
}

void breach_exemption(struct breaches *b, const struct breach *row, struct breach_check checks[BREACH_CHECKS_MAX],
    size_t *ret_count, enum breach_answer *ret)
{
    const struct dictionary *d = people_dictionary(b->people);
    const struct dict_field *fields = NULL;
    const struct dict_event *events = NULL;
    struct guard_status status;
    struct breach_exempt_facts f = {.kind = cu_str_of(row->kind),
        .keys_exposed = (int)row->keys_exposed,
        .asked = row->run_ms != 0,
        .persons = row->persons,
        .unknown = row->unknown};
    size_t count = d ? dictionary_person_fields(d, &fields) : 0;
    for (size_t i = 0; i < count; i++)
        count_level(fields[i].level, &f);
    count = d ? dictionary_events(d, &events) : 0;
    for (size_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < events[i].field_count; k++)
            count_level(events[i].fields[k].level, &f);
    }
    guard_status(people_guard(b->people), &status);
    f.key_process = status.separate && status.alive;
    *ret = breach_exempt(&f, checks, ret_count);
}

static void exemption_write(struct breaches *b, const struct breach *row, struct json_writer *w)
{
    struct breach_check checks[BREACH_CHECKS_MAX];
    enum breach_answer answer = BREACH_UNKNOWN;
    size_t count = 0;
    breach_exemption(b, row, checks, &count, &answer);
    jw_object(w);
    jw_kz(w, "answer", breach_answers[answer]);
    jw_kz(w, "source", "GDPR 34(3)(a)");
    jw_key(w, "checks");
    jw_array(w);
    for (size_t i = 0; i < count; i++) {
        jw_object(w);
        jw_kz(w, "name", checks[i].name);
        jw_kbool(w, "speaks_for", checks[i].speaks_for);
        jw_kz(w, "text", checks[i].text);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
}

// What may be done now; the rules say more exactly why not, when it is tried.
static void acts_write(struct breaches *b, const struct breach *row, struct json_writer *w)
{
    struct breach_check checks[BREACH_CHECKS_MAX];
    enum breach_answer answer = BREACH_UNKNOWN;
    size_t count = 0;
    breach_exemption(b, row, checks, &count, &answer);
    jw_array(w);
    for (int to = 0; to < BREACH_STATES; to++) {
        const struct breach_case c = {.from = row->state,
            .to = (enum breach_state)to,
            .risk = cu_str_of(row->risk),
            .reasons = row->texts[BREACH_REASONS],
            .authority_told = row->authority_ms != 0,
            .people_told = row->people_ms != 0,
            .people_need = strcmp(row->risk, "high") == 0 && answer != BREACH_YES};
        if (c.to != c.from && breach_may_become(&c, NULL) == CU_OK)
            jw_z(w, breach_state_names[to]);
    }
    if (!row->authority_ms)
        jw_z(w, "tell_authority");
    jw_z(w, "tell_people");
    jw_array_end(w);
}

cu_code breach_members(
    struct breaches *b, struct db *d, const struct breach *row, struct json_writer *w, struct cu_error *err)
{
    breach_summary_write(row, w);
    for (int i = BREACH_FACTS; i < BREACH_TEXT_COUNT; i++)
        jw_kstr(w, breach_text_names[i], row->texts[i].len ? row->texts[i] : CU_NONE);
    jw_key(w, "keys_exposed");
    row->keys_exposed < 0 ? jw_null(w) : jw_bool(w, row->keys_exposed != 0);
    jw_key(w, "scope");
    CU_TRY(breach_scope_write(b, d, row, w, err));
    jw_key(w, "data");
    CU_TRY(breach_data_write(b, d, row->id, w, err));
    jw_key(w, "exemption");
    exemption_write(b, row, w);
    jw_key(w, "mail");
    CU_TRY(breach_mail_write(d, row->id, w, err));
    jw_key(w, "acts");
    acts_write(b, row, w);
    jw_key(w, "steps");
    return breach_steps_write(b, d, row->id, w, err);
}

cu_code breach_letter_draft(struct breaches *b, struct db *d, const struct breach *row, const char *language, bool people,
    struct cu_buf *subject, struct cu_buf *text, struct cu_error *err)
{
    struct breach_check checks[BREACH_CHECKS_MAX];
    enum breach_answer answer = BREACH_UNKNOWN;
    size_t count = 0;
    CU_AUTO_BUF struct cu_buf categories;
    cu_buf_init(&categories, (size_t)64 * 100);
    CU_TRY(breach_categories(b, d, row->id, &categories, err));
    breach_exemption(b, row, checks, &count, &answer);
    const struct breach_letter_facts f = {.row = row,
        .shop = cu_str_of(b->options.shop_name),
        .url = cu_str_of(b->options.base_url),
        .zone = b->options.zone,
        .now_ms = cu_now_ms(),
        .categories = cu_buf_view(&categories),
        .exempt = answer == BREACH_YES};
    (people ? breach_letter_people : breach_letter_authority)(language, &f, subject, text);
    CU_TRY(cu_buf_code(subject, err));
    return cu_buf_code(text, err);
}
