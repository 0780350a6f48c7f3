// SPDX-License-Identifier: Apache-2.0
// The builder: takes rows, gives calls. People and events are handled here, orders in
// import_orders.c.
#include "import_calls_internal.h"

#include "base/hash.h"
#include "text/text.h"

#include <stdio.h>

cu_code import_builder_new(const struct import_plan *p, uint32_t import, int64_t start_ms,
    const struct import_sink *sink, struct import_builder **ret, struct cu_error *err)
{
    struct import_builder *b = cu_calloc(1, sizeof *b);
    if (!b)
        return cu_fail(err, CU_MEMORY, "", "No memory for an import.");
    b->plan = p;
    b->sink = *sink;
    b->import = import;
    b->start_ms = start_ms;
    cu_buf_init(&b->json, 4 * IMPORT_LINE_MAX);
    cu_buf_init(&b->values, 8 * IMPORT_LINE_MAX);
    cu_buf_init(&b->scratch, 2 * IMPORT_LINE_MAX);
    b->value = cu_calloc(p->slot_count + 1, sizeof *b->value);
    b->known = cu_calloc(IMPORT_KNOWN, sizeof *b->known);
    cu_code code =
        b->value && b->known ? CU_OK : cu_fail(err, CU_MEMORY, "", "No memory for an import.");
    if (code == CU_OK && p->kind == IMPORT_ORDERS)
        code = import_order_new(b, err);
    if (code != CU_OK) {
        import_builder_free(b);
        return code;
    }
    *ret = b;
    return CU_OK;
}

void import_builder_free(struct import_builder *b)
{
    if (!b)
        return;
    import_order_free(b);
    cu_buf_wipe(&b->json);
    cu_buf_wipe(&b->values);
    cu_buf_wipe(&b->scratch);
    cu_free(b->value);
    cu_free(b->known);
    cu_free(b);
}

uint64_t import_builder_settled(const struct import_builder *b)
{
    return b->settled;
}

bool import_builder_rests(const struct import_builder *b)
{
    return !b->order || b->order->key.len == 0 || !b->order->continued;
}

cu_str import_call_id(
    struct import_builder *b, uint64_t row, const char *suffix, char room[IMPORT_MESSAGE_ID_MAX])
{
    // What an order says of its person is the same call whichever row says it: so an import that
    // goes on after a crash, and has forgotten whom it told of already, does not tell twice.
    int n = b->said ? snprintf(room, IMPORT_MESSAGE_ID_MAX, "imp-%u-p%016llx%s", b->import,
                          (unsigned long long)b->said, suffix)
                    : snprintf(room, IMPORT_MESSAGE_ID_MAX, "imp-%u-%llu%s", b->import,
                          (unsigned long long)row, suffix);
    return (cu_str){room, (size_t)n};
}

// The same row of the same file has the same id in every import, so that importing events twice
// stores them once. The row's number is part of it: two equal rows are two events.
static cu_str portable_id(cu_str content, uint64_t row, char room[IMPORT_MESSAGE_ID_MAX])
{
    uint64_t hash = cu_hash64(content.ptr, content.len, 0x726f77u);
    int n = snprintf(room, IMPORT_MESSAGE_ID_MAX, "row-%016llx-%llu", (unsigned long long)hash,
        (unsigned long long)row);
    return (cu_str){room, (size_t)n};
}

cu_code import_call_send(struct import_builder *b, const struct import_call *as,
    struct import_problem *ret_problem, struct cu_error *err)
{
    struct import_call c = *as;
    ret_problem->code = NULL;
    if (b->json.failed || b->values.failed || b->scratch.failed || b->json.len > IMPORT_CALL_MAX) {
        *ret_problem = (struct import_problem){
            IMPORT_NO_COLUMN, "too_large", "The row is larger than an event may be (32 KB)."};
        b->values.failed = b->scratch.failed = false;
        return CU_OK;
    }
    c.json = cu_buf_view(&b->json);
    c.nobody = b->plan->kind == IMPORT_ORDERS;
    if (b->sink.check && !b->sink.check(b->sink.context, &c, ret_problem))
        return CU_OK;
    ret_problem->code = NULL;
    return b->sink.call(b->sink.context, &c, err);
}

cu_code import_send_identify(struct import_builder *b, uint64_t row, const char *suffix,
    struct import_problem *ret_problem, struct cu_error *err)
{
    char room[IMPORT_MESSAGE_ID_MAX];
    cu_str id = import_call_id(b, row, suffix, room);
    int64_t time_ms = b->time_ms == INT64_MIN ? b->start_ms : b->time_ms;
    struct json_writer w;
    cu_buf_reset(&b->json);
    jw_start(&w, &b->json);
    jw_object(&w);
    import_values_put_head(b, &w, "identify", id, time_ms);
    import_values_put_traits(b, &w);
    jw_key(&w, "context");
    jw_object(&w);
    import_values_put_external_ids(b, &w);
    import_consents_put_untimed(b, &w);
    jw_object_end(&w);
    jw_object_end(&w);
    const struct import_call c = {.message_id = id, .quiet = true, .row = row, .time_ms = time_ms};
    return import_call_send(b, &c, ret_problem, err);
}

static cu_code bad_row(struct import_builder *b, const struct import_row *row,
    const struct import_problem *p, struct cu_error *err)
{
    b->settled = row->number;
    return b->sink.bad(b->sink.context, row->number, row->raw, p, err);
}

static void good_row(struct import_builder *b, uint64_t row)
{
    b->settled = row;
    b->sink.good(b->sink.context, 1);
}

static const struct import_problem no_identifier = {IMPORT_NO_COLUMN, "no_identifier",
    "The row has no usable identifier: no number of the person, no e-mail address, no telephone "
    "number with country."};

static cu_code people_row(
    struct import_builder *b, const struct import_row *row, struct cu_error *err)
{
    struct import_problem p;
    import_values_reset(b);
    if (!import_values_capture(b, row, &p))
        return bad_row(b, row, &p, err);
    if (!import_values_identify(b))
        return bad_row(b, row, &no_identifier, err);
    CU_TRY(import_send_identify(b, row->number, "", &p, err));
    if (p.code)
        return bad_row(b, row, &p, err);
    CU_TRY(import_consents_send(b, err));
    good_row(b, row->number);
    return CU_OK;
}

// ---- events as a table

static cu_str plain_text(cu_str value)
{
    return value.len >= 2 && value.ptr[0] == '"' ? cu_str_sub(value, 1, value.len - 2) : CU_NONE;
}

static bool event_kind(
    struct import_builder *b, const char **ret_type, cu_str *ret_name, struct import_problem *ret)
{
    static const char *const types[] = {"track", "page", "screen", "identify"};
    const struct import_slot *s;
    cu_str type = import_plan_slots(b->plan, IMPORT_TO_TYPE, &s) ? plain_text(import_value_of(b, s))
                                                                 : CU_NONE;
    *ret_name = import_plan_slots(b->plan, IMPORT_TO_EVENT, &s) ? import_value_of(b, s) : CU_NONE;
    *ret_type = type.len > 0 ? NULL : "track";
    for (size_t i = 0; i < CU_COUNT(types); i++)
        if (type.len > 0 && cu_str_eq_nocase(type, cu_str_of(types[i])))
            *ret_type = types[i];
    ret->column = IMPORT_NO_COLUMN;
    ret->code = *ret_type ? "missing" : "invalid";
    ret->text = *ret_type ? "The row names no event."
                          : "The type is none of track, page, screen, identify.";
    return *ret_type && (strcmp(*ret_type, "track") != 0 || ret_name->len > 2);
}

static void put_event(
    struct import_builder *b, const char *type, cu_str name, cu_str id, int64_t time_ms)
{
    struct json_writer w;
    bool identify = strcmp(type, "identify") == 0;
    cu_buf_reset(&b->json);
    jw_start(&w, &b->json);
    jw_object(&w);
    import_values_put_head(b, &w, type, id, time_ms);
    if (name.len > 0) {
        jw_key(&w, strcmp(type, "track") == 0 ? "event" : "name");
        jw_raw(&w, name);
    }
    if (identify)
        import_values_put_traits(b, &w);
    jw_key(&w, "context");
    jw_object(&w);
    import_values_put_external_ids(b, &w);
    if (!identify)
        import_values_put_traits(b, &w);
    jw_object_end(&w);
    jw_key(&w, "properties");
    jw_object(&w);
    import_values_put_named(b, &w, IMPORT_TO_PROPERTY);
    jw_object_end(&w);
    jw_object_end(&w);
}

static cu_code event_row(
    struct import_builder *b, const struct import_row *row, struct cu_error *err)
{
    struct import_problem p;
    const char *type;
    cu_str name;
    char room[IMPORT_MESSAGE_ID_MAX];
    const struct import_slot *s;
    import_values_reset(b);
    if (!import_values_capture(b, row, &p) || !event_kind(b, &type, &name, &p))
        return bad_row(b, row, &p, err);
    if (!import_values_identify(b))
        return bad_row(b, row, &no_identifier, err);
    if (b->time_ms == INT64_MIN) {
        p = (struct import_problem){IMPORT_NO_COLUMN, "missing", "The row has no time."};
        return bad_row(b, row, &p, err);
    }
    cu_str own = import_plan_slots(b->plan, IMPORT_TO_MESSAGE_ID, &s)
                     ? plain_text(import_value_of(b, s))
                     : CU_NONE;
    bool has_id = own.len > 0 && own.len < 100;
    cu_str id = has_id ? own : portable_id(cu_buf_view(&b->values), row->number, room);
    put_event(b, type, name, id, b->time_ms);
    const struct import_call c = {
        .message_id = id, .portable = true, .row = row->number, .time_ms = b->time_ms};
    CU_TRY(import_call_send(b, &c, &p, err));
    if (p.code)
        return bad_row(b, row, &p, err);
    good_row(b, row->number);
    return CU_OK;
}

// ---- lines that are calls already

static bool call_type_known(cu_str type)
{
    static const char *const types[] = {"identify", "track", "page", "screen", "group", "alias"};
    for (size_t i = 0; i < CU_COUNT(types); i++)
        if (cu_str_eqz(type, types[i]))
            return true;
    return false;
}

static bool has_id(json call)
{
    static const char *const names[] = {"userId", "anonymousId", "previousId"};
    int64_t number;
    for (size_t i = 0; i < CU_COUNT(names); i++) {
        json id = json_get(call, names[i]);
        if (json_str(id).len > 0 || json_i64(id, &number))
            return true;
    }
    return json_count(json_path(call, "context.externalIds")) > 0;
}

static bool call_time(json call, int64_t *ret_ms)
{
    static const char *const names[] = {"timestamp", "originalTimestamp", "sentAt", "receivedAt"};
    for (size_t i = 0; i < CU_COUNT(names); i++)
        if (text_time_parse(cu_str_trim(json_str(json_get(call, names[i]))), ret_ms))
            return true;
    return false;
}

static const char *check_call(json call, int64_t *ret_ms)
{
    cu_str type = json_str(json_get(call, "type"));
    if (!call_type_known(type))
        return "The member type is none of identify, track, page, screen, group, alias.";
    if (cu_str_eqz(type, "track") && json_str(json_get(call, "event")).len == 0)
        return "A track call needs the member event.";
    if (!has_id(call))
        return "A call needs userId or anonymousId.";
    if (!call_time(call, ret_ms))
        return "The line has no usable timestamp.";
    return NULL;
}

static cu_code call_row(
    struct import_builder *b, const struct import_row *row, struct cu_error *err)
{
    char room[IMPORT_MESSAGE_ID_MAX];
    int64_t time_ms = 0;
    struct import_problem p = {IMPORT_NO_COLUMN, "invalid", check_call(row->value, &time_ms)};
    if (p.text)
        return bad_row(b, row, &p, err);
    cu_str own = json_str(json_get(row->value, "messageId"));
    bool has_id = own.len > 0 && own.len < 100;
    const struct import_call c = {
        .message_id = has_id ? own : portable_id(row->raw, row->number, room),
        .portable = true,
        .row = row->number,
        .time_ms = time_ms};
    cu_buf_reset(&b->json);
    cu_buf_str(&b->json, row->raw);
    CU_TRY(import_call_send(b, &c, &p, err));
    if (p.code)
        return bad_row(b, row, &p, err);
    good_row(b, row->number);
    return CU_OK;
}

cu_code import_builder_row(
    struct import_builder *b, const struct import_row *row, struct cu_error *err)
{
    b->row = row->number;
    if (row->fault) {
        struct import_problem p = {IMPORT_NO_COLUMN, row->fault, row->text};
        return b->plan->kind == IMPORT_ORDERS ? import_order_broken_row(b, row, &p, err)
                                              : bad_row(b, row, &p, err);
    }
    if (b->plan->calls)
        return call_row(b, row, err);
    if (b->plan->kind == IMPORT_PEOPLE)
        return people_row(b, row, err);
    return b->plan->kind == IMPORT_ORDERS ? import_order_row(b, row, err) : event_row(b, row, err);
}

cu_code import_builder_end(struct import_builder *b, struct cu_error *err)
{
    return b->order ? import_order_end(b, err) : CU_OK;
}
