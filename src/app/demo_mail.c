// SPDX-License-Identifier: Apache-2.0
// Mail of the sample shop: a newsletter every other Tuesday, reminders of carts, confirmations, and
// what becomes of them: opened, clicked, bounced, unsubscribed.
#include "demo_private.h"

#include "text/text.h"

#include <stdio.h>

#define LETTER_EVERY_MS (14 * DEMO_DAY_MS)
enum { SALT_LETTER = 4096 };

// Newsletter n goes out from 7:00 UTC on its day, to each within an hour and a half.
static int64_t letter_time(const struct demo_shop *s, const struct demo_person *p, uint32_t n)
{
    int32_t first = text_day_of(s->start_ms);
    first += (5 - first % 7 + 7) % 7; // the first Tuesday: day 5 of 1970 was one
    int64_t jitter = (int64_t)(demo_hash(s, p, SALT_LETTER + n) % 5400000);
    return text_day_start(first) + (int64_t)n * LETTER_EVERY_MS + 7 * DEMO_HOUR_MS + jitter;
}

void demo_mail_plan(struct demo_shop *s, struct demo_person *p)
{
    int64_t since = s->now_ms - s->start_ms - 8 * DEMO_DAY_MS;
    uint32_t n = since > 0 ? (uint32_t)(since / LETTER_EVERY_MS) : 0;
    while (letter_time(s, p, n) <= s->now_ms)
        n++;
    if (p->flags & DEMO_SUBSCRIBED && letter_time(s, p, n) < s->horizon_ms)
        demo_later(s, demo_index(s, p), letter_time(s, p, n), DEMO_LETTER, n);
}

// Guests are named by a device their address was told on.
static uint8_t device_of(const struct demo_person *p)
{
    return (uint8_t)__builtin_ctz(p->linked | 1U << (DEMO_DEVICES - 1));
}

// Events of one mail carry the same number, campaign and subject.
static void begin(struct demo_shop *s, struct demo_person *p, const char *event, uint32_t mail,
    const char *campaign)
{
    char id[48];
    const char *subject = demo_newsletters[mail % DEMO_NEWSLETTERS];
    bool letter = strcmp(campaign, "newsletter") == 0;
    (void)snprintf(id, sizeof id, "%s-%u-%u", campaign, mail, demo_index(s, p) + 1U);
    demo_server_track(s, p, device_of(p), event);
    jw_kz(&s->w, "email_id", id);
    jw_kz(&s->w, "email_subject", letter ? subject : "You left something in your cart");
    demo_put_id(s, "campaign_id", campaign, letter ? mail : 0);
    jw_kz(&s->w, "campaign_name", letter ? subject : "Carts left behind");
}

static void say(struct demo_shop *s, struct demo_person *p, const char *event, uint32_t mail,
    const char *campaign)
{
    begin(s, p, event, mail, campaign);
    demo_end(s, DEMO_TAKEN);
}

static void unsubscribe(struct demo_shop *s, struct demo_person *p, uint32_t mail)
{
    begin(s, p, "Unsubscribed", mail, "newsletter");
    jw_kz(&s->w, "list_id", "news");
    jw_kz(&s->w, "list_name", "Newsletter");
    demo_end(s, DEMO_TAKEN);
    p->flags &= (uint16_t)~DEMO_SUBSCRIBED;
    demo_server_consent(s, p, device_of(p));
}

static void deliver(struct demo_shop *s, struct demo_person *p, uint32_t mail)
{
    if (!(p->flags & DEMO_SUBSCRIBED))
        return;
    if (p->flags & DEMO_BOUNCES) {
        say(s, p, "Email Bounced", mail, "newsletter");
        p->flags &= (uint16_t)~DEMO_SUBSCRIBED;
        return;
    }
    say(s, p, "Email Delivered", mail, "newsletter");
    if (demo_chance(&p->random, 3300))
        demo_later(s, demo_index(s, p),
            s->now_ms + 60000 + demo_exponential(&p->random, 5 * DEMO_HOUR_MS), DEMO_OPENED, mail);
    demo_mail_plan(s, p);
}

static void open_letter(struct demo_shop *s, struct demo_person *p, uint32_t mail)
{
    say(s, p, "Email Opened", mail, "newsletter");
    if (demo_chance(&p->random, 120)) {
        unsubscribe(s, p, mail);
        return;
    }
    if (demo_chance(&p->random, 8))
        say(s, p, "Email Marked as Spam", mail, "newsletter");
    if (!demo_chance(&p->random, 1300) || p->stage != DEMO_AWAY)
        return;
    begin(s, p, "Email Link Clicked", mail, "newsletter");
    jw_kz(&s->w, "link_id", "main-picture");
    jw_kz(&s->w, "link_url", "https://shop.example.com/?utm_source=newsletter&utm_medium=email");
    demo_end(s, DEMO_TAKEN);
    demo_session_begin(s, p, DEMO_EMAIL);
}

void demo_mail_step(
    struct demo_shop *s, struct demo_person *p, enum demo_what what, uint32_t argument)
{
    if (what == DEMO_LETTER)
        deliver(s, p, argument);
    else if (what == DEMO_OPENED)
        open_letter(s, p, argument);
    else if (p->line_count > 0 && p->flags & DEMO_SUBSCRIBED && p->stage == DEMO_AWAY)
        say(s, p, "Email Delivered", argument, "cart");
}

void demo_mail_confirm(struct demo_shop *s, struct demo_person *p, const struct demo_kept *k)
{
    demo_server_track(s, p, k->device, "Email Delivered");
    demo_put_id(s, "email_id", "order", k->number);
    jw_kz(&s->w, "email_subject", "Your order is confirmed");
    jw_kz(&s->w, "campaign_name", "Order confirmation");
    demo_end(s, DEMO_TAKEN);
}
