// SPDX-License-Identifier: Apache-2.0
// Checking: names, types, windows, limits, closed lists; warnings; and that a lack of memory at any point is said and
// leaves nothing behind.
#include "segment_random.h"

#include "base/fault.h"

struct expected {
    const char *text;
    uint32_t at;
    const char *says; // NULL: nothing at all
};

static void expect(struct language *l, const struct expected *e, bool warning)
{
    struct seg_node *n = NULL;
    if (read_text(l, e->text, &n) != CU_OK)
        fail_msg("%s\n  is not read: %s", e->text, l->err.text);
    cu_code code = check(l, n);
    bool fits = e->says ? says(&l->faults, warning, e->says) && l->faults.at[0].at == e->at : l->faults.count == 0;
    if (!fits || (code == CU_OK) != (warning || !e->says)) {
        faults_show(&l->faults);
        fail_msg("%s\n  should say at %u: %s", e->text, e->at, e->says ? e->says : "nothing");
    }
    cu_arena_reset(l->arena);
}

static const struct expected faults[] = {
    // names
    {"contry is \"DE\"", 0, "There is no field \"contry\" of persons; did you mean \"country\"?"},
    {"orders.revenu > 5", 0, "did you mean \"orders.revenue\"?"},
    {"xyzzy is 5", 0, "There is no field \"xyzzy\" of persons."},
    {"address is known", 0, "several values in one"},
    {"did \"Order Completed\" where (totl > 5)", 29, "This event has no property \"totl\"; did you mean \"total\"?"},
    {"did \"Order Completed\" where (email is known)", 29, "personal (level P2) and sealed"},
    {"did \"Order Completed\" where ($context.ip is \"x\")", 29, "sealed"},
    {"did \"Order Completed\" where (products is known)", 29, "several values in one"},
    {"did any event where (total > 5)", 21, "\"Any event\" has no property"},
    {"did \"$context\"", 4, "is no event"},
    {"\"Signed Up\" then \"Order Completed\" with the same total", 0, "This event has no property"},
    {"sum of totl of \"Order Completed\" > 5", 33, "did you mean \"total\"?"},
    {"in segment \"vipp\"", 0, "There is no segment \"vipp\"; did you mean \"vip\"?"},
    // types
    {"orders.count is \"many\"", 0, "A number is expected, such as 100"},
    {"orders.count is yes", 0, "A number is expected"},
    {"orders.count contains \"1\"", 0, "This is a number: it can be compared with"},
    {"orders.count is in the last 3 days", 0, "This is a number"},
    {"plan is more than \"a\"", 0, "This is a text"},
    {"accepts_marketing is more than yes", 0, "This is yes or no"},
    {"accepts_marketing is \"maybe\"", 0, "Yes or no is expected."},
    {"createdAt is before 5", 0, "A day such as 2026-01-31"},
    {"createdAt is before \"soon\"", 0, "A day such as 2026-01-31"},
    {"createdAt contains \"2026\"", 0, "This is a time"},
    {"createdAt is one of (2026-01-01, 2026-01-02)", 0, "compared with one day"},
    {"did \"Order Completed\" where (total is \"x\")", 29, "A number is expected"},
    {"did \"Order Completed\" 1.5 times", 22, "A whole number from 0"},
    {"did \"Order Completed\" exactly -1 times", 22, "A whole number from 0"},
    {"number of \"Order Completed\" is known", 28, "always known"},
    {"sum of order_id of \"Order Completed\" > 5", 37, "Only numbers can be added up; this property is a text"},
    {"minimum of order_id of \"Order Completed\" > 5", 41, "Only numbers and times have a minimum"},
    {"first time of \"Order Completed\" > 5", 32, "A day such as"},
    {"first value of coupon of \"Order Completed\" > 5", 43, "This is a text"},
    {"\"Size Asked\" then \"Order Completed\" with the same size", 0, "has no property"},
    // values
    {"orders.count is between 5 and 1", 0, "swapped"},
    {"createdAt is between 2026-02-01 and 2026-01-01", 0, "swapped"},
    // windows
    {"did \"Order Completed\" in the last 0 days", 22, "at least one and at most 36525 days"},
    {"did \"Order Completed\" in the last -3 days", 22, "at least one"},
    {"did \"Order Completed\" in the last 1000 years", 22, "at most 100 years"},
    {"did \"Order Completed\" in the last 36526 days", 22, "at most 36525 days"},
    {"did \"Order Completed\" longer than 1201 months ago", 22, "at most 1200 months"},
    {"did \"Order Completed\" between 30 and 60 days ago", 22, "The larger number comes first"},
    {"did \"Order Completed\" between 30 and 30 days ago", 22, "The larger number comes first"},
    {"did \"Order Completed\" from 2026-02-01 to 2026-01-01", 22, "ends before it begins"},
    {"did \"Order Completed\" from 1800-01-01 to 2026-01-01", 22, "at most 36525 days"},
    {"did \"Order Completed\" in the next 3 days", 22, "lies in the past"},
    {"entered segment \"vip\" in the last 0 days", 22, "at least one"},
    {"createdAt is in the last 0 days", 13, "at least one"},
    {"birthday has its anniversary longer than 2 days ago", 29, "An anniversary is"},
    {"birthday has its anniversary in the last 3 hours", 29, "An anniversary is"},
    // the rest
    {"sample of 0 %", 0, "from 0.1 to 99.9 %"},
    {"sample of 100 %", 0, "from 0.1 to 99.9 %"},
};

static void faults_of_meaning(void **state)
{
    for (size_t i = 0; i < CU_COUNT(faults); i++)
        expect(*state, &faults[i], false);
}

static const struct expected warnings[] = {
    {"did \"Order Complete\"", 4, "Nobody declared the event \"Order Complete\"; did you mean \"Order Completed\"?"},
    {"did \"Something Else\"", 4, "only calls by that very name"},
    {"country is \"DX\"", 0, "This is no country code"},
    {"country is \"Germany\"", 0, "This is no country code"},
    {"tier is \"golden\"", 0, "none of the values of the list; did you mean \"gold\"?"},
    {"rfm.group is \"champion\"", 0, "did you mean \"champions\"?"},
    {"did \"Size Asked\" where (size is XXL)", 24, "none of the values"},
    {"did \"Order Completed\" where (currency is \"EURO\")", 29, "three letters"},
    {"plan is \"\"", 0, "is unknown"},
    {"plan contains \"\"", 0, "Every text contains"},
    {"plan is a and plan is b", 14, "Nobody can meet both"},
    {"orders.count > 5 and orders.count < 3", 21, "Nobody can meet both"},
    {"orders.count is 5 and orders.count is not 5", 22, "Nobody can meet both"},
    {"plan is unknown and plan is a", 20, "Nobody can meet both"},
    {"createdAt is before 2026-01-01 and createdAt is after 2026-01-01", 35, "Nobody can meet both"},
    {"plan is a and not plan is a", 14, "its opposite"},
    {"plan is a or not plan is a", 13, "Everybody meets this condition or its opposite"},
    {"plan is a or plan is a", 13, "twice"},
    {"plan is a or everybody", 13, "the whole \"or\""},
    {"plan is a and everybody", 14, "leaves nobody out"},
    {"not everybody", 0, "Nobody can meet"},
    {"did \"Order Completed\" at least 0 times", 0, "Everybody meets this condition"},
    {"did \"Order Completed\" less than 0 times", 0, "Nobody can meet"},
    {"did \"Order Completed\" where (total > 5 and total < 3)", 43, "No event can meet both"},
};

static void warnings_of_meaning(void **state)
{
    for (size_t i = 0; i < CU_COUNT(warnings); i++)
        expect(*state, &warnings[i], true);
}

static void what_is_right_says_nothing(void **state)
{
    static const char *const texts[] = {"plan is a or plan is b", "orders.count > 5 and orders.count < 9",
        "did \"Order Completed\" where (sku is a and sku is b)", "tier is GOLD", "country is de",
        "not plan is a or plan is b", "did \"Signed Up\" exactly 0 times", "plan is unknown and plan is not a",
        "in segment \"vip\"", "createdAt is in the last 1 minute", "did \"Order Completed\" in the last 36525 days",
        "did \"Order Completed\" between 30 and 0 days ago"};
    for (size_t i = 0; i < CU_COUNT(texts); i++)
        expect(*state, &(const struct expected){texts[i], 0, NULL}, false);
}

static void what_checking_fills_in(void **state)
{
    struct language *l = *state;
    struct seg_node *n =
        good_text(l, "COUNTRY is de and did order_completed where (Order_ID is 7 and sku is x and revenue > 5)");
    const struct seg_test *country = &n->children[0]->field, *where = n->children[1]->did.event.where;
    assert_true(cu_str_eqz(country->field, "address.country") && cu_str_eqz(country->values[0].text, "DE"));
    assert_ptr_equal(country->known, seg_catalog_field(l->catalog, CU_LIT("country")));
    assert_true(cu_str_eqz(n->children[1]->did.event.name, "Order Completed") && n->children[1]->did.event.known);
    assert_true(cu_str_eqz(where[0].field, "order_id") && cu_str_eqz(where[0].values[0].text, "7"));
    assert_true(cu_str_eqz(where[1].field, "products.$.sku") && where[1].property && where[1].type == SEG_TEXT);
    assert_true(!where[2].property && where[2].type == SEG_NUMBER && where[2].values[0].number == 50000);
    // a shared property goes by the name that leads to it in every step
    n = good_text(l, "\"Order Completed\" then \"Product Viewed\" with the same Product_ID");
    assert_true(cu_str_eqz(n->sequence.same[0], "product_id"));
    n = good_text(l, "\"Order Completed\" then \"Order Refunded\" with the same product_id");
    assert_true(cu_str_eqz(n->sequence.same[0], "products.$.product_id"));
}

// --- JSON: where faults are

static const struct {
    const char *json, *path, *says;
} pointers[] = {
    {"5", "", "A condition is expected"},
    {"{}", "", "A condition is expected"},
    {"{\"all\":[]}", "/all", "at least one condition"},
    {"{\"all\":5}", "/all", "at least one condition"},
    {"{\"any\":[{\"everybody\":true},{\"not\":{\"everybody\":false}}]}", "/any/1/not/everybody", "true"},
    {"{\"everybody\":true,\"x\":1}", "", "There is no member \"x\" here"},
    {"{\"field\":\"plan\",\"tets\":\"is\"}", "", "did you mean \"test\"?"},
    {"{\"field\":5}", "/field", "A text of at most 255 bytes"},
    {"{\"field\":\"plan\",\"test\":\"iss\"}", "/test", "One of is, is_not"},
    {"{\"field\":\"plan\",\"test\":\"is\"}", "", "needs at least one value"},
    {"{\"field\":\"plan\",\"test\":\"is\",\"values\":\"x\"}", "/values", "A list of at most 10000"},
    {"{\"field\":\"plan\",\"test\":\"is\",\"values\":[{}]}", "/values/0", "A text, a number, true or false"},
    {"{\"field\":\"orders.count\",\"test\":\"is\",\"values\":[1,\"x\"]}", "/values/1", "A number is expected"},
    {"{\"field\":\"orders.count\",\"test\":\"is\",\"values\":[1.23456]}", "/values/0", "four decimals"},
    {"{\"field\":\"orders.count\",\"test\":\"is\",\"values\":[1e300]}", "/values/0", "up to"},
    {"{\"field\":\"orders.count\",\"test\":\"between\",\"values\":[1]}", "", "two values"},
    {"{\"field\":\"orders.count\",\"test\":\"known\",\"values\":[1]}", "", "no value"},
    {"{\"field\":\"createdAt\",\"test\":\"within\"}", "/window", "A window is expected"},
    {"{\"field\":\"createdAt\",\"test\":\"within\",\"window\":{}}", "/window", "A window has one of"},
    {"{\"field\":\"createdAt\",\"test\":\"within\",\"window\":{\"last\":{\"n\":\"x\"}}}", "/window/last/n",
        "whole number"},
    {"{\"field\":\"createdAt\",\"test\":\"within\",\"window\":{\"last\":{\"n\":3,\"unit\":\"eons\"}}}",
        "/window/last/unit", "One of minutes"},
    {"{\"field\":\"createdAt\",\"test\":\"within\",\"window\":{\"dates\":{}}}", "/window", "a first day"},
    {"{\"field\":\"createdAt\",\"test\":\"within\",\"window\":{\"dates\":{\"to\":\"x\"}}}", "/window/dates/to",
        "A day such as"},
    {"{\"field\":\"createdAt\",\"test\":\"within\",\"window\":{\"calendar\":{\"unit\":\"month\",\"back\":-1}}}",
        "/window", "at least"},
    {"{\"field\":\"plan\",\"test\":\"known\",\"window\":{\"last\":{\"n\":3,\"unit\":\"days\"}}}", "", "have a window"},
    {"{\"did\":5}", "/did", "An event such as"},
    {"{\"did\":{\"event\":\"Order "
     "Completed\",\"where\":[{\"field\":\"total\"},{\"field\":\"nope\",\"test\":\"known\"}]}}",
        "/did/where/0", "needs at least one value"},
    {"{\"did\":{\"event\":\"Order Completed\",\"of\":\"total\"}}", "/did/of", "leave it out"},
    {"{\"did\":{\"event\":\"Order Completed\",\"measure\":\"sum\",\"test\":\"more\",\"values\":[1]}}", "/did",
        "name of a property"},
    {"{\"did\":{\"event\":\"Order Completed\",\"window\":{\"next\":{\"n\":3,\"unit\":\"days\"}}}}", "/did/window",
        "in the past"},
    {"{\"sequence\":{\"steps\":[{\"event\":\"Signed Up\"}]}}", "/sequence", "2 to 8 steps"},
    {"{\"sequence\":{\"steps\":[1,2,3,4,5,6,7,8,9]}}", "/sequence/steps", "at most 8"},
    {"{\"sequence\":{\"steps\":[{\"event\":\"Signed Up\",\"within\":{\"n\":1,\"unit\":\"days\"}},{\"event\":\"Signed "
     "Up\"}]}}",
        "/sequence/steps/0", "the first has none"},
    {"{\"sequence\":{\"steps\":[{\"event\":\"Signed Up\"},{\"event\":\"Signed "
     "Up\",\"within\":{\"n\":1,\"unit\":\"months\"}}]}}",
        "/sequence/steps/1/within", "minutes, hours, days or weeks"},
    {"{\"sequence\":{\"steps\":[{\"event\":\"Signed Up\"},{\"event\":\"Signed Up\"}],\"without_for\":\"ever\"}}",
        "/sequence", "names no event"},
    {"{\"sequence\":{\"steps\":[{\"event\":\"Signed Up\"},{\"event\":\"Signed Up\"}],\"same\":[5]}}", "/sequence/same",
        "Names of properties"},
    {"{\"member\":{\"segment\":\"\"}}", "/member", "The name of a segment"},
    {"{\"member\":{\"segment\":\"vip\",\"window\":{\"last\":{\"n\":3,\"unit\":\"days\"}}}}", "/member", "is now"},
    {"{\"sample\":{\"percent\":\"x\"}}", "/sample/percent", "A percentage"},
    {"{\"sample\":{\"percent\":0}}", "/sample", "from 0.1"},
};

static void faults_of_json_have_pointers(void **state)
{
    struct language *l = *state;
    for (size_t i = 0; i < CU_COUNT(pointers); i++) {
        struct seg_node *n = NULL;
        cu_code code = read_json(l, cu_str_of(pointers[i].json), &n);
        if (code == CU_OK)
            code = check(l, n);
        if (code != CU_INVALID || strcmp(l->err.field, pointers[i].path) != 0 || !strstr(l->err.text, pointers[i].says))
            fail_msg("%s\n  \"%s\": %s", pointers[i].json, l->err.field, code ? l->err.text : "accepted");
        cu_arena_reset(l->arena);
    }
}

static void json_limits_hold(void **state)
{
    struct language *l = *state;
    struct seg_node *n = NULL;
    cu_buf_reset(&l->out);
    for (int i = 0; i < 16; i++)
        cu_buf_z(&l->out, "{\"not\":");
    cu_buf_z(&l->out, "{\"everybody\":true}");
    for (int i = 0; i < 16; i++)
        cu_buf_z(&l->out, "}");
    assert_int_equal(read_json(l, cu_buf_view(&l->out), &n), CU_INVALID);
    assert_non_null(strstr(l->err.text, "at most 16 inside"));
    cu_buf_reset(&l->out);
    cu_buf_z(&l->out, "{\"all\":[{\"everybody\":true}");
    for (int i = 0; i < 199; i++)
        cu_buf_z(&l->out, ",{\"everybody\":true}");
    cu_buf_z(&l->out, "]}");
    assert_int_equal(read_json(l, cu_buf_view(&l->out), &n), CU_INVALID);
    assert_non_null(strstr(l->err.text, "at most 200 conditions"));
    cu_buf_reset(&l->out);
    cu_buf_z(&l->out, "{\"field\":\"orders.count\",\"test\":\"is\",\"values\":[0");
    for (int i = 1; i < 10000; i++)
        cu_buf_printf(&l->out, ",%d", i);
    cu_buf_z(&l->out, "]}");
    assert_int_equal(read_json(l, cu_buf_view(&l->out), &n), CU_OK);
    assert_int_equal(check(l, n), CU_OK);
    assert_int_equal(n->field.value_count, 10000);
}

// A single condition in "all" is kept in JSON, and numbers count it.
static void a_group_of_one_stays(void **state)
{
    struct language *l = *state;
    struct seg_node *n = NULL;
    const char *document = "{\"all\":[{\"any\":[{\"everybody\":true}]}]}";
    assert_int_equal(read_json(l, cu_str_of(document), &n), CU_OK);
    assert_int_equal(check(l, n), CU_OK);
    assert_string_equal(json_of(l, n), document);
    assert_string_equal(text_of(l, n), "everybody");
    assert_int_equal(n->children[0]->children[0]->number, 2);
}

static void members_are_found_once(void **state)
{
    struct language *l = *state;
    cu_str names[2];
    struct seg_node *n =
        good_text(l, "in segment \"vip\" or (entered segment \"vip\" and not left segment \"new customers\")");
    assert_int_equal(seg_members(n, names, 2), 2);
    assert_true(cu_str_eqz(names[0], "vip") && cu_str_eqz(names[1], "new customers"));
    assert_int_equal(seg_members(n, names, 0), 3); // without room nothing is known to be the same
}

// --- the catalogue

static void the_catalogue_knows_names(void **state)
{
    struct language *l = *state;
    const struct seg_field *fields = NULL, *f;
    size_t count = seg_catalog_fields(l->catalog, &fields);
    assert_true(count > 70);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(seg_catalog_field(l->catalog, fields[i].name), &fields[i]);
        assert_true(fields[i].doc && fields[i].doc[0] && (i == 0 || cu_str_cmp(fields[i - 1].name, fields[i].name) < 0));
    }
    f = seg_catalog_field(l->catalog, CU_LIT("Country_Code.Updated"));
    assert_true(
        f && cu_str_eqz(f->name, "address.country.updated") && f->source == SEG_TRAIT_UPDATED && f->type == SEG_TIME);
    f = seg_catalog_field(l->catalog, CU_LIT("tier"));
    assert_true(f && f->options && strcmp(f->options[2], "bronze") == 0 && !f->options[3]);
    assert_null(seg_catalog_field(l->catalog, CU_LIT("address")));
    assert_null(seg_catalog_field(l->catalog, CU_LIT("")));
    assert_null(seg_catalog_field(l->catalog, CU_LIT(".updated")));
    struct seg_property p;
    assert_int_equal(seg_catalog_property(l->catalog, CU_LIT("order_completed"), CU_LIT("SKU"), &p), SEG_PROPERTY_FOUND);
    assert_true(cu_str_eqz(p.path, "products.$.sku"));
    assert_int_equal(seg_catalog_property(l->catalog, CU_LIT("Product Viewed"), CU_LIT("sku"), &p), SEG_PROPERTY_FOUND);
    assert_true(cu_str_eqz(p.path, "sku"));
    assert_int_equal(seg_catalog_property(l->catalog, CU_NONE, CU_LIT("$CONTEXT.campaign.name"), &p), SEG_PROPERTY_FOUND);
    assert_true(cu_str_eqz(p.path, "$context.campaign.name") && p.field);
    assert_int_equal(seg_catalog_property(l->catalog, CU_NONE, CU_LIT("$context.device"), &p), SEG_PROPERTY_SEALED);
    assert_int_equal(seg_catalog_property(l->catalog, CU_NONE, CU_LIT("$context.app"), &p), SEG_PROPERTY_PARTS);
    assert_int_equal(seg_catalog_property(l->catalog, CU_NONE, CU_LIT("total"), &p), SEG_PROPERTY_UNKNOWN);
}

// --- when memory ends

static cu_code everything_once(struct language *l, const char *text, const char *document)
{
    struct seg_catalog *c = NULL;
    struct seg_node *n = NULL, *m = NULL;
    struct json_writer w;
    json v;
    const struct seg_catalog_options o = language_options(l);
    struct cu_arena *a = cu_arena_new(SEG_ARENA_MAX);
    cu_buf_clear(&l->out);
    jw_start(&w, &l->out);
    cu_code code = a ? seg_catalog_open(&o, &c, &l->err) : CU_MEMORY;
    if (code == CU_OK)
        code = seg_parse_text(cu_str_of(text), c, a, &n, &l->faults, &l->err);
    if (code == CU_OK)
        code = seg_check(n, c, a, &l->faults, &l->err);
    if (code == CU_OK)
        code = json_parse(l->parser, cu_str_of(document), &v, &l->err);
    if (code == CU_OK)
        code = seg_parse_json(v, c, a, &m, NULL, &l->err);
    if (code == CU_OK)
        code = seg_check(m, c, a, NULL, &l->err);
    if (code == CU_OK && !seg_copy(m, a))
        code = CU_MEMORY;
    if (code == CU_OK)
        code = seg_complete(CU_LIT("did \"Order Completed\" where "), 28, c, &w, &l->err);
    if (code == CU_OK) {
        seg_print_text(n, c, &l->out);
        seg_print_json(n, c, &w);
        code = cu_buf_code(&l->out, &l->err);
    }
    seg_catalog_close(c);
    cu_arena_free(a);
    return code;
}

static void every_allocation_may_fail(void **state)
{
    struct language *l = *state;
    static const char text[] =
        "country is one of (de, at, ch, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o) and not (createdAt is 2026-01-01\n"
        "or did \"Order Completed\" where (sku is \"a\\nb\" and total > 5) or sum of total of \"Order Completed\" today "
        "> 5\n"
        "or \"Signed Up\" then any event within 1 day with the same source without \"Order Refunded\" for 3 days\n"
        "or sample of 5 % by x or in segment vip)";
    static const char document[] =
        "{\"all\":[{\"field\":\"createdAt\",\"test\":\"is\",\"values\":[\"2026-01-01\"]},{\"sequence\":{\"steps\":"
        "[{\"event\":\"Signed Up\"},{\"event\":\"\"}],\"same\":[\"source\"],\"without\":[{\"event\":\"x\"}]}},"
        "{\"did\":{\"event\":\"Order Completed\",\"where\":[{\"field\":\"sku\",\"test\":\"is\",\"values\":[5,true]}]}}]}";
    uint64_t nth = 1;
    for (;; nth++) {
        cu_fault_arm(CU_FAULT_ALLOC, nth, false);
        cu_code code = everything_once(l, text, document);
        bool hit = cu_fault_count(CU_FAULT_ALLOC) >= nth;
        cu_fault_disarm();
        if (code == CU_OK && !hit)
            break;
        // completion leaves out what it has no memory for; all else says so
        if (code != CU_MEMORY && code != CU_OK)
            fail_msg("allocation %llu: %s: %s", (unsigned long long)nth, cu_code_rows[code].name, l->err.text);
    }
    assert_true(nth > 200);
    assert_true(says(&l->faults, true, "country code"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LANGUAGE(faults_of_meaning),
        LANGUAGE(warnings_of_meaning),
        LANGUAGE(what_is_right_says_nothing),
        LANGUAGE(what_checking_fills_in),
        LANGUAGE(faults_of_json_have_pointers),
        LANGUAGE(json_limits_hold),
        LANGUAGE(a_group_of_one_stays),
        LANGUAGE(members_are_found_once),
        LANGUAGE(the_catalogue_knows_names),
        LANGUAGE(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
