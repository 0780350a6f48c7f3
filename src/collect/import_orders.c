// SPDX-License-Identifier: Apache-2.0
// Rows of one order, standing together, become one order event with its lines. What is said of the
// order itself is taken from the first row that says it (Shopify fills it in once). A long order
// goes on in further events that carry lines only: the fold of orders adds them up within one
// import.
#include "import_calls_internal.h"

#include "base/hash.h"
#include "text/text.h"

#define ROWS_RAW_MAX (4u << 20) // raw bytes of an order's rows that are kept until it is settled
#define ORDER_ID_BYTES_MAX 128  // as the dictionary has it for order_id

static const struct import_problem sibling = {IMPORT_NO_COLUMN, "order_refused",
    "Another row of the same order cannot be used; an order is imported whole or not at all."};

cu_code import_order_new(struct import_builder *b, struct cu_error *err)
{
    struct import_order *o = cu_calloc(1, sizeof *o);
    struct import_raw_row *rows = cu_calloc(IMPORT_LINES_MAX, sizeof *rows);
    if (!o || !rows) {
        cu_free(o);
        cu_free(rows);
        return cu_fail(err, CU_MEMORY, "", "No memory for an import.");
    }
    o->rows = rows;
    cu_buf_init(&o->key, 4096);
    cu_buf_init(&o->lines, 4 * IMPORT_LINE_MAX);
    cu_buf_init(&o->raw, ROWS_RAW_MAX);
    if (import_plan_slots(b->plan, IMPORT_TO_INVOICE, &o->id) == 0)
        (void)import_plan_slots(b->plan, IMPORT_TO_ORDER_ID, &o->id);
    (void)import_plan_slots(b->plan, IMPORT_TO_REFUNDED, &o->refunded);
    (void)import_plan_slots(b->plan, IMPORT_TO_CANCELLED_AT, &o->cancelled_at);
    (void)import_plan_slots(b->plan, IMPORT_TO_STATUS, &o->status);
    (void)import_plan_slots(b->plan, IMPORT_TO_LINE_ITEM, &o->line_item);
    (void)import_plan_slots(b->plan, IMPORT_TO_COUPON_ITEM, &o->coupon_item);
    o->line_slots = import_plan_slots(b->plan, IMPORT_TO_LINE, &o->line);
    b->order = o;
    return CU_OK;
}

void import_order_free(struct import_builder *b)
{
    struct import_order *o = b->order;
    if (!o)
        return;
    cu_buf_wipe(&o->key);
    cu_buf_wipe(&o->lines);
    cu_buf_wipe(&o->raw);
    cu_free(o->rows);
    cu_free(o);
    b->order = NULL;
}

static cu_str text_of(const struct import_builder *b, const struct import_slot *s)
{
    cu_str v = s ? import_value_of(b, s) : CU_NONE;
    return v.len >= 2 && v.ptr[0] == '"' ? cu_str_sub(v, 1, v.len - 2) : v;
}

// ---- the order's events

static uint64_t first_row(const struct import_order *o)
{
    return o->rows[0].number;
}

// Did this person's fields go out lately with the same values? Then they need not again.
static bool says_something_new(struct import_builder *b)
{
    struct json_writer w;
    cu_buf_reset(&b->json);
    jw_start(&w, &b->json);
    jw_object(&w);
    import_values_put_head(b, &w, "", CU_LIT(""), 0);
    import_values_put_external_ids(b, &w);
    import_values_put_traits(b, &w);
    import_consents_put_untimed(b, &w);
    jw_object_end(&w);
    uint64_t hash = cu_hash64(cu_buf_view(&b->json).ptr, b->json.len, 0x63757374u) | 1;
    uint64_t *place = &b->known[hash >> 8 & (IMPORT_KNOWN - 1)];
    bool fresh = *place != hash;
    *place = hash;
    b->said = hash;
    return fresh;
}

static bool has_traits(const struct import_builder *b)
{
    const struct import_slot *s;
    uint32_t count = import_plan_slots(b->plan, IMPORT_TO_TRAIT, &s);
    for (uint32_t i = 0; i < count; i++)
        if (import_value_of(b, &s[i]).len > 0)
            return true;
    return import_values_consented(b);
}

// "code:SUMMER|amount:5.00;code:.." -> SUMMER
static cu_str coupon_code(const struct import_builder *b, const struct import_order *o)
{
    cu_str items = text_of(b, o->coupon_item);
    ptrdiff_t end = cu_str_find(items, ';');
    return import_order_packed(end > 0 ? cu_str_sub(items, 0, (size_t)end) : items, "code");
}

static bool has_property(const struct import_builder *b, const char *name)
{
    const struct import_slot *s;
    uint32_t count = import_plan_slots(b->plan, IMPORT_TO_PROPERTY, &s);
    for (uint32_t i = 0; i < count; i++)
        if (cu_str_eqz(s[i].name, name))
            return import_value_of(b, &s[i]).len > 0;
    return false;
}

static void put_order_id(struct import_builder *b, struct json_writer *w)
{
    jw_key(w, "order_id");
    jw_raw(w, import_value_of(b, b->order->id));
    if (!has_property(b, "currency") && b->plan->currency[0])
        jw_kz(w, "currency", b->plan->currency);
}

static void put_totals(struct import_builder *b, struct json_writer *w)
{
    struct import_order *o = b->order;
    if (o->continued) { // totals were said with the first lines; the currency goes with every
                        // amount
        const struct import_slot *s;
        uint32_t count = import_plan_slots(b->plan, IMPORT_TO_PROPERTY, &s);
        for (uint32_t i = 0; i < count; i++)
            if (cu_str_eqz(s[i].name, "currency") && import_value_of(b, &s[i]).len > 0) {
                jw_key(w, "currency");
                jw_raw(w, import_value_of(b, &s[i]));
            }
        return;
    }
    import_values_put_named(b, w, IMPORT_TO_PROPERTY);
    cu_str coupon = has_property(b, "coupon") ? CU_NONE : coupon_code(b, o);
    if (coupon.len > 0) { // it is part of a JSON text already
        jw_key(w, "coupon");
        cu_buf_printf(w->out, "\"%.*s\"", CU_ARG(coupon));
        w->comma = true;
    }
}

static void open_event(
    struct import_builder *b, struct json_writer *w, const char *event, cu_str id, int64_t time_ms)
{
    cu_buf_reset(&b->json);
    jw_start(w, &b->json);
    jw_object(w);
    import_values_put_head(b, w, "track", id, time_ms);
    jw_kz(w, "event", event);
    jw_key(w, "context");
    jw_object(w);
    import_values_put_external_ids(b, w);
    jw_object_end(w);
    jw_key(w, "properties");
    jw_object(w);
    put_order_id(b, w);
}

static void close_event(struct json_writer *w)
{
    jw_object_end(w);
    jw_object_end(w);
}

enum order_state { STATE_PLACED, STATE_UNPAID, STATE_CANCELLED, STATE_REFUNDED };

// The words of Shopify's "Financial Status" and WooCommerce's "status".
// Pending is an order not paid yet at Shopify and a checkout not finished at WooCommerce.
static enum order_state state_of(const struct import_plan *p, cu_str status)
{
    static const struct {
        const char *word;
        enum order_state state;
    } words[] = {
        {"pending payment", STATE_UNPAID},
        {"checkout-draft", STATE_UNPAID},
        {"draft", STATE_UNPAID},
        {"cancelled", STATE_CANCELLED},
        {"canceled", STATE_CANCELLED},
        {"failed", STATE_CANCELLED},
        {"trash", STATE_CANCELLED},
        {"voided", STATE_CANCELLED},
        {"refunded", STATE_REFUNDED},
    };
    status = cu_str_trim(status);
    if (cu_str_starts(status, CU_LIT("wc-")))
        status = cu_str_sub(status, 3, status.len);
    for (size_t i = 0; i < CU_COUNT(words); i++)
        if (cu_str_eq_nocase(status, cu_str_of(words[i].word)))
            return words[i].state;
    return p->pending_is_unpaid && cu_str_eq_nocase(status, CU_LIT("pending")) ? STATE_UNPAID
                                                                               : STATE_PLACED;
}

static cu_code send_after(struct import_builder *b, const char *event, const char *suffix,
    cu_str amount, int64_t time_ms, struct cu_error *err)
{
    char room[IMPORT_MESSAGE_ID_MAX];
    cu_str id = import_call_id(b, first_row(b->order), suffix, room);
    struct json_writer w;
    struct import_problem ignored;
    open_event(b, &w, event, id, time_ms);
    if (amount.len > 0) {
        jw_key(&w, "total");
        jw_raw(&w, amount);
        // the amount refunded so far: a later export with more replaces it
        jw_key(&w, "refund_id");
        cu_buf_printf(w.out, "\"%.*s-refunded\"", CU_ARG(text_of(b, b->order->id)));
        w.comma = true;
    }
    close_event(&w);
    const struct import_call c = {.message_id = id, .row = first_row(b->order), .time_ms = time_ms};
    return import_call_send(b, &c, &ignored, err);
}

// What became of the order later, as far as the row tells.
static cu_code send_aftermath(
    struct import_builder *b, enum order_state state, struct cu_error *err)
{
    struct import_order *o = b->order;
    int64_t cancelled_ms = o->placed_ms;
    cu_str when = text_of(b, o->cancelled_at),
           refunded = o->refunded ? import_value_of(b, o->refunded) : CU_NONE;
    bool cancelled = text_time_parse(when, &cancelled_ms) || state == STATE_CANCELLED;
    int64_t minor = 0;
    bool amount = text_money_parse(refunded, 4, &minor) && minor > 0;
    if (amount || state == STATE_REFUNDED)
        CU_TRY(
            send_after(b, "Order Refunded", "-r", amount ? refunded : CU_NONE, cancelled_ms, err));
    if (cancelled)
        CU_TRY(send_after(b, "Order Cancelled", "-c", CU_NONE, cancelled_ms, err));
    return CU_OK;
}

static cu_code send_event(
    struct import_builder *b, const char *event, struct import_problem *p, struct cu_error *err)
{
    struct import_order *o = b->order;
    char room[IMPORT_MESSAGE_ID_MAX];
    cu_str id = import_call_id(b, first_row(o), "", room);
    struct json_writer w;
    open_event(b, &w, event, id, o->placed_ms);
    put_totals(b, &w);
    if (o->line_count > 0) {
        jw_key(&w, "products");
        cu_buf_char(w.out, '[');
        cu_buf_str(w.out, cu_buf_view(&o->lines));
        cu_buf_char(w.out, ']');
        w.comma = true;
    }
    close_event(&w);
    const struct import_call c = {.message_id = id, .row = first_row(o), .time_ms = o->placed_ms};
    return import_call_send(b, &c, p, err);
}

// An identify with what the order says of its person, unless that was said lately.
static cu_code send_person(struct import_builder *b, struct import_problem *p, struct cu_error *err)
{
    bool worth = import_values_identify(b) && has_traits(b) && says_something_new(b);
    cu_code code = CU_OK;
    if (worth)
        code = import_send_identify(b, first_row(b->order), "", p, err);
    if (worth && code == CU_OK && !p->code)
        code = import_consents_send(b, err);
    b->said = 0;
    return code;
}

static cu_code send_order(struct import_builder *b, struct import_problem *p, struct cu_error *err)
{
    struct import_order *o = b->order;
    enum order_state state = o->credit ? STATE_PLACED : state_of(b->plan, text_of(b, o->status));
    b->row = first_row(o);
    p->code = NULL;
    if (!o->continued)
        CU_TRY(send_person(b, p, err));
    if (p->code)
        return CU_OK;
    const char *event = o->credit               ? "Order Refunded"
                        : state == STATE_UNPAID ? "Checkout Started"
                                                : "Order Completed";
    CU_TRY(send_event(b, event, p, err));
    if (p->code || o->continued || o->credit)
        return CU_OK;
    return send_aftermath(b, state, err);
}

// ---- rows

// Hands the gathered rows to the bad rows: all of them, or only those that could not be read.
static cu_code refuse_rows(
    struct import_builder *b, bool all, uint32_t *ret_refused, struct cu_error *err)
{
    struct import_order *o = b->order;
    *ret_refused = 0;
    for (uint32_t i = 0; i < o->row_count; i++) {
        const struct import_raw_row *r = &o->rows[i];
        if (!all && !r->broken.code)
            continue;
        bool own = r->number == o->bad_row || o->bad_row == 0;
        const struct import_problem *p = r->broken.code ? &r->broken : own ? &o->problem : &sibling;
        CU_TRY(b->sink.bad(
            b->sink.context, r->number, cu_str_sub(cu_buf_view(&o->raw), r->at, r->len), p, err));
        ++*ret_refused;
    }
    return CU_OK;
}

static void start_next_piece(struct import_builder *b)
{
    struct import_order *o = b->order;
    b->settled = o->rows[o->row_count - 1].number;
    o->row_count = o->line_count = 0;
    o->continued = true;
    cu_buf_reset(&o->lines);
    cu_buf_reset(&o->raw);
}

// The rows gathered so far become events or bad rows. The order stays open.
static cu_code settle(struct import_builder *b, struct cu_error *err)
{
    struct import_order *o = b->order;
    struct import_problem p = {.code = NULL};
    uint32_t refused = 0;
    if (o->row_count == 0)
        return CU_OK;
    if (!o->bad && (o->lines.failed || o->raw.failed))
        p = (struct import_problem){
            IMPORT_NO_COLUMN, "too_large", "The rows of the order are too large."};
    else if (!o->bad)
        CU_TRY(send_order(b, &p, err));
    if (p.code) {
        o->bad = true;
        o->bad_row = 0;
        o->problem = p;
    }
    CU_TRY(refuse_rows(b, o->bad, &refused, err));
    if (refused < o->row_count)
        b->sink.good(b->sink.context, o->row_count - refused);
    start_next_piece(b);
    return CU_OK;
}

static void open_order(struct import_builder *b, cu_str key)
{
    struct import_order *o = b->order;
    import_values_reset(b);
    cu_buf_reset(&o->key);
    cu_buf_str(&o->key, key);
    o->continued = o->bad = o->broken_after = false;
    o->bad_row = 0;
    o->credit =
        o->id->to == IMPORT_TO_INVOICE && key.len > 1 && (key.ptr[0] == 'C' || key.ptr[0] == 'c');
    o->placed_ms = INT64_MIN;
}

static void mark_bad(struct import_order *o, uint64_t row, const struct import_problem *p)
{
    if (o->bad)
        return; // the first fault is the one to mend first
    o->bad = true;
    o->bad_row = row;
    o->problem = *p;
}

// Totals are said once or the same each time. Rows that disagree are no rows of one order, or the
// column is the total of a line: either way nothing should be guessed.
static bool totals_agree(
    struct import_builder *b, const struct import_row *row, struct import_problem *ret)
{
    const struct import_slot *s;
    uint32_t count = import_plan_slots(b->plan, IMPORT_TO_PROPERTY, &s);
    for (uint32_t i = 0; i < count; i++) {
        cu_str cell;
        uint8_t kind;
        bool money = s[i].field && s[i].field->type == DICT_MONEY;
        if (!money || import_value_of(b, &s[i]).len == 0 ||
            !import_slot_cell(b->plan, &s[i], row, &cell, &kind, &ret->column))
            continue;
        cu_buf_reset(&b->scratch);
        if (!import_slot_put(b->plan, &s[i], cell, kind, &b->scratch, ret))
            return false;
        if (!cu_str_eq(cu_buf_view(&b->scratch), import_value_of(b, &s[i]))) {
            ret->code = "conflict";
            ret->text = "The rows of the order give different amounts for the whole order.";
            return false;
        }
    }
    return true;
}

static void keep_raw(
    struct import_order *o, const struct import_row *row, const struct import_problem *broken)
{
    struct import_problem p = broken ? *broken : (struct import_problem){.code = NULL};
    o->rows[o->row_count++] = (struct import_raw_row){row->number, o->raw.len, row->raw.len, p};
    cu_buf_str(&o->raw, row->raw);
}

static void take_row(struct import_builder *b, const struct import_row *row)
{
    static const struct import_problem no_time = {
        IMPORT_NO_COLUMN, "missing", "The order has no time."};
    static const struct import_problem broken = {IMPORT_NO_COLUMN, "order_refused",
        "A row among those of the order cannot be read; an order is imported whole or not at all."};
    struct import_order *o = b->order;
    struct import_problem p;
    bool first = o->row_count == 0 && !o->continued;
    keep_raw(o, row, NULL);
    if (o->broken_after)
        mark_bad(o, row->number, &broken);
    if (o->bad)
        return;
    if ((!first && !totals_agree(b, row, &p)) || !import_values_capture(b, row, &p) ||
        !import_order_add_lines(b, row, &p))
        mark_bad(o, row->number, &p);
    if (o->placed_ms == INT64_MIN)
        o->placed_ms = b->time_ms;
    if (o->placed_ms == INT64_MIN)
        mark_bad(o, row->number, &no_time);
}

static bool piece_full(const struct import_order *o)
{
    return o->row_count == IMPORT_LINES_MAX || o->line_count >= IMPORT_LINES_MAX ||
           o->lines.len > IMPORT_CALL_BYTES - 6144;
}

cu_code import_order_row(
    struct import_builder *b, const struct import_row *row, struct cu_error *err)
{
    static const struct import_problem no_id = {
        IMPORT_NO_COLUMN, "missing", "The row has no order id."};
    struct import_order *o = b->order;
    cu_str cell;
    uint8_t kind;
    uint32_t column;
    if (!import_slot_cell(b->plan, o->id, row, &cell, &kind, &column) ||
        cell.len > ORDER_ID_BYTES_MAX) {
        CU_TRY(import_order_end(b, err));
        b->settled = row->number;
        return b->sink.bad(b->sink.context, row->number, row->raw, &no_id, err);
    }
    if (!cu_str_eq(cell, cu_buf_view(&o->key))) {
        CU_TRY(import_order_end(b, err));
        open_order(b, cell);
    }
    take_row(b, row);
    return piece_full(o) ? settle(b, err) : CU_OK;
}

// A row that cannot be read may belong to the order that is open: if the order goes on after it,
// the order is refused.
cu_code import_order_broken_row(struct import_builder *b, const struct import_row *row,
    const struct import_problem *p, struct cu_error *err)
{
    struct import_order *o = b->order;
    if (o->key.len == 0) {
        b->settled = row->number;
        return b->sink.bad(b->sink.context, row->number, row->raw, p, err);
    }
    keep_raw(o, row, p);
    o->broken_after = true;
    return piece_full(o) ? settle(b, err) : CU_OK;
}

cu_code import_order_end(struct import_builder *b, struct cu_error *err)
{
    CU_TRY(settle(b, err));
    cu_buf_reset(&b->order->key);
    return CU_OK;
}
