// SPDX-License-Identifier: Apache-2.0
// Who the people of the sample shop are. What never changes about a person is a hash of the shop's
// key and the person's number; only what the story changes is in struct demo_person.
//
// No two people share an address or a number, unless they are meant to: every e-mail address ends
// in the person's number, every telephone number is the person's place in a range.
#include "demo_private.h"

#include "text/text.h"

#include <stdio.h>

enum { TYPO_EVERY = 193, CASE_EVERY = 331, BORROW_EVERY = 211, SEARCH_MOST = 60 };
enum salt { SALT_STREAM = 1, SALT_EMAIL, SALT_PHONE, SALT_AGENT, SALT_TYPO, SALT_HOUSE = 64 };

uint64_t demo_hash(const struct demo_shop *s, const struct demo_person *p, uint32_t salt)
{
    return demo_mix(s->key + salt, demo_index(s, p));
}

static const struct {
    uint16_t weight;
    int64_t gap_days, stay_days; // between visits; from the first visit to the last
} segments[DEMO_SEGMENTS] = {
    [DEMO_PASSER] = {600, 6, 9},
    [DEMO_BROWSER] = {245, 15, 240},
    [DEMO_BUYER] = {120, 18, 300},
    [DEMO_REGULAR] = {30, 9, 800},
    [DEMO_WHOLESALE] = {5, 8, 1200},
};

static void make_home(struct demo_person *p)
{
    uint16_t weights[DEMO_COUNTRIES];
    struct demo_random *r = &p->random;
    for (size_t i = 0; i < DEMO_COUNTRIES; i++)
        weights[i] = demo_countries[i].weight;
    p->country = (uint8_t)demo_pick(r, weights, DEMO_COUNTRIES);
    const struct demo_country *c = &demo_countries[p->country];
    p->given = (uint8_t)demo_below(r, c->given_count);
    p->family = (uint8_t)demo_below(r, c->family_count);
    p->town = (uint8_t)demo_below(r, c->town_count);
    p->street = (uint8_t)demo_below(r, c->street_count);
    p->house = (uint8_t)(1 + demo_below(r, 120));
}

// Somebody before this person who is likely to become a customer, and no twin.
static const struct demo_person *find_original(const struct demo_shop *s, uint32_t index)
{
    for (uint32_t i = 1; i < SEARCH_MOST && i <= index; i++) {
        const struct demo_person *of = &s->people[index - i];
        if (of->segment >= DEMO_BUYER && of->base == index - i)
            return of;
    }
    return NULL;
}

// The same human a second time: with a typing error in the address, or with the userId of another
// system, in capitals. Twins of one kind are further apart than originals are searched for, so that
// no two twins are the same.
static void make_twin(struct demo_shop *s, struct demo_person *p, uint32_t index)
{
    bool typo = index % TYPO_EVERY == TYPO_EVERY - 1;
    bool by_case = !typo && index % CASE_EVERY == CASE_EVERY - 1;
    const struct demo_person *of = typo || by_case ? find_original(s, index) : NULL;
    if (!of)
        return;
    p->base = demo_index(s, of);
    p->flags |= typo ? DEMO_TYPO_TWIN | DEMO_BOUNCES : DEMO_CASE_TWIN;
    p->country = of->country;
    p->given = of->given;
    p->family = of->family;
    p->town = of->town;
    p->street = of->street;
    p->house = of->house;
}

// Twins and households show something only where they become customers.
static bool is_customer_to_be(uint32_t index)
{
    return index % TYPO_EVERY == TYPO_EVERY - 1 || index % CASE_EVERY == CASE_EVERY - 1 ||
           index % BORROW_EVERY >= BORROW_EVERY - 2;
}

void demo_person_make(struct demo_shop *s, uint32_t index)
{
    struct demo_person *p = &s->people[index];
    uint16_t weights[DEMO_SEGMENTS];
    for (size_t i = 0; i < DEMO_SEGMENTS; i++)
        weights[i] = segments[i].weight;
    p->random.state = demo_hash(s, p, SALT_STREAM);
    p->base = index;
    p->coupon = DEMO_NO_COUPON;
    p->segment = (uint8_t)demo_pick(&p->random, weights, DEMO_SEGMENTS);
    if (is_customer_to_be(index) && p->segment < DEMO_BUYER)
        p->segment = DEMO_BUYER;
    make_home(p);
    make_twin(s, p, index);
    if (index % BORROW_EVERY == BORROW_EVERY - 1)
        p->flags |= DEMO_BORROWS;
    p->device_count = 1;
    p->second_device = DEMO_NO_DEVICE;
    if (demo_chance(&p->random, p->segment == DEMO_PASSER ? 1500 : 3800))
        p->second_device = p->device_count++;
    int64_t gap_min = segments[p->segment].gap_days * 24 * 60;
    p->gap_min = (uint32_t)(gap_min * (600 + demo_below(&p->random, 800)) / 1000);
    p->gone_ms = demo_exponential(&p->random, segments[p->segment].stay_days * DEMO_DAY_MS);
}

// ---- what is known of them

const char *demo_person_given(const struct demo_person *p)
{
    return demo_countries[p->country].given[p->given];
}

const char *demo_person_family(const struct demo_person *p)
{
    return demo_countries[p->country].family[p->family];
}

// Lower-case ASCII letters of a name, at most `most`.
static void add_plain(struct demo_shop *s, const char *name, size_t most, struct cu_buf *out)
{
    cu_buf_reset(&s->name);
    text_fold(cu_str_of(name), &s->name);
    for (size_t i = 0; i < s->name.len && most > 0; i++) {
        if (s->name.ptr[i] < 'a' || s->name.ptr[i] > 'z')
            continue;
        cu_buf_char(out, s->name.ptr[i]);
        most--;
    }
}

static void drop_letter(const struct demo_shop *s, const struct demo_person *p, struct cu_buf *out)
{
    size_t at = 1 + demo_hash(s, p, SALT_TYPO) % (out->len - 2);
    if (out->ptr[at] == '.')
        at++;
    memmove(out->ptr + at, out->ptr + at + 1, out->len - at);
    out->len--;
}

// As somebody in a hurry types it on a telephone: each word with a capital. The same address.
static void capitalise(struct cu_buf *out)
{
    bool start = true;
    for (size_t i = 0; i < out->len; i++) {
        char c = out->ptr[i];
        if (start && c >= 'a' && c <= 'z')
            out->ptr[i] = (char)(c - ('a' - 'A'));
        start = c == '.' || c == '@';
    }
}

cu_str demo_person_email(struct demo_shop *s, const struct demo_person *p, bool careless)
{
    struct cu_buf *out = &s->text;
    static const char *const domains[] = {"@example.com", "@example.org", "@example.net"};
    const uint64_t taste = demo_hash(s, &s->people[p->base], SALT_EMAIL);
    cu_buf_reset(out);
    bool family_first = taste % 7 == 0, initial = taste % 7 == 1;
    if (family_first)
        add_plain(s, demo_person_family(p), 30, out);
    else
        add_plain(s, demo_person_given(p), initial ? 1 : 30, out);
    if (!initial)
        cu_buf_char(out, '.');
    add_plain(s, family_first ? demo_person_given(p) : demo_person_family(p), 30, out);
    if (p->flags & DEMO_TYPO_TWIN)
        drop_letter(s, p, out);
    cu_buf_i64(out, p->base + 1);
    cu_buf_z(out, domains[taste / 7 % CU_COUNT(domains)]);
    if (careless)
        capitalise(out);
    return cu_buf_view(out);
}

cu_str demo_person_phone(struct demo_shop *s, const struct demo_person *p)
{
    const struct demo_country *c = &demo_countries[p->country];
    bool gives = demo_hash(s, p, SALT_PHONE) % 100 < 65;
    if (c->phone_count == 0 || !gives || p->flags & (DEMO_TYPO_TWIN | DEMO_CASE_TWIN))
        return CU_NONE;
    const struct demo_phones *range = &c->phones[p->base % c->phone_count];
    uint32_t place = p->base / c->phone_count;
    if (place >= range->count)
        return CU_NONE;
    cu_buf_reset(&s->text);
    cu_buf_printf(&s->text, "%s%0*u", range->prefix, (int)range->digits, place);
    return cu_buf_view(&s->text);
}

static void put_postcode(struct demo_shop *s, const char *pattern, uint64_t digits)
{
    char text[16];
    size_t n = 0;
    for (; pattern[n] && n < sizeof text - 1; n++) {
        bool digit = pattern[n] == '#';
        text[n] = digit ? (char)('0' + digits % 10) : pattern[n];
        digits /= digit ? 10 : 1;
    }
    jw_key(&s->w, "postalCode");
    jw_str(&s->w, (cu_str){text, n});
}

void demo_person_address(struct demo_shop *s, const struct demo_person *p)
{
    const struct demo_country *c = &demo_countries[p->country];
    const struct demo_town *town = &c->towns[p->town];
    const uint64_t place = demo_hash(s, &s->people[p->base], SALT_HOUSE + p->moves);
    char street[96];
    if (c->number_first)
        (void)snprintf(street, sizeof street, "%u %s", p->house, c->streets[p->street]);
    else
        (void)snprintf(street, sizeof street, "%s %u", c->streets[p->street], p->house);
    jw_key(&s->w, "address");
    jw_object(&s->w);
    jw_kz(&s->w, "street", street);
    jw_kz(&s->w, "city", town->name);
    put_postcode(s, town->postcode, place);
    if (town->state)
        jw_kz(&s->w, "state", town->state);
    jw_kz(&s->w, "country", c->code);
    jw_object_end(&s->w);
}

size_t demo_person_agent(const struct demo_shop *s, const struct demo_person *p, uint8_t device)
{
    uint16_t weights[DEMO_AGENTS];
    struct demo_random r = {demo_hash(s, p, SALT_AGENT + 256U * device)};
    for (size_t i = 0; i < DEMO_AGENTS; i++)
        weights[i] = demo_agents[i].weight;
    return demo_pick(&r, weights, DEMO_AGENTS);
}

// A device that was never seen together with a name is a person of its own; joining it to one makes
// it vanish again. A borrowed device stays its owner's: two userIds never become one person.
void demo_person_count(struct demo_shop *s, uint32_t index, uint8_t device, bool named)
{
    struct demo_person *p = &s->people[index];
    struct demo_totals *t = &s->totals;
    if (!(p->flags & DEMO_CAME))
        t->people++;
    p->flags |= DEMO_CAME;
    if (device >= DEMO_DEVICES)
        return;
    const uint8_t bit = (uint8_t)(1U << device);
    bool seen = p->seen & bit, linked = p->linked & bit;
    p->seen |= bit;
    if (!named) {
        t->persons += !seen;
        return;
    }
    if (p->flags & DEMO_KNOWN)
        t->persons -= seen && !linked;
    else
        t->persons += !seen;
    p->flags |= DEMO_KNOWN;
    p->linked |= bit;
}
