// SPDX-License-Identifier: Apache-2.0
// Writing the calls of the sample shop, as a browser, an app or the shop's server would send them.
// The context says what such clients say: address, agent, page, campaign, consent.
#include "demo_private.h"

#include <stdio.h>

enum { SALT_ADDRESS = 1024 };
#define SHOP_URL "https://shop.example.com"

// ---- the context

// Addresses kept for documentation (RFC 5737, RFC 3849).
static void put_ip(struct demo_shop *s, const struct demo_person *p, uint8_t device)
{
    static const char *const nets[] = {"192.0.2", "198.51.100", "203.0.113"};
    uint64_t h = demo_hash(s, p, SALT_ADDRESS + device);
    char text[48];
    if (h % 10 < 7)
        (void)snprintf(text, sizeof text, "%s.%u", nets[h % 3], (unsigned)(1 + (h >> 8) % 254));
    else
        (void)snprintf(text, sizeof text, "2001:db8:%x:%x::%x", (unsigned)(h >> 8 & 0xffff),
            (unsigned)(h >> 24 & 0xffff), (unsigned)(1 + (h >> 40) % 254));
    jw_kz(&s->w, "ip", text);
}

static cu_str search_of(struct demo_shop *s, const struct demo_channel *c)
{
    cu_buf_reset(&s->name);
    if (c->source)
        cu_buf_printf(&s->name, "?utm_source=%s&utm_medium=%s&utm_campaign=%s", c->source,
            c->medium, c->name);
    return cu_buf_view(&s->name);
}

// path, url, title; of the first page also where it was come from.
static void put_place(struct demo_shop *s, const struct demo_person *p, bool landing)
{
    const struct demo_page *page = &s->pages[p->page];
    const struct demo_channel *c = &demo_channels[p->channel];
    const cu_str search = landing ? search_of(s, c) : CU_NONE;
    char url[256];
    (void)snprintf(url, sizeof url, SHOP_URL "%.*s%.*s", CU_ARG(page->path), CU_ARG(search));
    jw_kstr(&s->w, "path", page->path);
    jw_kz(&s->w, "url", url);
    jw_kstr(&s->w, "title", page->title);
    if (search.len > 0)
        jw_kstr(&s->w, "search", search);
    if (landing && c->referrer)
        jw_kz(&s->w, "referrer", c->referrer);
}

static void put_campaign(struct demo_shop *s, const struct demo_channel *c)
{
    if (!c->source)
        return;
    jw_key(&s->w, "campaign");
    jw_object(&s->w);
    jw_kz(&s->w, "source", c->source);
    jw_kz(&s->w, "medium", c->medium);
    jw_kz(&s->w, "name", c->name);
    if (c->term)
        jw_kz(&s->w, "term", c->term);
    if (c->content)
        jw_kz(&s->w, "content", c->content);
    jw_object_end(&s->w);
}

static void put_consent(struct demo_shop *s, const struct demo_person *p)
{
    if (!(p->flags & DEMO_CONSENT_SAID))
        return;
    jw_key(&s->w, "consent");
    jw_object(&s->w);
    jw_key(&s->w, "categoryPreferences");
    jw_object(&s->w);
    jw_kbool(&s->w, "Necessary", true);
    jw_kbool(&s->w, "Analytics", p->consent & DEMO_ANALYTICS);
    jw_kbool(&s->w, "Personalization", p->consent & DEMO_PERSONAL);
    jw_kbool(&s->w, "Advertising", p->consent & DEMO_ADVERTISING);
    if (p->flags & DEMO_MAIL_SAID)
        jw_kbool(&s->w, "Email Marketing", p->flags & DEMO_SUBSCRIBED);
    jw_object_end(&s->w);
    jw_object_end(&s->w);
}

static void put_context(struct demo_shop *s, const struct demo_person *p, bool landing)
{
    const struct demo_country *c = &demo_countries[p->country];
    const struct demo_agent *agent = &demo_agents[demo_person_agent(s, p, p->device)];
    jw_key(&s->w, "context");
    jw_object(&s->w);
    put_ip(s, p, p->device);
    demo_put_members(s, cu_str_of(agent->context));
    jw_kz(&s->w, "locale", c->locale);
    jw_kz(&s->w, "timezone", c->timezone);
    if (landing)
        put_campaign(s, &demo_channels[p->channel]);
    if (!agent->app) {
        jw_key(&s->w, "page");
        jw_object(&s->w);
        put_place(s, p, landing);
        jw_object_end(&s->w);
    }
    put_consent(s, p);
    jw_object_end(&s->w);
}

// ---- calls

static void start(
    struct demo_shop *s, struct demo_person *p, uint8_t device, const char *type, const char *event)
{
    char id[64];
    cu_buf_reset(&s->buf);
    jw_start(&s->w, &s->buf);
    jw_object(&s->w);
    jw_kz(&s->w, "type", type);
    if (event)
        jw_kz(&s->w, "event", event);
    (void)snprintf(id, sizeof id, "demo-%016llx-%llu", (unsigned long long)s->key,
        (unsigned long long)++s->totals.calls);
    jw_kz(&s->w, "messageId", id);
    jw_ktime(&s->w, "timestamp", s->now_ms);
    s->call_person = p;
    s->call_device = device;
    s->call_named = false;
    s->call_undeclared = false;
}

static void put_user_id(struct demo_shop *s, const struct demo_person *p)
{
    char text[40];
    demo_user_id(s, p, text);
    jw_kz(&s->w, "userId", text);
    s->call_named = true;
}

static void put_anonymous_id(
    struct demo_shop *s, const struct demo_person *p, uint8_t device, const char *name)
{
    char text[37];
    demo_anonymous_id(s, p, device, text);
    jw_kz(&s->w, name, text);
}

static void start_visitor(
    struct demo_shop *s, struct demo_person *p, const char *type, const char *event, bool landing)
{
    bool app = demo_agents[demo_person_agent(s, p, p->device)].app;
    start(s, p, p->device, type, event);
    if (demo_signed_in(p))
        put_user_id(s, p);
    put_anonymous_id(s, p, p->device, "anonymousId");
    jw_kz(&s->w, "channel", app ? "mobile" : "web");
    put_context(s, p, landing);
}

static void open_values(struct demo_shop *s, const char *name)
{
    jw_key(&s->w, name);
    jw_object(&s->w);
}

void demo_end(struct demo_shop *s, enum demo_fate fate)
{
    struct demo_totals *t = &s->totals;
    jw_object_end(&s->w); // properties or traits
    jw_object_end(&s->w);
    if (s->code == CU_OK)
        s->code = cu_buf_code(&s->buf, s->err);
    if (s->code != CU_OK)
        return;
    t->events += fate == DEMO_TAKEN;
    t->refused += fate == DEMO_REFUSED;
    t->set_aside += fate == DEMO_SET_ASIDE;
    if (fate == DEMO_TAKEN)
        demo_person_count(s, demo_index(s, s->call_person), s->call_device, s->call_named);
    const struct demo_call call = {cu_buf_view(&s->buf), s->now_ms, fate, s->call_undeclared};
    s->code = s->sink(s->context, &call, s->err);
}

void demo_track(struct demo_shop *s, struct demo_person *p, const char *event)
{
    start_visitor(s, p, "track", event, false);
    open_values(s, "properties");
}

static void start_server(
    struct demo_shop *s, struct demo_person *p, uint8_t device, const char *event)
{
    bool account = p->flags & DEMO_ACCOUNT;
    start(s, p, account ? DEMO_NO_DEVICE : device, "track", event);
    if (account)
        put_user_id(s, p);
    else
        put_anonymous_id(s, p, device, "anonymousId");
    jw_kz(&s->w, "channel", "server");
}

// What the shop's server sends: whose it is, without a visitor's circumstances.
void demo_server_track(
    struct demo_shop *s, struct demo_person *p, uint8_t device, const char *event)
{
    start_server(s, p, device, event);
    open_values(s, "properties");
}

void demo_server_consent(struct demo_shop *s, struct demo_person *p, uint8_t device)
{
    start_server(s, p, device, "Segment Consent Preference Updated");
    open_values(s, "context");
    put_consent(s, p);
    demo_end(s, DEMO_TAKEN);
}

// A fault in the shop's template: the call says of nobody whose it is.
static void nobody_page(struct demo_shop *s, struct demo_person *p)
{
    start(s, p, DEMO_NO_DEVICE, "page", NULL);
    open_values(s, "properties");
    put_place(s, p, false);
    demo_end(s, DEMO_REFUSED);
}

void demo_page_call(struct demo_shop *s, struct demo_person *p, bool landing)
{
    bool app = demo_agents[demo_person_agent(s, p, p->device)].app;
    if (!app && demo_chance(&p->random, 10))
        nobody_page(s, p);
    start_visitor(s, p, app ? "screen" : "page", NULL, landing);
    jw_kstr(&s->w, "name", s->pages[p->page].title);
    open_values(s, "properties");
    if (app)
        jw_kstr(&s->w, "title", s->pages[p->page].title);
    else
        put_place(s, p, landing);
    demo_end(s, DEMO_TAKEN);
}

static void put_traits(struct demo_shop *s, struct demo_person *p, bool careless)
{
    const cu_str phone = demo_person_phone(s, p);
    if (phone.len > 0)
        jw_kstr(&s->w, "phone", phone);
    jw_kstr(&s->w, "email", demo_person_email(s, p, careless));
    jw_kz(&s->w, "firstName", demo_person_given(p));
    jw_kz(&s->w, "lastName", demo_person_family(p));
    demo_person_address(s, p);
    jw_kz(&s->w, "language", demo_countries[p->country].language);
    if (p->flags & DEMO_MAIL_SAID)
        jw_kbool(&s->w, "accepts_marketing", p->flags & DEMO_SUBSCRIBED);
    if (p->segment == DEMO_WHOLESALE)
        jw_kz(&s->w, "customer_group", "wholesale");
    if (demo_chance(&p->random, 250)) { // nobody told the dictionary
        jw_kz(&s->w, "loyalty_tier", p->orders > 2 ? "gold" : "silver");
        s->call_undeclared = true;
    }
}

void demo_identify(struct demo_shop *s, struct demo_person *p, bool careless)
{
    start_visitor(s, p, "identify", NULL, false);
    s->call_named = true; // by the e-mail address, also without an account
    open_values(s, "traits");
    put_traits(s, p, careless);
    demo_end(s, DEMO_TAKEN);
}

void demo_alias(struct demo_shop *s, struct demo_person *p)
{
    start(s, p, p->device, "alias", NULL);
    put_user_id(s, p);
    put_anonymous_id(s, p, p->device, "previousId");
    open_values(s, "context");
    demo_end(s, DEMO_TAKEN);
}

void demo_group(struct demo_shop *s, struct demo_person *p)
{
    static const char *const trades[] = {"Hospitality", "Retail", "Interiors", "Events"};
    const char *trade = trades[demo_index(s, p) % CU_COUNT(trades)];
    char name[96];
    (void)snprintf(name, sizeof name, "%s %s", demo_person_family(p), trade);
    start_visitor(s, p, "group", NULL, false);
    demo_put_id(s, "groupId", "g", demo_index(s, p) + 1U);
    open_values(s, "traits");
    jw_kz(&s->w, "name", name);
    jw_kz(&s->w, "industry", trade);
    jw_ki64(&s->w, "employees", 3 + demo_below(&p->random, 60));
    demo_end(s, DEMO_TAKEN);
}
