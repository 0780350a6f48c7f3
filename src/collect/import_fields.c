// SPDX-License-Identifier: Apache-2.0
// The fields a column can be mapped to, and the guess from a column's name. Names of person fields
// and event properties come from the data dictionary with its aliases; here stands only what is not
// there.
#include "import_maps.h"

#include <stdio.h>

const char *const import_kind_names[IMPORT_KINDS + 1] = {"people", "orders", "events", NULL};

bool import_kind_of(cu_str name, enum import_kind *ret)
{
    for (int i = 0; i < IMPORT_KINDS; i++)
        if (cu_str_eqz(name, import_kind_names[i])) {
            *ret = (enum import_kind)i;
            return true;
        }
    return false;
}

enum { P = 1 << IMPORT_PEOPLE, O = 1 << IMPORT_ORDERS, E = 1 << IMPORT_EVENTS, ALL = P | O | E };

// A field that ends with a dot takes a name behind it.
const struct import_to_row import_to_rows[IMPORT_TO_COUNT] = {
    [IMPORT_TO_NOTHING] = {"", ALL, "The column is left out."},
    [IMPORT_TO_USER_ID] = {"user_id", ALL, "The shop's own number of the person."},
    [IMPORT_TO_ANONYMOUS_ID] = {"anonymous_id", ALL, "The number of a browser or app."},
    [IMPORT_TO_ID] = {"id.", ALL, "Another identifier, such as id.customer_number."},
    [IMPORT_TO_TRAIT] = {"trait.", ALL, "A field of the person, such as trait.email."},
    [IMPORT_TO_CONSENT] = {"consent.", P | O,
        "Yes or no to a purpose, such as consent.marketing_email."},
    [IMPORT_TO_CONSENT_TIME] = {"consent_time.", P | O,
        "When consent to the purpose was given: evidence."},
    [IMPORT_TO_CONSENT_PROOF] = {"consent_proof.", P | O,
        "Text that goes into the evidence, such as the address it came from."},
    [IMPORT_TO_WITHDRAWN_TIME] = {"withdrawn_time.", P | O,
        "When consent to the purpose was withdrawn."},
    [IMPORT_TO_TIME] = {"time", ALL,
        "When it happened; for people: when the row was last changed."},
    [IMPORT_TO_ORDER_ID] = {"order_id", O,
        "The number of the order; rows of one order stand together."},
    [IMPORT_TO_INVOICE] = {"invoice", O,
        "The number of the order, where numbers beginning with C are credit notes."},
    [IMPORT_TO_STATUS] = {"status", O,
        "The state of the order, in the words of Shopify or WooCommerce."},
    [IMPORT_TO_CANCELLED_AT] = {"cancelled_at", O, "When the order was cancelled."},
    [IMPORT_TO_REFUNDED] = {"refunded", O, "The amount refunded so far."},
    [IMPORT_TO_PROPERTY] = {"property.", O | E,
        "A property of the order or event, such as property.total."},
    [IMPORT_TO_LINE] = {"line.", O,
        "A property of the product line, such as line.sku or line.quantity."},
    [IMPORT_TO_LINE_ITEM] = {"line_item", O,
        "A whole product line in one cell, as WooCommerce exports write it."},
    [IMPORT_TO_COUPON_ITEM] = {"coupon_item", O,
        "Coupons in one cell, as WooCommerce exports write them."},
    [IMPORT_TO_EVENT] = {"event", E, "The name of the event."},
    [IMPORT_TO_TYPE] = {"type", E, "track, page, screen or identify; track when absent."},
    [IMPORT_TO_MESSAGE_ID] = {"message_id", E,
        "The event's own number: the same one is stored once."},
};

static bool plain_name(cu_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!(c == '_' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z')))
            return false;
    }
    return s.len > 0;
}

cu_code import_field_parse(enum import_kind kind, cu_str field, enum import_to *ret,
    cu_str *ret_name, struct cu_error *err)
{
    for (int i = 0; i < IMPORT_TO_COUNT; i++) {
        cu_str row = cu_str_of(import_to_rows[i].field);
        bool named = cu_str_ends(row, CU_LIT("."));
        bool same =
            named ? cu_str_starts(field, row) && field.len > row.len : cu_str_eq(field, row);
        if (!same)
            continue;
        if (!(import_to_rows[i].kinds & 1u << kind))
            return cu_fail(err, CU_INVALID, "/mapping",
                "The field %.*s does not belong to an import of %s.", CU_ARG(row),
                import_kind_names[kind]);
        if (i == IMPORT_TO_LINE && !plain_name(cu_str_sub(field, row.len, field.len)))
            return cu_fail(err, CU_INVALID, "/mapping",
                "The name of a line's property has letters, digits and _ only.");
        *ret = (enum import_to)i;
        *ret_name = named ? cu_str_sub(field, row.len, field.len) : CU_LIT("");
        return CU_OK;
    }
    return cu_fail(
        err, CU_INVALID, "/mapping", "A column is mapped to a field that does not exist.");
}

// Letters and digits only, in lower case; '*' is kept for patterns.
static size_t bare(cu_str s, char *out, size_t room)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len && n < room; i++) {
        char c = s.ptr[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c + 32);
        bool keep = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '*' ||
                    (unsigned char)c >= 0x80;
        if (keep)
            out[n++] = c;
    }
    return n;
}

bool import_column_eq(cu_str column, cu_str wanted)
{
    char a[256], b[256];
    size_t an = bare(column, a, sizeof a), bn = bare(wanted, b, sizeof b);
    if (bn > 0 && b[bn - 1] == '*')
        return an >= bn - 1 && memcmp(a, b, bn - 1) == 0;
    return an > 0 && an == bn && memcmp(a, b, an) == 0;
}

// What the dictionary does not name. Columns of the files of bad rows are ours and left out.
static const struct {
    const char *column, *field;
    unsigned kinds;
} guesses[] = {
    {"custos_row", "", ALL},
    {"custos_code", "", ALL},
    {"custos_reason", "", ALL},
    {"user_id", "user_id", ALL},
    {"customer_id", "user_id", ALL},
    {"client_id", "user_id", ALL},
    {"account_id", "user_id", ALL},
    {"member_id", "user_id", ALL},
    {"external_id", "user_id", ALL},
    {"customer", "user_id", O | E},
    {"user", "user_id", O | E},
    {"id", "user_id", P},
    {"anonymous_id", "anonymous_id", ALL},
    {"cookie_id", "anonymous_id", ALL},
    {"visitor_id", "anonymous_id", ALL},
    {"device_id", "anonymous_id", ALL},
    {"distinct_id", "anonymous_id", ALL},
    {"session_id", "property.session_id", E},
    {"updated_at", "time", P},
    {"last_changed", "time", P},
    {"last_modified", "time", P},
    {"modified", "time", P},
    {"timestamp", "time", ALL},
    {"accepts_marketing", "consent.marketing_email", P | O},
    {"accepts_email_marketing", "consent.marketing_email", P | O},
    {"newsletter", "consent.marketing_email", P | O},
    {"email_opt_in", "consent.marketing_email", P | O},
    {"marketing_consent", "consent.marketing_email", P | O},
    {"email_consent", "consent.marketing_email", P | O},
    {"opt_in", "consent.marketing_email", P | O},
    {"optin_time", "consent_time.marketing_email", P | O},
    {"opt_in_date", "consent_time.marketing_email", P | O},
    {"consent_date", "consent_time.marketing_email", P | O},
    {"consent_source", "consent_proof.marketing_email", P | O},
    {"accepts_sms_marketing", "consent.marketing_sms", P | O},
    {"sms_opt_in", "consent.marketing_sms", P | O},
    {"order_id", "order_id", O},
    {"order_number", "order_id", O},
    {"order_no", "order_id", O},
    {"order", "order_id", O},
    {"order_name", "order_id", O},
    {"transaction_id", "order_id", O},
    {"invoice_no", "order_id", O},
    {"invoice_number", "order_id", O},
    {"invoice", "order_id", O},
    {"id", "order_id", O},
    {"order_date", "time", O},
    {"order_time", "time", O},
    {"invoice_date", "time", O},
    {"created_at", "time", O | E},
    {"date", "time", O | E},
    {"time", "time", O | E},
    {"datetime", "time", O | E},
    {"placed_at", "time", O},
    {"purchase_date", "time", O},
    {"purchased_at", "time", O},
    {"event_time", "time", E},
    {"event_date", "time", E},
    {"occurred_at", "time", E},
    {"original_timestamp", "time", E},
    {"status", "status", O},
    {"order_status", "status", O},
    {"financial_status", "status", O},
    {"payment_status", "status", O},
    {"cancelled_at", "cancelled_at", O},
    {"canceled_at", "cancelled_at", O},
    {"refunded_amount", "refunded", O},
    {"refunded", "refunded", O},
    {"total_refunded", "refunded", O},
    {"total", "property.total", O},
    {"order_total", "property.total", O},
    {"grand_total", "property.total", O},
    {"total_price", "property.total", O},
    {"amount", "property.total", O},
    {"subtotal", "property.subtotal", O},
    {"order_subtotal", "property.subtotal", O},
    {"shipping", "property.shipping", O},
    {"shipping_total", "property.shipping", O},
    {"shipping_cost", "property.shipping", O},
    {"shipping_amount", "property.shipping", O},
    {"tax", "property.tax", O},
    {"taxes", "property.tax", O},
    {"tax_total", "property.tax", O},
    {"total_tax", "property.tax", O},
    {"tax_amount", "property.tax", O},
    {"discount", "property.discount", O},
    {"discount_amount", "property.discount", O},
    {"discount_total", "property.discount", O},
    {"total_discounts", "property.discount", O},
    {"currency", "property.currency", O},
    {"order_currency", "property.currency", O},
    {"coupon", "property.coupon", O},
    {"coupon_code", "property.coupon", O},
    {"discount_code", "property.coupon", O},
    {"voucher", "property.coupon", O},
    {"store", "property.affiliation", O},
    {"sku", "line.sku", O},
    {"stock_code", "line.sku", O},
    {"item_sku", "line.sku", O},
    {"product_sku", "line.sku", O},
    {"line_item_sku", "line.sku", O},
    {"product_id", "line.product_id", O},
    {"item_id", "line.product_id", O},
    {"product", "line.name", O},
    {"product_name", "line.name", O},
    {"item_name", "line.name", O},
    {"item", "line.name", O},
    {"title", "line.name", O},
    {"description", "line.name", O},
    {"line_item_name", "line.name", O},
    {"category", "line.category", O},
    {"product_category", "line.category", O},
    {"brand", "line.brand", O},
    {"vendor", "line.brand", O},
    {"variant", "line.variant", O},
    {"quantity", "line.quantity", O},
    {"qty", "line.quantity", O},
    {"item_quantity", "line.quantity", O},
    {"line_item_quantity", "line.quantity", O},
    {"price", "line.price", O},
    {"unit_price", "line.price", O},
    {"item_price", "line.price", O},
    {"line_item_price", "line.price", O},
    {"line_item_*", "line_item", O},
    {"event", "event", E},
    {"event_name", "event", E},
    {"event_type", "event", E},
    {"action", "event", E},
    {"type", "type", E},
    {"message_id", "message_id", E},
    {"event_id", "message_id", E},
    {"insert_id", "message_id", E},
};

// "customer.email" in nested JSON is the customer's; at most one such outer name is looked through.
static cu_str without_owner(cu_str column)
{
    static const char *const owners[] = {
        "customer.", "user.", "billing.", "billing_address.", "buyer.", "contact."};
    for (size_t i = 0; i < CU_COUNT(owners); i++) {
        size_t len = strlen(owners[i]);
        if (column.len > len && cu_str_eq_nocase(cu_str_sub(column, 0, len), cu_str_of(owners[i])))
            return cu_str_sub(column, len, column.len);
    }
    return column;
}

// The person field this column names; events keep to what identifies.
static const struct dict_field *person_field(
    enum import_kind kind, const struct dictionary *d, cu_str column)
{
    const struct dict_field *f = dictionary_person_field(d, without_owner(column));
    return f && (kind != IMPORT_EVENTS || f->identifier.len > 0) ? f : NULL;
}

static const struct dict_field *order_property(const struct dictionary *d, cu_str column)
{
    const struct dict_event *order = dictionary_event(d, CU_LIT("Order Completed"));
    const struct dict_field *f = order ? dictionary_event_field(order, column) : NULL;
    bool person = f && (cu_str_eqz(f->name, "email") || cu_str_eqz(f->name, "phone"));
    return person ? NULL : f;
}

cu_str import_guess(
    enum import_kind kind, const struct dictionary *d, cu_str column, struct cu_arena *a)
{
    enum import_to to;
    cu_str name;
    struct cu_error ignored;
    if (column.len == 0)
        return CU_LIT("");
    for (size_t i = 0; i < CU_COUNT(guesses); i++)
        if ((guesses[i].kinds & 1u << kind) &&
            import_column_eq(column, cu_str_of(guesses[i].column)))
            return cu_str_of(guesses[i].field);
    if (import_field_parse(kind, column, &to, &name, &ignored) == CU_OK)
        return cu_arena_dup(a, column); // the file names our fields itself
    const struct dict_field *f = kind == IMPORT_ORDERS ? order_property(d, column) : NULL;
    if (f)
        return cu_arena_printf(a, "property.%.*s", CU_ARG(f->name));
    f = person_field(kind, d, column);
    if (f)
        return cu_arena_printf(a, "trait.%.*s", CU_ARG(f->name));
    const char *keep = kind == IMPORT_PEOPLE ? "trait" : "property";
    return cu_arena_printf(a, "%s.%.*s", keep, CU_ARG(column));
}
