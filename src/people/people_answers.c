// SPDX-License-Identifier: Apache-2.0
// What the people routes answer, member by member: rows from which the documentation, OpenAPI and the
// console's types are printed. Used by people_routes.c.
#include "view.h"

#define END {.name = NULL}
#define MINOR .min = INT64_C(-9000000000000000), .max = INT64_C(9000000000000000)
#define COUNT_OF .min = 0, .max = INT64_C(9000000000000000)

static const struct spec_field order_sums[] = {
    {.name = "count", .type = SPEC_INT, COUNT_OF, .doc = "Orders that count: not cancelled."},
    {.name = "revenue", .type = SPEC_INT, MINOR, .doc = "Revenue in minor units, before refunds."},
    {.name = "refunded", .type = SPEC_INT, MINOR, .doc = "What was paid back, in minor units."},
    {.name = "average", .type = SPEC_INT, MINOR, .doc = "Revenue per order in minor units."},
    {.name = "last", .type = SPEC_TIME, .nullable = true, .doc = "When the last order was placed, or null."},
    END,
};
static const struct spec_field trait_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = FOLD_NAME_MAX, .doc = "Name of the field, canonical when it is declared."},
    {.name = "value", .type = SPEC_ANY, .max = 524288, .doc = "Its value."},
    {.name = "level", .type = SPEC_STRING, .max = 2, .nullable = true, .doc = "Protection level P0 to P4, or null when nobody declared the field."},
    {.name = "category", .type = SPEC_STRING, .max = 200, .nullable = true, .doc = "Category of the data, or null."},
    {.name = "source", .type = SPEC_INT, COUNT_OF, .doc = "Number of the source that said it."},
    {.name = "at", .type = SPEC_TIME, .doc = "When it was said."},
    {.name = "age_days", .type = SPEC_INT, COUNT_OF, .doc = "Days since then."},
    {.name = "declared", .type = SPEC_BOOL, .doc = "Whether the dictionary has a row for it."},
    {.name = "doc", .type = SPEC_STRING, .max = 1000, .nullable = true, .doc = "What the dictionary says of it, or null."},
    END,
};
static const struct spec_field identifier_fields[] = {
    {.name = "kind", .type = SPEC_STRING, .max = 64, .doc = "Kind of identifier."},
    {.name = "value", .type = SPEC_STRING, .max = IDENTIFIER_VALUE_MAX, .doc = "The value in its normal form."},
    {.name = "first_seen", .type = SPEC_TIME, .doc = "First seen, to the day."},
    {.name = "last_seen", .type = SPEC_TIME, .doc = "Last seen, to the day."},
    {.name = "source", .type = SPEC_INT, COUNT_OF, .doc = "Number of the source that brought it."},
    {.name = "profile", .type = SPEC_UUID, .doc = "The profile it belongs to."},
    END,
};
static const struct spec_field profile_fields[] = {
    {.name = "id", .type = SPEC_UUID, .doc = "Id of the profile; finds the person, too."},
    {.name = "first_seen", .type = SPEC_TIME, .doc = "Its first event."},
    END,
};
static const char *const evidence_names[] = {"event", "alias", "staff", "import", NULL};
const struct spec_field merge_fields[] = {
    {.name = "edge", .type = SPEC_INT, COUNT_OF, .doc = "Number of the merge, for un-merge."},
    {.name = "a", .type = SPEC_UUID, .doc = "One of the two profiles."},
    {.name = "b", .type = SPEC_UUID, .doc = "The other."},
    {.name = "kind", .type = SPEC_STRING, .max = 64, .nullable = true, .doc = "Kind of identifier that linked them, or null."},
    {.name = "evidence", .type = SPEC_ENUM, .options = evidence_names, .doc = "What said that they are one person."},
    {.name = "at", .type = SPEC_TIME, .doc = "When it was said."},
    {.name = "actor", .type = SPEC_STRING, .max = 40, .doc = "\"rules\", \"local\" or \"staff:\" and a number."},
    {.name = "live", .type = SPEC_BOOL, .doc = "Whether it still joins them."},
    {.name = "ended_at", .type = SPEC_TIME, .nullable = true, .doc = "When it was ended, or null."},
    {.name = "ended_by", .type = SPEC_STRING, .max = 40, .nullable = true, .doc = "Who ended it, or null."},
    {.name = "reason", .type = SPEC_STRING, .max = 1000, .nullable = true, .doc = "The reason staff gave, or null."},
    END,
};
static const struct spec_field consent_fields[] = {
    {.name = "purpose", .type = SPEC_STRING, .max = 100, .doc = "Name of the purpose."},
    {.name = "state", .type = SPEC_STRING, .max = 20, .doc = "The most restrictive of the person's profiles."},
    {.name = "basis", .type = SPEC_STRING, .max = 40, .doc = "The legal basis the dictionary gives it."},
    {.name = "since", .type = SPEC_TIME, .nullable = true, .doc = "Since when, or null."},
    {.name = "method", .type = SPEC_STRING, .max = 40, .nullable = true, .doc = "How it was said, or null."},
    {.name = "proven", .type = SPEC_BOOL, .doc = "Whether there is evidence."},
    {.name = "allowed", .type = SPEC_BOOL, .doc = "Whether the gate would let this purpose pass."},
    END,
};
const struct spec_field person_answer[] = {
    {.name = "id", .type = SPEC_UUID, .doc = "Id of the person: that of the oldest profile."},
    {.name = "label", .type = SPEC_STRING, .max = 600, .doc = "Name, e-mail address or a made-up name of a visitor."},
    {.name = "known", .type = SPEC_BOOL, .doc = "Has an identifier stronger than a visitor's, or contact fields."},
    {.name = "sample", .type = SPEC_BOOL, .doc = "Made of sample data alone."},
    {.name = "first_seen", .type = SPEC_TIME, .nullable = true, .doc = "First event, or null."},
    {.name = "last_seen", .type = SPEC_TIME, .nullable = true, .doc = "Last event, or null."},
    {.name = "events", .type = SPEC_INT, COUNT_OF, .doc = "Number of events."},
    {.name = "orders", .type = SPEC_OBJECT, .max = 1000, .fields = order_sums, .doc = "Sums of the orders in the shop's currency."},
    {.name = "currency", .type = SPEC_STRING, .max = 3, .doc = "The shop's currency (ISO 4217)."},
    {.name = "traits", .type = SPEC_ARRAY, .max = 10000, .fields = trait_fields, .doc = "What is known, newest per field."},
    {.name = "identifiers", .type = SPEC_ARRAY, .max = 1000, .fields = identifier_fields, .doc = "What the person is recognised by."},
    {.name = "profiles", .type = SPEC_ARRAY, .max = PERSON_PROFILES_MAX, .fields = profile_fields, .doc = "The profiles that are one person."},
    {.name = "merges", .type = SPEC_ARRAY, .max = 10000, .fields = merge_fields, .doc = "Why they are one, and what was ended."},
    {.name = "consents", .type = SPEC_ARRAY, .max = 256, .fields = consent_fields, .doc = "State per purpose."},
    END,
};
static const struct spec_field list_items[] = {
    {.name = "id", .type = SPEC_UUID, .doc = "Id of the person."},
    {.name = "label", .type = SPEC_STRING, .max = 600, .doc = "Name, e-mail address or a made-up name of a visitor."},
    {.name = "email", .type = SPEC_STRING, .max = 254, .nullable = true, .doc = "E-mail address, or null."},
    {.name = "country", .type = SPEC_STRING, .max = 100, .nullable = true, .doc = "Country, or null."},
    {.name = "first_seen", .type = SPEC_TIME, .nullable = true, .doc = "First event, or null."},
    {.name = "last_seen", .type = SPEC_TIME, .nullable = true, .doc = "Last event, or null."},
    {.name = "orders", .type = SPEC_INT, COUNT_OF, .doc = "Number of orders."},
    {.name = "revenue", .type = SPEC_INT, MINOR, .doc = "Revenue in minor units of the shop's currency."},
    {.name = "events", .type = SPEC_INT, COUNT_OF, .doc = "Number of events."},
    {.name = "known", .type = SPEC_BOOL, .doc = "Has an identifier stronger than a visitor's, or contact fields."},
    {.name = "sample", .type = SPEC_BOOL, .doc = "Made of sample data alone."},
    END,
};
static const struct spec_field progress_fields[] = {
    {.name = "ready", .type = SPEC_BOOL, .doc = "Whether every stored person can be found by name."},
    {.name = "indexed", .type = SPEC_INT, COUNT_OF, .doc = "Profiles read so far."},
    {.name = "total", .type = SPEC_INT, COUNT_OF, .doc = "Profiles to read."},
    END,
};
#define NEXT {.name = "next", .type = SPEC_STRING, .max = 200, .nullable = true, .doc = "Cursor of the next page, or null at the end."}
const struct spec_field list_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = LIST_LIMIT_MAX, .fields = list_items, .doc = "The page."},
    NEXT,
    {.name = "total", .type = SPEC_INT, COUNT_OF, .doc = "Persons on all pages together."},
    {.name = "search", .type = SPEC_OBJECT, .max = 200, .fields = progress_fields, .doc = "State of the search index."},
    END,
};
static const struct spec_field event_fields[] = {
    {.name = "seq", .type = SPEC_INT, COUNT_OF, .doc = "Number of the event in the order of arrival."},
    {.name = "time", .type = SPEC_TIME, .doc = "When it happened."},
    {.name = "received", .type = SPEC_TIME, .nullable = true, .doc = "When it arrived, or null."},
    {.name = "event", .type = SPEC_STRING, .max = 255, .doc = "Name of the event."},
    {.name = "type", .type = SPEC_STRING, .max = 20, .doc = "Type of the call: track, page, identify ..."},
    {.name = "source", .type = SPEC_INT, COUNT_OF, .doc = "Number of the source."},
    {.name = "revenue", .type = SPEC_INT, MINOR, .nullable = true, .doc = "What it adds to revenue in minor units, or null."},
    {.name = "properties", .type = SPEC_OBJECT, .max = 65536, .doc = "Its properties."},
    {.name = "context", .type = SPEC_OBJECT, .max = 65536, .doc = "Its context: device, page, campaign."},
    END,
};
const struct spec_field event_items_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = LIST_LIMIT_MAX, .fields = event_fields, .doc = "The page, newest first."},
    NEXT,
    END,
};
static const struct spec_field line_fields[] = {
    {.name = "product_id", .type = SPEC_STRING, .max = 256, .nullable = true, .doc = "Product, or null."},
    {.name = "sku", .type = SPEC_STRING, .max = 256, .nullable = true, .doc = "Article number, or null."},
    {.name = "name", .type = SPEC_STRING, .max = 1000, .nullable = true, .doc = "Name of the product, or null."},
    {.name = "category", .type = SPEC_STRING, .max = 1000, .nullable = true, .doc = "Category, or null."},
    {.name = "brand", .type = SPEC_STRING, .max = 1000, .nullable = true, .doc = "Brand, or null."},
    {.name = "variant", .type = SPEC_STRING, .max = 1000, .nullable = true, .doc = "Variant, or null."},
    {.name = "coupon", .type = SPEC_STRING, .max = 256, .nullable = true, .doc = "Coupon of the line, or null."},
    {.name = "quantity", .type = SPEC_NUMBER, .min = -1000000000, .max = 1000000000, .doc = "How many."},
    {.name = "price", .type = SPEC_INT, MINOR, .nullable = true, .doc = "Price of one in minor units, or null."},
    {.name = "price_e4", .type = SPEC_INT, MINOR, .nullable = true, .doc = "Price of one in ten-thousandths of the currency's unit, as exact as it was said, or null."},
    {.name = "total", .type = SPEC_INT, MINOR, .nullable = true, .doc = "Price of the line in minor units, or null."},
    END,
};
static const struct spec_field order_fields[] = {
    {.name = "order_id", .type = SPEC_STRING, .max = 256, .doc = "The shop's number of the order."},
    {.name = "placed", .type = SPEC_TIME, .doc = "When it was placed."},
    {.name = "status", .type = SPEC_STRING, .max = 24, .doc = "completed, partially_refunded, refunded or cancelled."},
    {.name = "credit_note", .type = SPEC_BOOL, .doc = "Whether it only gives money back for something bought before."},
    {.name = "total", .type = SPEC_INT, MINOR, .nullable = true, .doc = "What was charged, in minor units of the order's currency, or null."},
    {.name = "revenue", .type = SPEC_INT, MINOR, .doc = "Revenue without shipping and tax, in minor units."},
    {.name = "shipping", .type = SPEC_INT, MINOR, .nullable = true, .doc = "Shipping, or null."},
    {.name = "tax", .type = SPEC_INT, MINOR, .nullable = true, .doc = "Tax, or null."},
    {.name = "discount", .type = SPEC_INT, MINOR, .nullable = true, .doc = "Discount, or null."},
    {.name = "refunded", .type = SPEC_INT, MINOR, .doc = "What was paid back."},
    {.name = "currency", .type = SPEC_STRING, .max = 3, .doc = "Currency of the order (ISO 4217)."},
    {.name = "coupon", .type = SPEC_STRING, .max = 256, .nullable = true, .doc = "Coupon, or null."},
    {.name = "source", .type = SPEC_INT, COUNT_OF, .doc = "Number of the source."},
    {.name = "lines", .type = SPEC_ARRAY, .max = 10000, .fields = line_fields, .doc = "What was bought."},
    END,
};
const struct spec_field order_items_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 1000, .fields = order_fields, .doc = "The page, newest first."},
    NEXT,
    END,
};
static const char *const action_names[] = {"set", "cleared", NULL};
static const struct spec_field history_fields[] = {
    {.name = "field", .type = SPEC_STRING, .max = FOLD_NAME_MAX, .doc = "Name of the field."},
    {.name = "value", .type = SPEC_ANY, .max = 524288, .nullable = true, .doc = "What it was set to, or null."},
    {.name = "at", .type = SPEC_TIME, .doc = "When it was said."},
    {.name = "source", .type = SPEC_INT, COUNT_OF, .doc = "Number of the source that said it."},
    {.name = "import", .type = SPEC_INT, COUNT_OF, .nullable = true, .doc = "Number of the import, or null."},
    {.name = "action", .type = SPEC_ENUM, .options = action_names, .doc = "Set, or cleared."},
    END,
};
const struct spec_field history_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 2000, .fields = history_fields, .doc = "Newest first."},
    {.name = "next", .type = SPEC_STRING, .max = 200, .nullable = true, .doc = "Always null: the list is whole."},
    END,
};
static const struct spec_field rule_fields[] = {
    {.name = "kind", .type = SPEC_STRING, .max = 64, .doc = "Kind of identifier; \"*\" stands for all others."},
    {.name = "priority", .type = SPEC_INT, .min = 1, .max = 1000000, .doc = "1 is the strongest."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = 1000000, .doc = "Different values one person may have."},
    {.name = "declared", .type = SPEC_BOOL, .doc = "Whether the dictionary names the kind."},
    {.name = "doc", .type = SPEC_STRING, .max = 1000, .nullable = true, .doc = "What the dictionary says of it, or null."},
    END,
};
const struct spec_field rules_answer[] = {
    {.name = "version", .type = SPEC_STRING, .max = 16, .doc = "Hash of the rules; each merge stores the one it was made under."},
    {.name = "identifiers", .type = SPEC_ARRAY, .max = 1000, .fields = rule_fields, .doc = "The rules."},
    END,
};
const struct spec_field dry_run_answer[] = {
    {.name = "persons_before", .type = SPEC_INT, COUNT_OF, .doc = "Persons now."},
    {.name = "persons_after", .type = SPEC_INT, COUNT_OF, .doc = "Persons the other rules would make of the same evidence."},
    {.name = "would_merge", .type = SPEC_INT, COUNT_OF, .doc = "Persons that would become part of another."},
    {.name = "would_split", .type = SPEC_INT, COUNT_OF, .doc = "Parts that would leave their person."},
    {.name = "conflicts", .type = SPEC_INT, COUNT_OF, .doc = "Links the other rules would refuse."},
    END,
};
static const struct spec_field source_element[] = {
    {.name = "", .type = SPEC_INT, COUNT_OF, .doc = "Number of a source."},
    END,
};
static const struct spec_field undeclared_fields[] = {
    {.name = "scope", .type = SPEC_STRING, .max = 64, .doc = "\"person\" for traits, else the event."},
    {.name = "name", .type = SPEC_STRING, .max = 64, .doc = "The name; \"#\" and a hash when it does not look like one."},
    {.name = "count", .type = SPEC_INT, COUNT_OF, .doc = "How often it came."},
    {.name = "first_seen", .type = SPEC_TIME, .doc = "First time."},
    {.name = "last_seen", .type = SPEC_TIME, .doc = "Last time."},
    {.name = "sources", .type = SPEC_ARRAY, .max = 8, .fields = source_element, .doc = "Numbers of the sources that sent it."},
    END,
};
const struct spec_field undeclared_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 4096, .fields = undeclared_fields, .doc = "The names, most frequent first."},
    {.name = "next", .type = SPEC_STRING, .max = 200, .nullable = true, .doc = "Always null: the list is whole."},
    END,
};
const struct spec_field lookup_answer[] = {
    {.name = "id", .type = SPEC_UUID, .doc = "Id of the person."},
    END,
};
const struct spec_field merged_answer[] = {
    {.name = "id", .type = SPEC_UUID, .doc = "Id of the person afterwards."},
    {.name = "edge", .type = SPEC_INT, COUNT_OF, .doc = "Number of the merge."},
    {.name = "other", .type = SPEC_UUID, .nullable = true, .doc = "Un-merge: id of the other person, the same when other evidence still joins them; null after a merge."},
    END,
};
