// SPDX-License-Identifier: Apache-2.0
// How visitors of the sample shop become known: accounts, signing in, newsletters, and what they
// allow. These calls decide who is one person and who is two.
#include "demo_private.h"

bool demo_signed_in(const struct demo_person *p)
{
    return p->flags & DEMO_ACCOUNT &&
           (p->device == DEMO_BORROWED ||
               (p->device < DEMO_DEVICES && p->signed_in >> p->device & 1));
}

// A second account of an address exists only beside the first: else the two would be one person
// until the first signs up, and two ever after.
bool demo_may_sign_up(const struct demo_shop *s, const struct demo_person *p)
{
    return !(p->flags & DEMO_CASE_TWIN) || s->people[p->base].flags & DEMO_ACCOUNT;
}

void demo_sign_up(struct demo_shop *s, struct demo_person *p)
{
    p->flags |= DEMO_ACCOUNT;
    p->signed_in |= (uint8_t)(1U << p->device);
    if (demo_chance(&p->random, 2000)) // older shops say so with a call of its own
        demo_alias(s, p);
    demo_identify(s, p, false);
    demo_track(s, p, "Signed Up");
    jw_kz(&s->w, "first_name", demo_person_given(p));
    jw_kz(&s->w, "last_name", demo_person_family(p));
    jw_kstr(&s->w, "email", demo_person_email(s, p, false));
    demo_end(s, DEMO_TAKEN);
    if (p->segment == DEMO_WHOLESALE)
        demo_group(s, p);
}

void demo_sign_in(struct demo_shop *s, struct demo_person *p)
{
    if (p->device < DEMO_DEVICES)
        p->signed_in |= (uint8_t)(1U << p->device);
    if (demo_chance(&p->random, 200)) { // moved house
        const struct demo_country *c = &demo_countries[p->country];
        p->moves++;
        p->town = (uint8_t)demo_below(&p->random, c->town_count);
        p->street = (uint8_t)demo_below(&p->random, c->street_count);
        p->house = (uint8_t)(1 + demo_below(&p->random, 120));
    }
    demo_identify(s, p, false);
    demo_track(s, p, "Signed In");
    demo_end(s, DEMO_TAKEN);
}

void demo_consent_call(struct demo_shop *s, struct demo_person *p)
{
    demo_track(s, p, "Segment Consent Preference Updated");
    demo_end(s, DEMO_TAKEN);
}

void demo_subscribe(struct demo_shop *s, struct demo_person *p)
{
    if (p->flags & DEMO_CASE_TWIN && !demo_signed_in(p))
        return; // the address alone would make two people one
    p->flags |= DEMO_MAIL_SAID | DEMO_SUBSCRIBED | DEMO_CONSENT_SAID;
    demo_identify(s, p, !(p->flags & DEMO_ACCOUNT) && demo_chance(&p->random, 1500));
    demo_consent_call(s, p);
    demo_mail_plan(s, p);
}
