// SPDX-License-Identifier: Apache-2.0
// The shop's text over the defaults: what it can change, and every kind of text that is refused,
// with the place and the row in the answer.

#include "dictionary_test.h"

#include "base/fault.h"

#include <stdio.h>

#define FIELD_ROW "type: string, level: P1, category: user, purposes: [service], doc: X."

static void attributes_replace_one_by_one(void **state)
{
    struct dictionary *d =
        load(*state, "version: 1\n"
                     "persons:\n"
                     "  email: {level: P3, purposes: [service]}\n"
                     "  E_Mail_Work: {" FIELD_ROW ", aliases: [work mail]}\n"
                     "events:\n"
                     "  Order Completed:\n"
                     "    retention_days: 4000\n"
                     "    fields:\n"
                     "      total: {max: 5000}\n"
                     "      gift_card: {type: string, level: P1, doc: Number of the card.}\n"
                     "purposes:\n"
                     "  analytics: {basis: legitimate_interest}\n"
                     "identifiers:\n"
                     "  email: {limit: 2, blocked: [kasse@shop.example]}\n");
    const struct dict_field *email = PERSON(d, "email");
    assert_int_equal(email->level, DICT_P3);
    assert_int_equal(email->purpose_count, 1);
    assert_int_equal(email->type, DICT_EMAIL); // what the text says nothing of stays
    assert_str(email->identifier, "email");
    assert_int_equal(email->group, DICT_GROUP_CONTACT);
    assert_str(PERSON(d, "work_mail")->name, "E_Mail_Work");
    const struct dict_event *e = EVENT(d, "Order Completed");
    assert_int_equal(e->retention_days, 4000);
    assert_int_equal(FIELD(d, "Order Completed", "total")->max, 5000);
    assert_int_equal(FIELD(d, "Order Completed", "total")->type, DICT_MONEY);
    assert_int_equal(FIELD(d, "Order Completed", "total")->retention_days, 4000); // from the event
    assert_int_equal(FIELD(d, "Order Updated", "total")->max, 1000000000000);
    assert_str(
        FIELD(d, "Order Completed", "gift_card")->category, "user.behavior.purchase_history");
    assert_int_equal(dictionary_purpose(d, CU_LIT("analytics"))->basis, DICT_LEGITIMATE_INTEREST);
    const struct dict_identifier *k = dictionary_identifier(d, CU_LIT("email"));
    assert_int_equal(k->limit, 2);
    assert_int_equal(k->priority, 2);
    assert_true(dictionary_blocked(k, CU_LIT("KASSE@shop.example")));
    assert_false(dictionary_blocked(k, CU_LIT("test@test.com"))); // a list is replaced as a whole
    dictionary_free(d);
}

static void a_tilde_takes_an_attribute_away(void **state)
{
    struct dictionary *d = load(*state,
        "version: 1\npersons:\n  phone: {identifier: ~, aliases: ~, group: null, max: }\n"
        "  mobile: {" FIELD_ROW "}\n");
    assert_int_equal(PERSON(d, "phone")->identifier.len, 0);
    assert_int_equal(PERSON(d, "phone")->alias_count, 0);
    assert_int_equal(PERSON(d, "phone")->group, DICT_GROUP_CONTACT); // chosen by level again
    assert_str(PERSON(d, "mobile")->name, "mobile");
    dictionary_free(d);
}

static void an_alias_leads_to_its_row(void **state)
{
    struct dictionary *d =
        load(*state, "version: 1\nevents:\n  Completed Order: {retention_days: 77}\n"
                     "  Bestellt: {doc: Ours., aliases: [Kauf]}\npersons:\n  city: {level: P3}\n");
    assert_int_equal(EVENT(d, "Order Completed")->retention_days, 77);
    assert_int_equal(PERSON(d, "address.city")->level, DICT_P3);
    assert_str(EVENT(d, "kauf")->name, "Bestellt");
    assert_str(EVENT(d, "Bestellt")->category, "user.behavior");
    assert_str(EVENT(d, "Bestellt")->purposes[0], "analytics");
    dictionary_free(d);
}

static void sets_reach_every_event_that_names_them(void **state)
{
    struct dictionary *d =
        load(*state, "version: 1\n"
                     "sets:\n"
                     "  product:\n"
                     "    supplier: {type: string, max: 9, level: P1, doc: Who.}\n"
                     "    price: {max: 100}\n"
                     "  box: {depth: {type: number, level: P1, doc: Deep.}}\n"
                     "events:\n"
                     "  Packed:\n"
                     "    doc: Packed.\n"
                     "    sets: [box]\n"
                     "    fields:\n"
                     "      depth: {max: 7}\n"
                     "      boxes: {type: array, level: P1, doc: Boxes., elements: box}\n");
    assert_int_equal(FIELD(d, "Product Viewed", "supplier")->max, 9);
    assert_int_equal(FIELD(d, "Order Completed", "products.$.supplier")->max, 9);
    assert_int_equal(FIELD(d, "Order Completed", "products.$.price")->max, 100);
    assert_int_equal(FIELD(d, "Packed", "depth")->max, 7); // the event's own word wins
    assert_int_equal(FIELD(d, "Packed", "depth")->type, DICT_NUMBER);
    assert_non_null(FIELD(d, "Packed", "boxes.$.depth"));
    assert_null(FIELD(d, "Packed", "boxes.$.price"));
    assert_null(FIELD(d, "Packed", "boxes.0.depth"));
    dictionary_free(d);
}

#define DERIVED(row) "version: 1\nevents:\n  T:\n    doc: Test.\n    fields:\n      link: {type: url, level: P2, doc: X.}\n      " row "\n"
static void derived_fields(void **state)
{
    struct fixture *t = *state;
    struct dictionary *d = load(t, DERIVED("host: {type: string, level: P1, from: link, as: host, doc: X.}"));
    const struct dict_field *f = FIELD(d, "T", "host");
    assert_int_equal(f->as, DERIVE_HOST);
    assert_int_equal(f->from_count, 1);
    assert_str(f->from[0], "link");
    assert_int_equal(FIELD(d, "$context", "page.referrer_host")->as, DERIVE_OUTSIDE_HOST);
    assert_int_equal(FIELD(d, "$context", "device.class")->as, DERIVE_DEVICE_CLASS);
    dictionary_free(d);
    // a shop may take the derivation away, or seal the field
    d = load(t, "version: 1\nevents: {\"$context\": {fields: {page.click: {from: ~, as: ~}, campaign.term: {level: P2}}}}\n");
    assert_int_equal(FIELD(d, "$context", "page.click")->as, DERIVE_NONE);
    assert_int_equal(FIELD(d, "$context", "campaign.term")->level, DICT_P2);
    dictionary_free(d);
    static const struct {
        const char *text, *row, *says;
        cu_code code;
    } bad[] = {
        {DERIVED("x: {type: string, level: P1, from: link, doc: X.}"), "events/T/x", "belong together", CU_MISSING},
        {DERIVED("x: {type: string, level: P1, as: host, doc: X.}"), "events/T/x", "belong together", CU_MISSING},
        {DERIVED("x: {type: string, level: P1, from: lnk, as: host, doc: X.}"), "events/T/x", "did you mean \"link\"", CU_INVALID},
        {DERIVED("x: {type: string, level: P1, from: link, as: hosts, doc: X.}"), "events/T/x", "did you mean host", CU_INVALID},
        {DERIVED("x: {type: integer, level: P1, from: link, as: host, doc: X.}"), "events/T/x", "of type string", CU_INVALID},
        {DERIVED("x: {type: string, level: P1, from: x, as: host, doc: X.}"), "events/T/x", "no other derived", CU_INVALID},
        {DERIVED("a.b.c: {type: string, level: P1, from: link, as: host, doc: X.}"), "events/T/a.b.c", "one object deep", CU_INVALID},
        {"version: 1\npersons: {city_size: {type: string, level: P1, category: user, purposes: [service], from: [email], as: host, doc: X.}}\n",
            "persons/city_size", "fields of events", CU_INVALID},
    };
    for (size_t i = 0; i < CU_COUNT(bad); i++)
        refuse(t, cu_str_of(bad[i].text), bad[i].code, bad[i].row, "line ", bad[i].says);
}

static void versions_follow_rows_not_texts(void **state)
{
    struct fixture *t = *state;
    struct dictionary *a = load(t, ""), *b = load(t, "# only a comment\n"),
                      *c = load(t, "version: 1\n"),
                      *e = load(t, "version: 1\npersons: {email: {max: 254}}\n"),
                      *f = load(t, "version: 1\npersons: {email: {max: 253}}\n"),
                      *g = load(t, "---\n"), *h = load(t, "\xef\xbb\xbfversion: 1\n");
    assert_int_equal(dictionary_version(a), dictionary_version(b));
    assert_int_equal(dictionary_version(a), dictionary_version(c));
    assert_int_equal(dictionary_version(a), dictionary_version(e));
    assert_int_not_equal(dictionary_version(a), dictionary_version(f));
    assert_int_equal(dictionary_version(a), dictionary_version(g));
    assert_int_equal(dictionary_version(a), dictionary_version(h)); // a byte order mark is no fault
    struct dictionary *all[] = {a, b, c, e, f, g, h};
    for (size_t i = 0; i < CU_COUNT(all); i++)
        dictionary_free(all[i]);
    dictionary_free(NULL);
}

static void refuses_bad_yaml(void **state)
{
    static const struct {
        const char *text;
        cu_code code;
        const char *place, *says;
    } list[] = {
        {"version: 1\npersons:\n\temail: {level: P2}\n", CU_MALFORMED, "line 3, column 1", "tabs"},
        {"version: 1\npersons: [\n", CU_MALFORMED, "line 3", "not YAML"},
        {"version: 1\npersons: {email: {level: P2}\n", CU_MALFORMED, "line 3", "not YAML"},
        {"version: 1\n persons: x\n", CU_MALFORMED, "line 2", "not YAML"},
        {"version: 1\npersons: \"x\n", CU_MALFORMED, "line 3", "not YAML"},
        {"version: 1\nversion: 1\n", CU_CONFLICT, "line 2, column 1",
            "stands in the same mapping before"},
        {"version: 1\npersons: {email: {level: P2}}\npersons: {}\n", CU_CONFLICT,
            "line 3, column 1", "keep one"},
        {"version: 1\npersons:\n  email: {level: P2, level: P3}\n", CU_CONFLICT,
            "line 3, column 22", "keep one"},
        {"version: 1\npersons: &a {email: {level: P2}}\n", CU_MALFORMED, "line 2, column 10",
            "Anchors"},
        {"version: 1\npersons: {email: &x {level: P2}}\n", CU_MALFORMED, "line 2", "Anchors"},
        {"version: 1\npersons: *a\n", CU_MALFORMED, "line 2", "Aliases"},
        {"version: 1\npersons: !!map {email: {level: P2}}\n", CU_MALFORMED, "line 2", "tags"},
        {"version: !!int 1\n", CU_MALFORMED, "line 1", "tags"},
        {"version: 1\n<<: {a: b}\n", CU_UNKNOWN_FIELD, "line 2", "Known here"},
        {"version: 1\n? [a, b]\n: c\n", CU_MALFORMED, "line 2", "key has to be a text"},
        {"version: 1\n---\nversion: 1\n", CU_MALFORMED, "line 2", "One document"},
        {"%TAG ! tag:x,2026:\n---\nversion: 1\n", CU_MALFORMED, "line 1", "Directives"},
        {"version: 1\npersons: {a: {b: {c: {d: {e: {f: {g: {h: 1}}}}}}}}\n", CU_MALFORMED, "line 2",
            "nesting"},
        {"[1, 2]\n", CU_INVALID, "line 1, column 1", "mapping"},
        {"just text\n", CU_INVALID, "line 1, column 1", "mapping"},
    };
    for (size_t i = 0; i < CU_COUNT(list); i++)
        refuse(*state, cu_str_of(list[i].text), list[i].code, "", list[i].place, list[i].says);
    // the billion laughs, as YAML
    refuse(*state,
        CU_LIT("version: 1\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c "
               "[*b,*b,*b,*b,*b,*b,*b,*b]\n"),
        CU_MALFORMED, "", "line 2", "Anchors");
}

static void refuses_bad_bytes(void **state)
{
    static const cu_str list[] = {
        {"version: 1\n# \xff\xfe\n", 16},
        {"version: 1\n# a\0b\n", 16},
        {"version: 1\n# \xc3\n", 15},
        {"version: 1\n# \xed\xa0\x80\n", 17},
        {"version: 1\n# \x01\n", 15},
        {"\xff\xfev\0e\0r\0s\0", 10},
    };
    for (size_t i = 0; i < CU_COUNT(list); i++)
        refuse(*state, list[i], CU_MALFORMED, "", "line ", "not YAML");
}

static const struct {
    const char *text;
    cu_code code;
    const char *row, *place, *says;
} bad_rows[] = {
    {"persons: {}\n", CU_MISSING, "", "line 1, column 1", "version: 1"},
    {"version: 2\n", CU_VERSION, "", "line 1", "Version 1"},
    {"version: [1]\n", CU_VERSION, "", "line 1", "Version 1"},
    {"version: 1\nperson: {}\n", CU_UNKNOWN_FIELD, "", "line 2, column 1",
        "Did you mean \"persons\"?"},
    {"version: 1\ncolours: {}\n", CU_UNKNOWN_FIELD, "", "line 2", "Known here: version, persons"},
    {"version: 1\npersons: [email]\n", CU_INVALID, "persons", "line 2", "mapping of rows"},
    {"version: 1\nsets: 7\n", CU_INVALID, "sets", "line 2", "mapping of sets"},
    {"version: 1\npersons: {email: yes}\n", CU_INVALID, "persons/email", "line 2, column 11",
        "mapping of attributes"},
    {"version: 1\npersons: {email: ~}\n", CU_INVALID, "persons/email", "line 2",
        "mapping of attributes"},
    {"version: 1\npersons:\n  email:\n    tpye: email\n", CU_UNKNOWN_FIELD, "persons/email",
        "line 4, column 5", "did you mean \"type\"?"},
    {"version: 1\npersons: {email: {colour: red}}\n", CU_UNKNOWN_FIELD, "persons/email", "line 2",
        "type, min, max, options"},
    {"version: 1\nevents: {Signed Up: {filds: {}}}\n", CU_UNKNOWN_FIELD, "events/Signed Up",
        "line 2", "fields"},
    {"version: 1\npersons: {email: {type: emial}}\n", CU_INVALID, "persons/email", "line 2",
        "did you mean email?"},
    {"version: 1\npersons: {email: {level: P5}}\n", CU_INVALID, "persons/email", "line 2",
        "P0, P1, P2, P3, P4"},
    {"version: 1\npersons: {email: {level: [P2]}}\n", CU_INVALID, "persons/email", "line 2",
        "one of"},
    {"version: 1\npersons: {health: {type: string, level: P4, category: user, purposes: [service], doc: Ill.}}\n", CU_INVALID, "persons/health", "line 2",
        "consent or legal_obligation"},
    {"version: 1\npersons: {email: {group: undeclared}}\n", CU_INVALID, "persons/email", "line 2",
        "none, contact"},
    {"version: 1\npersons: {email: {max: many}}\n", CU_INVALID, "persons/email", "line 2",
        "whole number"},
    {"version: 1\npersons: {email: {max: 1.5}}\n", CU_INVALID, "persons/email", "line 2",
        "whole number"},
    {"version: 1\npersons: {email: {max: 99999999999999999999}}\n", CU_INVALID, "persons/email",
        "line 2", "whole number"},
    {"version: 1\npersons: {email: {retention_days: -1}}\n", CU_INVALID, "persons/email", "line 2",
        "0 to 36500"},
    {"version: 1\npersons: {email: {min: 300}}\n", CU_INVALID, "persons/email", "line 2",
        "no value"},
    {"version: 1\npersons: {email: {min: -3}}\n", CU_INVALID, "persons/email", "line 2",
        "no value"},
    {"version: 1\npersons: {email: {category: User Contact}}\n", CU_INVALID, "persons/email",
        "line 2", "lower-case"},
    {"version: 1\npersons: {email: {category: user..x}}\n", CU_INVALID, "persons/email", "line 2",
        "lower-case"},
    {"version: 1\npersons: {email: {doc: \"\"}}\n", CU_INVALID, "persons/email", "line 2",
        "1 to 400 bytes"},
    {"version: 1\npersons: {email: {doc: {a: b}}}\n", CU_INVALID, "persons/email", "line 2",
        "1 to 400 bytes"},
    {"version: 1\npersons: {email: {purposes: {a: b}}}\n", CU_INVALID, "persons/email", "line 2",
        "[one, two]"},
    {"version: 1\npersons: {email: {purposes: [[a]]}}\n", CU_INVALID, "persons/email", "line 2",
        "Each entry"},
    {"version: 1\npersons: {email: {purposes: [analitics]}}\n", CU_INVALID, "persons/email",
        "line 2", "did you mean \"analytics\"?"},
    {"version: 1\npersons: {email: {purposes: [resale]}}\n", CU_INVALID, "persons/email", "line 2",
        "purposes"},
    {"version: 1\npersons: {email: {identifier: telephone_number}}\n", CU_INVALID, "persons/email",
        "line 2", "identifiers"},
    {"version: 1\npersons: {email: {options: [a]}}\n", CU_INVALID, "persons/email", "line 2",
        "type enum"},
    {"version: 1\npersons: {email: {type: enum}}\n", CU_INVALID, "persons/email", "line 2",
        "needs \"options\""},
    {"version: 1\npersons: {email: {elements: product}}\n", CU_INVALID, "persons/email", "line 2",
        "type array"},
    {"version: 1\npersons: {size: {type: string}}\n", CU_MISSING, "persons/size", "line 2",
        "\"level\" is missing"},
    {"version: 1\npersons: {size: {}}\n", CU_MISSING, "persons/size", "line 2",
        "\"type\" is missing"},
    {"version: 1\nevents: {New One: {category: user}}\n", CU_MISSING, "events/New One", "line 2",
        "\"doc\" is missing"},
    {"version: 1\nevents: {New One: {doc: X., fields: {a: {type: string, level: P1}}}}\n",
        CU_MISSING, "events/New One/a", "line 2", "\"doc\" is missing"},
    {"version: 1\nevents: {Signed Up: {sets: [prodct]}}\n", CU_INVALID, "events/Signed Up",
        "line 2", "did you mean \"product\"?"},
    {"version: 1\nevents: {Signed Up: {fields: [a]}}\n", CU_INVALID, "events/Signed Up", "line 2",
        "mapping of rows"},
    {"version: 1\npurposes: {resale: {basis: consent}}\n", CU_MISSING, "purposes/resale", "line 2",
        "\"doc\" is missing"},
    {"version: 1\npurposes: {analytics: {basis: because}}\n", CU_INVALID, "purposes/analytics",
        "line 2", "legal_obligation"},
    {"version: 1\nidentifiers: {card: {priority: 9, doc: X.}}\n", CU_MISSING, "identifiers/card",
        "line 2", "\"limit\""},
    {"version: 1\nidentifiers: {card: {priority: 0}}\n", CU_INVALID, "identifiers/card", "line 2",
        "1 to 1000"},
    {"version: 1\npersons: {\"\": {" FIELD_ROW "}}\n", CU_INVALID, "persons", "line 2",
        "A name is"},
    {"version: 1\npersons: {\"_ _\": {" FIELD_ROW "}}\n", CU_INVALID, "persons", "line 2",
        "A name is"},
    {"version: 1\npersons: {\"a..b\": {" FIELD_ROW "}}\n", CU_INVALID, "persons", "line 2",
        "A name is"},
    {"version: 1\npersons: {\"a/b\": {" FIELD_ROW "}}\n", CU_INVALID, "persons", "line 2",
        "A name is"},
    {"version: 1\nevents: {\"a\\tb\": {doc: X.}}\n", CU_INVALID, "events", "line 2", "A name is"},
    {"version: 1\npersons:\n  shoeSize: {" FIELD_ROW "}\n  shoe_size: {" FIELD_ROW "}\n",
        CU_CONFLICT, "persons/shoeSize", "line 4, column 3", "line 3 already"},
    {"version: 1\nevents:\n  Order Completed: {retention_days: 1}\n  Completed Order: "
     "{retention_days: 2}\n",
        CU_CONFLICT, "events/Order Completed", "line 4", "line 3 already"},
    {"version: 1\npersons:\n  a: {" FIELD_ROW ", aliases: [x]}\n  b: {" FIELD_ROW
     ", aliases: [X]}\n",
        CU_CONFLICT, "persons/b", "line 4", "stands for \"a\""},
    {"version: 1\nsets:\n  s: {l: {type: array, level: P1, doc: X., elements: "
     "product}}\nevents:\n"
     "  E: {doc: X., fields: {l: {type: array, level: P1, doc: X., elements: s}}}\n",
        CU_INVALID, "events/E/l.$.l", "line 5", "elements of their own"},
};

static void refuses_bad_rows(void **state)
{
    for (size_t i = 0; i < CU_COUNT(bad_rows); i++)
        refuse(*state, cu_str_of(bad_rows[i].text), bad_rows[i].code, bad_rows[i].row,
            bad_rows[i].place, bad_rows[i].says);
}

static void refuses_what_is_too_large(void **state)
{
    struct fixture *t = *state;
    cu_buf_z(&t->out, "version: 1\n");
    while (t->out.len <= DICTIONARY_TEXT_MAX)
        cu_buf_z(&t->out, "# a comment that goes on and on\n");
    refuse(t, cu_buf_view(&t->out), CU_TOO_LARGE, "", "line 1", "1 MiB");
    cu_buf_reset(&t->out);
    cu_buf_z(&t->out, "version: 1\npersons:\n  email: {doc: ");
    while (t->out.len < 5000)
        cu_buf_char(&t->out, 'x');
    cu_buf_z(&t->out, "}\n");
    refuse(t, cu_buf_view(&t->out), CU_MALFORMED, "", "line 3", "4000 bytes");
    cu_buf_reset(&t->out);
    cu_buf_z(&t->out, "version: 1\npersons:\n");
    for (int i = 0; i < 2001; i++)
        cu_buf_printf(&t->out, "  f%d: {" FIELD_ROW "}\n", i);
    refuse(t, cu_buf_view(&t->out), CU_MALFORMED, "", "line 20", "2000 entries");
    cu_buf_reset(&t->out); // a set that multiplies: 1,500 events with 100 fields each
    cu_buf_z(&t->out, "version: 1\nsets:\n  many:\n");
    for (int i = 0; i < 100; i++)
        cu_buf_printf(&t->out, "    f%d: {type: string, level: P1, doc: X.}\n", i);
    cu_buf_z(&t->out, "events:\n");
    for (int i = 0; i < 1500; i++)
        cu_buf_printf(&t->out, "  E%d: {doc: X., sets: [many]}\n", i);
    struct dictionary *d = NULL;
    assert_code(dictionary_load(cu_buf_view(&t->out), &d, &t->err), CU_TOO_LARGE, &t->err);
    assert_has(t->err.text, "20000 rows");
    char name[200];
    memset(name, 'n', sizeof name);
    name[129] = 0;
    cu_buf_reset(&t->out);
    cu_buf_printf(&t->out, "version: 1\npersons: {%s: {" FIELD_ROW "}}\n", name);
    refuse(t, cu_buf_view(&t->out), CU_INVALID, "persons", "line 2", "A name is 1 to 128");
}

static void long_names_are_cut_between_characters(void **state)
{
    struct fixture *t = *state;
    cu_buf_z(&t->out, "version: 1\nevents: {\"x");
    for (int i = 0; i < 60; i++)
        cu_buf_z(&t->out, "ö");
    cu_buf_z(&t->out, "\": {colour: red}}\n");
    struct dictionary *d = NULL;
    assert_code(dictionary_load(cu_buf_view(&t->out), &d, &t->err), CU_UNKNOWN_FIELD, &t->err);
    cu_buf_reset(&t->out);
    struct json_writer w;
    jw_start(&w, &t->out);
    jw_z(&w, t->err.field);
    assert_true(json_is(parse_out(t), JSON_STRING)); // whole UTF-8
}

// Every allocation of loading fails once; nothing leaks (the sanitizer looks) and the answer says
// why.
static void survives_failing_allocations(void **state)
{
    struct fixture *t = *state;
    static const char text[] = "version: 1\nevents: {Packed: {doc: X., sets: [product]}}\n";
    bool done = false;
    uint64_t step = 1;
    for (uint64_t n = 1; !done; n += step) {
        struct dictionary *d = NULL;
        cu_fault_arm(CU_FAULT_ALLOC, n, false);
        cu_code code = dictionary_load(cu_str_of(text), &d, &t->err);
        uint64_t seen = cu_fault_count(CU_FAULT_ALLOC);
        cu_fault_disarm();
        done = code == CU_OK && seen < n;
        if (code == CU_OK)
            dictionary_free(d);
        else
            assert_code(code, CU_MEMORY, &t->err);
        step = n < 60 ? 1 : n / 12; // every one at the start, then samples: a load makes thousands
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(attributes_replace_one_by_one),
        TEST(a_tilde_takes_an_attribute_away),
        TEST(an_alias_leads_to_its_row),
        TEST(sets_reach_every_event_that_names_them),
        TEST(derived_fields),
        TEST(versions_follow_rows_not_texts),
        TEST(refuses_bad_yaml),
        TEST(refuses_bad_bytes),
        TEST(refuses_bad_rows),
        TEST(refuses_what_is_too_large),
        TEST(long_names_are_cut_between_characters),
        TEST(survives_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
