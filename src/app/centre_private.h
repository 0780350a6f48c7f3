// SPDX-License-Identifier: Apache-2.0
// What the files of the privacy centre share. See centre.h.
#pragma once

#include "centre.h"
#include "centre_text.h"

#include "base/limit.h"
#include "consent/centre_link.h"
#include "consent/rights.h"

#include <pthread.h>

enum { CENTRE_FORM_MAX = 16384, CENTRE_WAITING_MAX = 256, CENTRE_HASH = 32, CENTRE_CSRF = 48, CENTRE_PAGE_MAX = 4 << 20 };
#define CENTRE_FORM_VERSION "privacy-centre/1" // the evidence names it: a change of what the pages say is another version

struct centre_asked { // somebody asked for a link; a job answers
    char email[255];
    enum centre_language language;
};
struct centre {
    struct centre_options o;
    char base_url[320];
    struct limit *by_network, *by_address, *by_guess;
    pthread_mutex_t lock; // of what waits
    struct centre_asked waiting[CENTRE_WAITING_MAX];
    size_t waiting_count;
};

// One request. `out` is its page.
struct visit {
    struct centre *c;
    struct request *rq;
    struct people *people;
    enum centre_language language;
    struct cu_buf *out;
    bool open; // there is a visit: what follows is its person's
    uint8_t session[CENTRE_HASH];
    struct cu_uuid person;
    char id[37];
    uint32_t pno; // root
    const uint32_t *pnos;
    const uint64_t *subjects; // the same, for the guard
    size_t count;
    char csrf[CENTRE_CSRF];
};

// ---- centre_session.c

void visit_init(struct visit *v, struct request *rq);
// Whose record this is: sets person, pnos, caller and the guard's access. CU_NOT_FOUND, CU_ERASED: not (any more).
// d: NULL takes a reading connection; under the lock, people_db.
cu_code visit_enter(struct visit *v, struct db *d, uint32_t pno, struct cu_error *err) CU_MUST;
// The visit of the request's cookie, entered; v->open says whether there is one. CU_OK also when there is none.
cu_code visit_find(struct visit *v, struct cu_error *err) CU_MUST;
// A visit begins: cookie set. Under the lock inside a transaction, after visit_enter.
cu_code visit_begin(struct visit *v, struct cu_error *err) CU_MUST;
cu_code visit_end(struct visit *v, struct cu_error *err) CU_MUST;
bool visit_foreign(const struct visit *v); // a browser says that another site sends this
// The form carries the visit's token and comes from here.
bool visit_form_good(const struct visit *v);
// A field of the form, decoded, in the arena; CU_NONE: absent, malformed or longer than max.
cu_str visit_field(const struct visit *v, const char *name, size_t max);

// ---- centre_html.c

void h_raw(struct visit *v, const char *html);            // the program's own
void h_text(struct visit *v, cu_str text);                // escaped
void h_z(struct visit *v, const char *text);              // escaped
void h_say(struct visit *v, enum centre_text t);          // escaped
void h_say_with(struct visit *v, enum centre_text t, cu_str with); // {} becomes `with`; all escaped
void h_element(struct visit *v, const char *tag, enum centre_text t);
void h_link(struct visit *v, const char *href, enum centre_text t);
void h_date(struct visit *v, int64_t ms);                 // "22 November 2026"
void h_moment(struct visit *v, cu_str iso);               // of an answer: with the time of day
void h_row(struct visit *v, enum centre_text name, cu_str value); // of an open <dl>; nothing for an empty value
void h_row_begin(struct visit *v, enum centre_text name);
void h_row_end(struct visit *v);
void h_words(struct visit *v, cu_str name);               // "first_name" reads "First name"
void h_value(struct visit *v, json value);                // any value as text
// A form that posts to `action`; the visit's token is in it when there is one.
void h_form(struct visit *v, const char *action);
void h_hidden(struct visit *v, const char *name, cu_str value);
void h_button(struct visit *v, enum centre_text t, const char *kind); // kind: "", "quiet", "danger"; closes the form
enum centre_page { CENTRE_OUTSIDE, CENTRE_ME, CENTRE_DATA, CENTRE_ACTIVITY, CENTRE_CONSENTS, CENTRE_ACCESS, CENTRE_RIGHTS };
void page_begin(struct visit *v, int status, enum centre_page page, enum centre_text title);
cu_code page_end(struct visit *v, struct cu_error *err) CU_MUST;
// A page that says one thing, with the way to begin anew.
cu_code page_note(struct visit *v, int status, enum centre_text title, enum centre_text text, struct cu_error *err) CU_MUST;
cu_code page_go(struct visit *v, const char *to, struct cu_error *err) CU_MUST; // 303
extern const char centre_style[]; // centre_style.c

// ---- centre.c

typedef cu_code visit_fn(struct visit *v, struct cu_error *err);
// Runs fn; what fails becomes a page.
cu_code with_page(struct request *rq, visit_fn *fn, struct cu_error *err) CU_MUST;
bool visit_too_many(struct visit *v, struct limit *l); // sets Retry-After
// Runs fn for the visit; without one, or for a form that is not ours, a page says so.
cu_code with_visit(struct request *rq, visit_fn *fn, struct cu_error *err) CU_MUST;
struct centre_answer { // of an inner read
    struct cu_buf text;
    struct json_parser *parser;
    json value;
};
// GET /v1/people/ID + rest as the person. Clear it in any case.
cu_code centre_read(struct visit *v, const char *rest, struct centre_answer *ret, struct cu_error *err) CU_MUST;
void centre_answer_clear(struct centre_answer *a);
// An act of the person: noted before it is done, and how it ended.
cu_code act_begin(struct visit *v, struct cu_error *err) CU_MUST;
void act_end(struct visit *v, cu_code code);
void centre_purpose_title(struct visit *v, cu_str purpose); // in the visitor's language, where there is one
void centre_purpose_text(struct visit *v, const struct dict_purpose *p, cu_str wording, cu_str language); // as a quotation
struct centre_wording {
    int64_t id; // 0: there is none in this language
    cu_str text; // in the arena
};
cu_code centre_wording(struct visit *v, cu_str purpose, struct centre_wording *ret, struct cu_error *err) CU_MUST;
// The person says it of one purpose: method, button and the wording shown are the evidence. In a transaction of its own.
struct centre_said {
    cu_str purpose;
    struct gate_part only; // of one channel or recipient alone; empty: of the whole
    enum gate_state state;
    const char *method, *form, *button;
    int64_t wording;
};
cu_code centre_say_purposes(struct visit *v, const struct centre_said *said, size_t count, struct cu_error *err) CU_MUST;
void centre_done(struct visit *v); // the line that says what was done just now

// ---- the pages

visit_fn centre_start, centre_ask_link, centre_look, centre_enter;        // centre_enter.c
cu_code centre_send_links(struct centre *c, struct cu_error *err) CU_MUST; // the job
visit_fn centre_unsubscribe_page, centre_unsubscribe;                     // centre_unsubscribe.c
cu_code centre_confirm_page(struct visit *v, const struct centre_link *l, struct cu_error *err) CU_MUST; // centre_confirm.c
cu_code centre_confirmed(struct visit *v, const struct centre_link *l, struct cu_error *err) CU_MUST;
cu_code centre_post_consent_request(struct request *rq, struct cu_error *err);
extern const struct spec_field centre_consent_request_body[], centre_consent_request_answer[];
cu_code centre_post_staff_link(struct request *rq, struct cu_error *err); // centre_staff.c
visit_fn centre_me, centre_data, centre_activity;                         // centre_pages.c
visit_fn centre_access;                                                   // centre_access.c
visit_fn centre_consents, centre_preference, centre_withdraw, centre_receipt; // centre_consents.c
visit_fn centre_rights, centre_ask, centre_revoke, centre_archive, centre_erase_page, centre_erase; // centre_rights.c
visit_fn centre_correct_page, centre_correct;                             // centre_correct.c
visit_fn centre_certificate;                                              // centre_rights.c
extern const struct spec_field centre_staff_body[], centre_staff_answer[];
