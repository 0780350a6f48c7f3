// SPDX-License-Identifier: Apache-2.0
// One entry of the audit log: printing its line, and looking at parts of it without parsing. The members
// stand in one order, and text of others is escaped, so that the first place where `"action":"` is found
// is the action. See audit_private.h.
#include "audit_private.h"

#include "text/json.h"
#include "text/text.h"

#include <stdio.h>

const char *const audit_actor_names[] = {"nobody", "system", "local", "staff", "token", "person", NULL};
const char *const audit_outcome_names[] = {"attempt", "done", "refused", "failed", NULL};

static bool detail_good(cu_str detail)
{
    if (detail.len > AUDIT_DETAIL_MAX || !cu_str_starts(detail, CU_LIT("{")) || !cu_str_ends(detail, CU_LIT("}")) ||
        !text_utf8_valid(detail))
        return false;
    for (size_t i = 0; i < detail.len; i++) {
        if ((unsigned char)detail.ptr[i] < ' ')
            return false;
    }
    return true;
}

static void print_people(struct json_writer *w, const struct audit_entry *e)
{
    static const char digits[] = "0123456789abcdef";
    char hex[32];
    jw_key(w, "people");
    jw_array(w);
    for (size_t i = 0; i < e->people_count; i++) {
        for (size_t k = 0; k < 16; k++) {
            hex[2 * k] = digits[e->people[i][k] >> 4];
            hex[2 * k + 1] = digits[e->people[i][k] & 15];
        }
        jw_str(w, (cu_str){hex, sizeof hex});
    }
    jw_array_end(w);
}

cu_code audit_entry_print(const struct audit_entry *e, int64_t now_ms, struct cu_buf *out, struct cu_error *err)
{
    const struct guard_access *a = e->access;
    struct json_writer w;
    if (e->detail.ptr && !detail_good(e->detail))
        return cu_fail(
            err, CU_INVALID, "detail", "a JSON object on one line, of at most %d bytes, is accepted", AUDIT_DETAIL_MAX);
    jw_start(&w, out);
    jw_object(&w);
    jw_ki64(&w, "v", 1);
    jw_ktime(&w, "time", now_ms);
    jw_kz(&w, "actor", audit_actor_names[a->actor]);
    jw_ki64(&w, "id", a->actor_id);
    if (a->role[0])
        jw_kz(&w, "role", a->role);
    jw_kz(&w, "purpose", a->purpose);
    jw_kz(&w, "action", a->action);
    jw_kz(&w, "outcome", audit_outcome_names[e->outcome]);
    if (a->break_glass)
        jw_kbool(&w, "break_glass", true);
    if (e->people_count > 0)
        print_people(&w, e);
    if (e->fields.len > 0)
        jw_kstr(&w, "fields", e->fields);
    if (e->detail.len > 0) {
        jw_key(&w, "detail");
        jw_raw(&w, e->detail);
    }
    if (a->network[0])
        jw_kz(&w, "network", a->network);
    if (a->request_id[0])
        jw_kz(&w, "request", a->request_id);
    jw_object_end(&w);
    return cu_buf_code(out, err);
}

// --- looking

static const char *find(cu_str entry, const char *what, size_t len)
{
    return entry.len ? memmem(entry.ptr, entry.len, what, len) : NULL;
}

// The text of the first member of that name: `name` is its beginning, with the opening quote.
static cu_str member(cu_str entry, const char *name, size_t len)
{
    const char *at = find(entry, name, len);
    if (!at)
        return CU_NONE;
    at += len;
    const char *end = memchr(at, '"', (size_t)(entry.ptr + entry.len - at));
    return end ? (cu_str){at, (size_t)(end - at)} : CU_NONE;
}
#define MEMBER(entry, name) member(entry, "\"" name "\":\"", sizeof name + 3)

static cu_str time_of(cu_str entry)
{
    const cu_str start = CU_LIT("{\"v\":1,\"time\":\"");
    return cu_str_starts(entry, start) ? cu_str_sub(entry, start.len, 24) : CU_NONE;
}

bool audit_entry_time(cu_str entry, int64_t *ret_ms)
{
    cu_str text = time_of(entry);
    return text.len == 24 && text_time_parse(text, ret_ms);
}

// Times of one form sort as text.
static bool time_matches(const struct audit_filter *f, cu_str entry)
{
    char bound[TEXT_TIME_MAX];
    cu_str text = time_of(entry);
    if (f->from_ms) {
        text_time_format(f->from_ms, bound);
        if (cu_str_cmp(text, cu_str_of(bound)) < 0)
            return false;
    }
    if (f->to_ms) {
        text_time_format(f->to_ms, bound);
        if (cu_str_cmp(text, cu_str_of(bound)) >= 0)
            return false;
    }
    return true;
}

static bool actor_matches(const struct audit_filter *f, cu_str entry)
{
    char text[64];
    int n = f->actor_id < 0 ? snprintf(text, sizeof text, "\"actor\":\"%s\",", audit_actor_names[f->actor])
                            : snprintf(text, sizeof text, "\"actor\":\"%s\",\"id\":%lld,", audit_actor_names[f->actor],
                                  (long long)f->actor_id);
    return find(cu_str_sub(entry, 0, 120), text, (size_t)n) != NULL; // it stands right behind the time
}

static bool hex_is(const char *hex, const uint8_t pseudonym[16])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t k = 0; k < 16; k++) {
        if (hex[2 * k] != digits[pseudonym[k] >> 4] || hex[2 * k + 1] != digits[pseudonym[k] & 15])
            return false;
    }
    return true;
}

static bool people_match(const struct audit_filter *f, cu_str entry)
{
    static const char start[] = "\"people\":[";
    const char *at = find(entry, start, sizeof start - 1), *end = entry.ptr + entry.len;
    if (!at)
        return false;
    for (at += sizeof start - 1; end - at >= 35 && *at == '"'; at += 35) { // quote, 32 digits, quote, comma
        for (size_t i = 0; i < f->people_count; i++) {
            if (hex_is(at + 1, f->people[i]))
                return true;
        }
        if (at[34] != ',')
            break;
    }
    return false;
}

bool audit_matches(const struct audit_filter *f, cu_str entry)
{
    if ((f->from_ms || f->to_ms) && !time_matches(f, entry))
        return false;
    if (f->actor != GUARD_NOBODY && !actor_matches(f, entry))
        return false;
    if (f->action.len > 0) {
        cu_str action = MEMBER(entry, "action");
        bool beginning = cu_str_ends(f->action, CU_LIT("."));
        if (beginning ? !cu_str_starts(action, f->action) : !cu_str_eq(action, f->action))
            return false;
    }
    if (f->outcome.len > 0 && !cu_str_eq(MEMBER(entry, "outcome"), f->outcome))
        return false;
    return !f->people || people_match(f, entry);
}
