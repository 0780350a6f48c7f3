// SPDX-License-Identifier: Apache-2.0
// The built-in dictionary: complete rows, the names real clients use, levels that keep personal
// values sealed, and a golden file of what it comes to.

#include "dictionary_test.h"
#include "golden.h"

static const char *const type_names[] = {"string", "integer", "number", "money", "boolean", "time",
    "date", "email", "phone", "url", "country", "currency", "enum", "object", "array", "any"};

static void check_field(const char *of, const struct dict_field *f)
{
    if (!f->name.len || !f->doc.len || !f->category.len || !f->owner.len || f->purpose_count == 0 ||
        f->min > f->max || (f->level >= DICT_P2) != (f->group != DICT_GROUP_NONE) ||
        f->group == DICT_GROUP_UNDECLARED || !strchr(".?", f->doc.ptr[f->doc.len - 1]) ||
        f->retention_days < 0)
        fail_msg("%s/%.*s is not complete", of, CU_ARG(f->name));
    if (!cu_str_starts(f->category, CU_LIT("user")) &&
        !cu_str_starts(f->category, CU_LIT("system")))
        fail_msg("%s/%.*s has a category nobody knows", of, CU_ARG(f->name));
}

static void rows_are_complete(void **state)
{
    struct dictionary *d = load(*state, "");
    const struct dict_field *fields;
    const struct dict_event *events;
    const struct dict_purpose *purposes;
    const struct dict_identifier *kinds;
    size_t count = dictionary_person_fields(d, &fields);
    assert_true(count > 35);
    for (size_t i = 0; i < count; i++)
        check_field("persons", &fields[i]);
    count = dictionary_events(d, &events);
    assert_true(count > 75);
    for (size_t i = 0; i < count; i++) {
        assert_true(events[i].doc.len && events[i].category.len && events[i].owner.len &&
                    events[i].purpose_count);
        assert_true(events[i].retention_days > 0);
        for (uint32_t f = 0; f < events[i].field_count; f++)
            check_field(events[i].name.ptr, &events[i].fields[f]);
    }
    count = dictionary_purposes(d, &purposes);
    assert_int_equal(count, 8);
    for (size_t i = 0; i < count; i++)
        assert_true(purposes[i].doc.len > 0 &&
                    (purposes[i].basis != DICT_CONSENT || purposes[i].category_count > 0));
    count = dictionary_identifiers(d, &kinds);
    assert_true(count > 10);
    for (size_t i = 0; i < count; i++)
        assert_true(kinds[i].doc.len > 0 && kinds[i].priority > 0 && kinds[i].limit > 0);
    dictionary_free(d);
}

static void every_semantic_event_is_there(void **state)
{
    static const char *const names[] = {"Products Searched", "Product List Viewed",
        "Viewed Product Category", "Product List Filtered", "Promotion Viewed", "Viewed Promotion",
        "Promotion Clicked", "Clicked Promotion", "Product Clicked", "Clicked Product",
        "Product Viewed", "Viewed Product", "Product Added", "Added Product", "Product Removed",
        "Removed Product", "Cart Viewed", "Checkout Started", "Started Order",
        "Checkout Step Viewed", "Viewed Checkout Step", "Checkout Step Completed",
        "Completed Checkout Step", "Payment Info Entered", "Order Updated", "Updated Order",
        "Order Completed", "Completed Order", "Order Refunded", "Order Cancelled", "Coupon Entered",
        "Coupon Applied", "Coupon Denied", "Coupon Removed", "Product Added to Wishlist",
        "Product Removed from Wishlist", "Wishlist Product Added to Cart", "Product Shared",
        "Cart Shared", "Product Reviewed", "Email Bounced", "Email Delivered", "Email Link Clicked",
        "Email Marked as Spam", "Email Opened", "Unsubscribed", "Experiment Viewed",
        "Account Created", "Account Deleted", "Signed Up", "Signed In", "Signed Out", "Invite Sent",
        "Account Added User", "Account Removed User", "Trial Started", "Trial Ended",
        "Live Chat Conversation Started", "Live Chat Conversation Ended", "Live Chat Message Sent",
        "Live Chat Message Received", "Application Installed", "Application Opened",
        "Application Updated", "Install Attributed", "Push Notification Received",
        "Push Notification Tapped", "Push Notification Bounced", "Deep Link Opened",
        "Deep Link Clicked", "Video Playback Started", "Video Content Playing",
        "Video Ad Completed", "Segment Consent Preference Updated", "$identify", "$page", "$screen",
        "$group", "$alias", "$context"};
    struct dictionary *d = load(*state, "");
    for (size_t i = 0; i < CU_COUNT(names); i++)
        if (!dictionary_event(d, cu_str_of(names[i])))
            fail_msg("\"%s\" is not in the dictionary", names[i]);
    assert_str(EVENT(d, "Completed Order")->name, "Order Completed");
    assert_str(EVENT(d, "order_completed")->name, "Order Completed");
    assert_str(EVENT(d, "checkout_completed")->name, "Order Completed");
    assert_null(EVENT(d, "Order"));
    assert_null(EVENT(d, ""));
    dictionary_free(d);
}

static void traits_are_found_as_clients_write_them(void **state)
{
    static const char *const pairs[][2] = {{"email", "email"}, {"E-Mail", "email"},
        {"Email Address", "email"}, {"firstName", "firstName"}, {"first_name", "firstName"},
        {"First Name", "firstName"}, {"FIRSTNAME", "firstName"}, {"lastname", "lastName"},
        {"phone_number", "phone"}, {"createdAt", "createdAt"}, {"created_at", "createdAt"},
        {"date_of_birth", "birthday"}, {"address.postalCode", "address.postalCode"},
        {"address.postal_code", "address.postalCode"}, {"address.zip", "address.postalCode"},
        {"zip", "address.postalCode"}, {"city", "address.city"},
        {"Default Address City", "address.city"},
        {"company.employeeCount", "company.employee_count"}, {"Country/Region", "address.country"}};
    struct dictionary *d = load(*state, "");
    for (size_t i = 0; i < CU_COUNT(pairs); i++) {
        const struct dict_field *f = dictionary_person_field(d, cu_str_of(pairs[i][0]));
        if (!f || !cu_str_eqz(f->name, pairs[i][1]))
            fail_msg("%s is not %s", pairs[i][0], pairs[i][1]);
    }
    assert_null(PERSON(d, "shoe_size"));
    assert_null(PERSON(d, "address.moon"));
    assert_null(PERSON(d, "email.more"));
    assert_null(PERSON(d, ""));
    assert_null(PERSON(d, "."));
    assert_null(PERSON(d, "..."));
    assert_null(PERSON(d, "_-"));
    char huge[5000];
    memset(huge, 'a', sizeof huge);
    assert_null(dictionary_person_field(d, (cu_str){huge, sizeof huge}));
    assert_str(PERSON(d, "email")->identifier, "email");
    assert_str(PERSON(d, "phone")->identifier, "phone");
    assert_int_equal(PERSON(d, "first_name")->identifier.len, 0);
    dictionary_free(d);
}

static void personal_values_are_sealed(void **state)
{
    static const char *const persons[] = {"email", "phone", "firstName", "lastName", "name",
        "username", "birthday", "gender", "age", "address", "address.street", "address.city",
        "address.postalCode", "avatar", "description", "title", "website", "company.name", "note",
        "tags", "customer_number"};
    static const char *const sealed[][2] = {{"Products Searched", "query"},
        {"Product Viewed", "url"}, {"Product Shared", "share_message"},
        {"Product Shared", "recipient"}, {"Product Reviewed", "review_body"},
        {"Order Completed", "email"}, {"Order Refunded", "reason"}, {"$page", "url"},
        {"$page", "search"}, {"$page", "referrer"}, {"$context", "ip"}, {"$context", "userAgent"},
        {"$context", "page.url"}, {"$context", "page.referrer"}, {"$context", "externalIds.$.id"},
        {"Signed Up", "email"}, {"Signed Up", "first_name"}, {"Invite Sent", "invitee_email"},
        {"Email Link Clicked", "link_url"}, {"Order Completed", "products.$.url"}};
    static const char *const plain[][2] = {{"Order Completed", "order_id"},
        {"Order Completed", "total"}, {"Order Completed", "currency"},
        {"Order Completed", "coupon"}, {"Order Completed", "products.$.price"},
        {"Order Completed", "products.$.product_id"}, {"Product Viewed", "category"},
        {"Product Added", "quantity"}, {"$page", "path"}, {"$context", "campaign.source"},
        {"$context", "locale"}, {"Email Opened", "campaign_id"}};
    struct dictionary *d = load(*state, "");
    for (size_t i = 0; i < CU_COUNT(persons); i++) {
        const struct dict_field *f = dictionary_person_field(d, cu_str_of(persons[i]));
        if (!f || f->level < DICT_P2)
            fail_msg("persons/%s has to be sealed", persons[i]);
    }
    for (size_t i = 0; i < CU_COUNT(sealed) + CU_COUNT(plain); i++) {
        bool open = i >= CU_COUNT(sealed);
        const char *const *name = open ? plain[i - CU_COUNT(sealed)] : sealed[i];
        const struct dict_event *e = dictionary_event(d, cu_str_of(name[0]));
        const struct dict_field *f = e ? dictionary_event_field(e, cu_str_of(name[1])) : NULL;
        if (!f || (f->level < DICT_P2) != open)
            fail_msg("events/%s/%s has to be %s", name[0], name[1], open ? "plain" : "sealed");
    }
    assert_int_equal(PERSON(d, "email")->group, DICT_GROUP_CONTACT);
    assert_int_equal(PERSON(d, "city")->group, DICT_GROUP_ADDRESS);
    assert_int_equal(PERSON(d, "birthday")->group, DICT_GROUP_SENSITIVE);
    assert_int_equal(FIELD(d, "Products Searched", "query")->group, DICT_GROUP_BEHAVIOUR);
    assert_int_equal(FIELD(d, "$context", "location.latitude")->group, DICT_GROUP_SENSITIVE);
    dictionary_free(d);
}

static void identifiers_have_order_and_blocked_values(void **state)
{
    static const char *const nobody[] = {"", "0", "00000000-0000-0000-0000-000000000000", "null",
        "NULL", "undefined", "anonymous", "N/A", " - ", "[object Object]", "unknown",
        "test@test.com", "TEST@TEST.COM"};
    struct dictionary *d = load(*state, "");
    const struct dict_identifier *email = dictionary_identifier(d, CU_LIT("email"));
    const struct dict_identifier *other = dictionary_identifier(d, CU_LIT("loyalty_card"));
    assert_int_equal(dictionary_identifier(d, CU_LIT("user_id"))->priority, 1);
    assert_int_equal(dictionary_identifier(d, CU_LIT("userId"))->limit, 1);
    assert_true(email->priority > 1 &&
                email->priority < dictionary_identifier(d, CU_LIT("phone"))->priority);
    assert_true(dictionary_identifier(d, CU_LIT("anonymousId"))->priority > other->priority);
    assert_str(other->kind, "*");
    for (size_t i = 0; i < CU_COUNT(nobody); i++)
        if (!dictionary_blocked(email, cu_str_of(nobody[i])))
            fail_msg("\"%s\" has to be blocked", nobody[i]);
    assert_true(dictionary_blocked(email, CU_NONE));
    assert_false(dictionary_blocked(email, CU_LIT("ann@example.org")));
    assert_false(dictionary_blocked(other, CU_LIT("test@test.com")));
    assert_false(dictionary_blocked(other, CU_LIT("10")));
    assert_true(
        dictionary_blocked(dictionary_identifier(d, CU_LIT("phone")), CU_LIT("+1234567890")));
    dictionary_free(d);
}

static void purposes_have_a_basis(void **state)
{
    struct dictionary *d = load(*state, "");
    assert_int_equal(dictionary_purpose(d, CU_LIT("service"))->basis, DICT_CONTRACT);
    assert_int_equal(dictionary_purpose(d, CU_LIT("legal"))->basis, DICT_LEGAL_OBLIGATION);
    assert_int_equal(dictionary_purpose(d, CU_LIT("security"))->basis, DICT_LEGITIMATE_INTEREST);
    assert_int_equal(dictionary_purpose(d, CU_LIT("marketing_email"))->basis, DICT_CONSENT);
    assert_null(dictionary_purpose(d, CU_LIT("resale")));
    const struct dict_purpose *p = dictionary_purpose(d, CU_LIT("advertising"));
    bool found = false;
    for (uint32_t i = 0; i < p->category_count; i++)
        found = found || cu_str_eqz(p->categories[i], "C0004");
    assert_true(found);
    dictionary_free(d);
}

static void starter_text_changes_nothing(void **state)
{
    struct fixture *t = *state;
    struct dictionary *defaults = load(t, ""), *started = NULL;
    assert_code(dictionary_load(dictionary_starter_text(), &started, &t->err), CU_OK, &t->err);
    assert_int_equal(dictionary_version(defaults), dictionary_version(started));
    assert_true(dictionary_default_text().len > 10000);
    dictionary_free(defaults);
    dictionary_free(started);
}

// The commented examples of the starter text have to be acceptable when somebody takes the marks
// away.
static void starter_examples_are_acceptable(void **state)
{
    struct fixture *t = *state;
    cu_str rest = dictionary_starter_text();
    bool examples = false;
    while (rest.ptr) {
        cu_str line = cu_str_cut(&rest, '\n');
        examples = examples || cu_str_starts(line, CU_LIT("version:"));
        bool yaml = cu_str_starts(line, CU_LIT("# ")) && cu_str_find(line, ':') > 0 &&
                    cu_str_find(line, ' ') == 1 &&
                    (line.ptr[2] == ' ' || cu_str_ends(line, CU_LIT("s:")));
        if (examples && yaml)
            line = cu_str_sub(line, 2, line.len);
        cu_buf_str(&t->out, line);
        cu_buf_char(&t->out, '\n');
    }
    struct dictionary *d = NULL;
    assert_code(dictionary_load(cu_buf_view(&t->out), &d, &t->err), CU_OK, &t->err);
    assert_non_null(PERSON(d, "shoe_size"));
    assert_non_null(FIELD(d, "Fitting Booked", "wishes"));
    assert_non_null(FIELD(d, "Bestellung abgeschlossen", "products.$.supplier"));
    dictionary_free(d);
}

// --- Golden: one line a row

static const char *const groups[] = {
    "-", "contact", "address", "sensitive", "behaviour", "undeclared"};

static void print_field(struct cu_buf *out, const char *indent, const struct dict_field *f)
{
    cu_buf_printf(out, "%s%.*s: %s %lld..%lld P%d %s %.*s %d days, ", indent, CU_ARG(f->name),
        type_names[f->type], (long long)f->min, (long long)f->max, (int)f->level, groups[f->group],
        CU_ARG(f->category), f->retention_days);
    cu_buf_str(out, f->owner);
    for (uint32_t i = 0; i < f->purpose_count; i++)
        cu_buf_printf(out, " +%.*s", CU_ARG(f->purposes[i]));
    for (uint32_t i = 0; i < f->alias_count; i++)
        cu_buf_printf(out, " =\"%.*s\"", CU_ARG(f->aliases[i]));
    if (f->identifier.len)
        cu_buf_printf(out, " identifies as %.*s", CU_ARG(f->identifier));
    for (uint32_t i = 0; i < f->from_count; i++)
        cu_buf_printf(out, "%s%.*s", i ? ", " : " out of ", CU_ARG(f->from[i]));
    if (f->as != DERIVE_NONE)
        cu_buf_printf(out, " as %s", derive_names[f->as]);
    cu_buf_char(out, '\n');
}

static void golden_dictionary(void **state)
{
    static const char *const shown[] = {"$page", "$group", "$context", "Order Completed",
        "Product List Filtered", "Signed Up", "Install Attributed", "Video Playback Started"};
    struct fixture *t = *state;
    struct dictionary *d = load(t, "");
    const struct dict_field *fields;
    const struct dict_event *events;
    for (size_t i = 0, n = dictionary_person_fields(d, &fields); i < n; i++)
        print_field(&t->out, "persons/", &fields[i]);
    for (size_t i = 0, n = dictionary_events(d, &events); i < n; i++) {
        const struct dict_event *e = &events[i];
        cu_buf_printf(&t->out, "events/%.*s: %.*s %d days, %u fields\n", CU_ARG(e->name),
            CU_ARG(e->category), e->retention_days, e->field_count);
        bool show = false;
        for (size_t s = 0; s < CU_COUNT(shown); s++)
            show = show || cu_str_eqz(e->name, shown[s]);
        for (uint32_t f = 0; show && f < e->field_count; f++)
            print_field(&t->out, "    ", &e->fields[f]);
    }
    assert_golden("dictionary.txt", cu_buf_view(&t->out));
    dictionary_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rows_are_complete),
        TEST(every_semantic_event_is_there),
        TEST(traits_are_found_as_clients_write_them),
        TEST(personal_values_are_sealed),
        TEST(identifiers_have_order_and_blocked_values),
        TEST(purposes_have_a_basis),
        TEST(starter_text_changes_nothing),
        TEST(starter_examples_are_acceptable),
        TEST(golden_dictionary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
