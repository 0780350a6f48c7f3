// SPDX-License-Identifier: Apache-2.0
// The values of a row or order, slot by slot, as JSON; and the parts of a call they go into.
#include "import_calls_internal.h"

#include "text/text.h"

void import_values_reset(struct import_builder *b)
{
    cu_buf_reset(&b->values);
    memset(b->value, 0, b->plan->slot_count * sizeof *b->value);
    b->time_ms = INT64_MIN;
}

cu_str import_value_of(const struct import_builder *b, const struct import_slot *s)
{
    const struct import_value *v = &b->value[s - b->plan->slots];
    return v->len ? cu_str_sub(cu_buf_view(&b->values), v->at, v->len) : CU_NONE;
}

static bool is_line(enum import_to to)
{
    return to == IMPORT_TO_LINE || to == IMPORT_TO_LINE_ITEM;
}

static bool is_id(enum import_to to)
{
    return to == IMPORT_TO_USER_ID || to == IMPORT_TO_ANONYMOUS_ID || to == IMPORT_TO_ID;
}

static bool usable_phone(cu_str cell)
{
    CU_AUTO_BUF struct cu_buf plain;
    cu_buf_init(&plain, 64);
    bool good = text_phone_normalise(cell, &plain);
    cu_buf_wipe(&plain);
    return good;
}

static bool identifies(const struct import_slot *s, cu_str cell, bool fits)
{
    if (is_id(s->to))
        return true;
    if (s->to != IMPORT_TO_TRAIT || !s->field || s->field->identifier.len == 0)
        return false;
    return fits && (s->field->type != DICT_PHONE || usable_phone(cell));
}

// Ids may be numbers in JSON and "'6543" in exports that keep spreadsheets from rounding them.
static cu_str clean_id(cu_str cell)
{
    cell = import_id(cell);
    bool quoted = cell.len > 1 && cell.ptr[0] == '\'';
    return quoted ? cu_str_sub(cell, 1, cell.len) : cell;
}

// All columns of a slot of which every one counts (proofs, coupons), joined.
static void join_columns(
    struct import_builder *b, const struct import_slot *s, const struct import_row *row)
{
    cu_buf_reset(&b->scratch);
    for (uint32_t i = 0; i < s->count; i++) {
        uint32_t c = s->columns[i];
        cu_str cell =
            row->kinds && row->kinds[c] == IMPORT_ABSENT ? CU_LIT("") : cu_str_trim(row->cells[c]);
        if (cell.len == 0)
            continue;
        if (b->scratch.len > 0)
            cu_buf_z(&b->scratch, ", ");
        cu_buf_str(&b->scratch, cell);
    }
}

static bool put_time(struct import_builder *b, cu_str cell, struct import_problem *ret)
{
    static const struct dict_field time_field = {.type = DICT_TIME};
    const struct import_slot as_time = {.to = IMPORT_TO_TIME, .field = &time_field};
    return import_slot_put(b->plan, &as_time, cell, IMPORT_TEXT, &b->values, ret);
}

static bool put_bool(struct import_builder *b, cu_str cell, struct import_problem *ret)
{
    bool truth;
    if (!import_bool(cell, &truth)) {
        ret->code = "invalid";
        ret->text = "yes or no is expected.";
        return false;
    }
    cu_buf_z(&b->values, truth ? "true" : "false");
    return true;
}

static void put_text(struct import_builder *b, cu_str text)
{
    struct json_writer w;
    jw_start(&w, &b->values);
    jw_str(&w, text);
}

// How a cell is written depends on where it goes; only traits and properties are typed by the
// dictionary.
static bool put_value(struct import_builder *b, const struct import_slot *s, cu_str cell,
    uint8_t kind, struct import_problem *ret)
{
    if (s->to == IMPORT_TO_TIME && import_time(cell, b->plan->dates, &b->time_ms))
        return put_time(b, cell, ret);
    switch (s->to) {
    case IMPORT_TO_TRAIT:
    case IMPORT_TO_PROPERTY:
    case IMPORT_TO_REFUNDED:
        return import_slot_put(b->plan, s, cell, kind, &b->values, ret);
    case IMPORT_TO_TIME:
    case IMPORT_TO_CANCELLED_AT:
    case IMPORT_TO_CONSENT_TIME:
    case IMPORT_TO_WITHDRAWN_TIME:
        return put_time(b, cell, ret);
    case IMPORT_TO_CONSENT:
        return put_bool(b, cell, ret);
    case IMPORT_TO_USER_ID:
    case IMPORT_TO_ANONYMOUS_ID:
    case IMPORT_TO_ID:
    case IMPORT_TO_ORDER_ID:
    case IMPORT_TO_INVOICE:
        put_text(b, clean_id(cell));
        return true;
    case IMPORT_TO_NOTHING:
    case IMPORT_TO_CONSENT_PROOF:
    case IMPORT_TO_STATUS:
    case IMPORT_TO_LINE:
    case IMPORT_TO_LINE_ITEM:
    case IMPORT_TO_COUPON_ITEM:
    case IMPORT_TO_EVENT:
    case IMPORT_TO_TYPE:
    case IMPORT_TO_MESSAGE_ID:
    case IMPORT_TO_COUNT:
    default:
        put_text(b, cell);
        return true;
    }
}

// A trait that does not fit its row of the dictionary is kept as undeclared; anything else that
// does not fit would be wrong money, time or consent.
static bool capture_slot(struct import_builder *b, const struct import_slot *s,
    const struct import_row *row, struct import_problem *ret)
{
    cu_str cell = CU_NONE;
    uint8_t kind = IMPORT_TEXT;
    ret->column = s->columns[0];
    if (s->to == IMPORT_TO_CONSENT_PROOF || s->to == IMPORT_TO_COUPON_ITEM) {
        join_columns(b, s, row);
        cell = cu_buf_view(&b->scratch);
        if (cell.len == 0)
            return true;
    } else if (!import_slot_cell(b->plan, s, row, &cell, &kind, &ret->column)) {
        return true;
    }
    struct import_value *v = &b->value[s - b->plan->slots];
    size_t from = b->values.len;
    bool fits = put_value(b, s, cell, kind, ret);
    if (!fits && s->to != IMPORT_TO_TRAIT) {
        b->values.len = from;
        return false;
    }
    if (!fits && b->sink.note)
        b->sink.note(b->sink.context, row->number, ret);
    *v = (struct import_value){
        (uint32_t)from, (uint32_t)(b->values.len - from), identifies(s, cell, fits)};
    return true;
}

bool import_values_capture(
    struct import_builder *b, const struct import_row *row, struct import_problem *ret)
{
    for (uint32_t i = 0; i < b->plan->slot_count; i++) {
        const struct import_slot *s = &b->plan->slots[i];
        if (b->value[i].len == 0 && !is_line(s->to) && !capture_slot(b, s, row, ret))
            return false;
    }
    return true;
}

bool import_values_identify(const struct import_builder *b)
{
    for (uint32_t i = 0; i < b->plan->slot_count; i++)
        if (b->value[i].fits)
            return true;
    return false;
}

bool import_values_consented(const struct import_builder *b)
{
    for (uint32_t i = 0; i < b->plan->slot_count; i++) {
        enum import_to to = b->plan->slots[i].to;
        bool consent = to == IMPORT_TO_CONSENT || to == IMPORT_TO_CONSENT_TIME ||
                       to == IMPORT_TO_WITHDRAWN_TIME;
        if (consent && b->value[i].len > 0)
            return true;
    }
    return false;
}

static void put_first(
    struct import_builder *b, struct json_writer *w, enum import_to to, const char *name)
{
    const struct import_slot *s;
    if (import_plan_slots(b->plan, to, &s) == 0 || import_value_of(b, s).len == 0)
        return;
    jw_key(w, name);
    jw_raw(w, import_value_of(b, s));
}

void import_values_put_head(struct import_builder *b, struct json_writer *w, const char *type,
    cu_str message_id, int64_t time_ms)
{
    jw_kz(w, "type", type);
    jw_kstr(w, "messageId", message_id);
    jw_ktime(w, "timestamp", time_ms);
    put_first(b, w, IMPORT_TO_USER_ID, "userId");
    put_first(b, w, IMPORT_TO_ANONYMOUS_ID, "anonymousId");
}

// Every identifier but userId and anonymousId: columns of their own and traits that identify.
void import_values_put_external_ids(struct import_builder *b, struct json_writer *w)
{
    bool open = false;
    for (uint32_t i = 0; i < b->plan->slot_count; i++) {
        const struct import_slot *s = &b->plan->slots[i];
        bool trait = s->to == IMPORT_TO_TRAIT;
        if (!b->value[i].fits || (s->to != IMPORT_TO_ID && !trait))
            continue;
        if (!open) {
            jw_key(w, "externalIds");
            jw_array(w);
        }
        open = true;
        jw_object(w);
        jw_key(w, "id");
        jw_raw(w, import_value_of(b, s));
        jw_kstr(w, "type", trait ? s->field->identifier : s->name);
        jw_kz(w, "collection", "users");
        jw_kz(w, "encoding", "none");
        jw_object_end(w);
    }
    if (open)
        jw_array_end(w);
}

// Slots are sorted by name, so "address.city" and "address.street" stand together: one open object
// at a time is enough. Deeper dots stay part of the inner name, and so does all of "company.name"
// where "company" itself has a value: no member may be written twice.
static void put_nested(
    struct json_writer *w, cu_str name, cu_str value, cu_str *open, cu_str *plain)
{
    ptrdiff_t dot = cu_str_find(name, '.');
    cu_str outer = dot > 0 ? cu_str_sub(name, 0, (size_t)dot) : CU_NONE;
    if (outer.ptr && cu_str_eq(*plain, outer))
        outer = CU_NONE;
    if (dot < 0)
        *plain = name;
    if (open->ptr && !cu_str_eq(*open, outer)) {
        jw_object_end(w);
        *open = CU_NONE;
    }
    if (outer.ptr && !open->ptr) {
        jw_keys(w, outer);
        jw_object(w);
        *open = outer;
    }
    jw_keys(w, outer.ptr ? cu_str_sub(name, outer.len + 1, name.len) : name);
    jw_raw(w, value);
}

void import_values_put_traits(struct import_builder *b, struct json_writer *w)
{
    cu_str open = CU_NONE, plain = CU_NONE;
    const struct import_slot *s;
    uint32_t count = import_plan_slots(b->plan, IMPORT_TO_TRAIT, &s);
    jw_key(w, "traits");
    jw_object(w);
    for (uint32_t i = 0; i < count; i++) {
        if (import_value_of(b, &s[i]).len > 0)
            put_nested(w, s[i].name, import_value_of(b, &s[i]), &open, &plain);
    }
    if (open.ptr)
        jw_object_end(w);
    jw_object_end(w);
}

void import_values_put_named(struct import_builder *b, struct json_writer *w, enum import_to to)
{
    const struct import_slot *s;
    uint32_t count = import_plan_slots(b->plan, to, &s);
    for (uint32_t i = 0; i < count; i++) {
        if (import_value_of(b, &s[i]).len == 0)
            continue;
        jw_keys(w, s[i].name);
        jw_raw(w, import_value_of(b, &s[i]));
    }
}
