// SPDX-License-Identifier: Apache-2.0
// Private to the files of the transparency page: its document, the words of three languages, badges, differences.
#pragma once

#include "role.h"
#include "transparency.h"

#include <pthread.h>

// ---- languages (transparency_words.c)

enum transparency_language { TRANSPARENCY_EN, TRANSPARENCY_DE, TRANSPARENCY_FR, TRANSPARENCY_LANGUAGES };
extern const char *const transparency_languages[TRANSPARENCY_LANGUAGES + 1]; // "en" ...; ends with NULL
// The text of that name; the name itself when the table does not have it, so that nothing is ever silently left out.
cu_str transparency_word(enum transparency_language l, const char *name);
// "basis." + name; CU_NONE when the table does not have it.
cu_str transparency_word_of(enum transparency_language l, const char *family, cu_str name);
// Accept-Language: the best of the three; English when it asks for none of them.
enum transparency_language transparency_accept(cu_str header);
bool transparency_language_find(cu_str name, enum transparency_language *ret);
cu_str transparency_country(enum transparency_language l, cu_str code); // the code when the table does not have it
bool transparency_country_is_safe(cu_str code); // in the European Economic Area
// The longest beginning of a data category ("user.contact.email") that has a word.
cu_str transparency_category(cu_str category);
// Out of {"en":..,"de":..}: that language, else English, else the first. CU_NONE when there is none.
cu_str transparency_text(enum transparency_language l, json texts);
extern const char *const transparency_words_check[][1 + TRANSPARENCY_LANGUAGES]; // the table, for a test; ends with NULL

// ---- the document (transparency_content.c)

// The canonical content, appended. setting: the shop's own document.
cu_code transparency_content(const struct transparency_options *o, json setting, const struct self_audit_facts *facts,
    struct cu_buf *out, struct cu_error *err) CU_MUST; // takes a reading connection
// Checks a setting as staff sent it; err->field points at the member.
cu_code transparency_setting_check(json setting, const struct dictionary *dict, struct cu_error *err) CU_MUST;
// Writes an array of the pointers that have to be set before the page is public; *ret_ready: none.
void transparency_missing(json setting, struct json_writer *w, bool *ret_ready); // w NULL: only looks

// ---- differences (transparency_diff.c)

struct transparency_change {
    cu_str part, name, attribute; // "purposes", "marketing_email", "recipients"; name and attribute may be empty
    json before, after;           // JSON_ABSENT: it came, it went
};
typedef void transparency_change_fn(void *context, const struct transparency_change *c);
// What differs between two contents, in the order of the document. Values live as long as both parsers' documents.
void transparency_diff(json before, json after, transparency_change_fn *fn, void *context);

// ---- figures and badges (transparency_live.c, transparency_badges.c)

enum { TRANSPARENCY_ROLES_MAX = 16, TRANSPARENCY_FIGURES_MAX = 16384 };
struct transparency_live {
    int64_t at_ms, gathered_ms, counted_ms;
    struct self_audit_facts facts;
    int64_t consents, unproven, unnoted;
    bool oldest_known;
    int64_t oldest_ms;                // when the oldest open request came in; 0: none
    bool canary_known;
    struct transparency_canary canary;
    struct {
        char role[ROLE_NAME_MAX + 1];
        int64_t reads, last_ms;       // of people's records, by staff, in 30 days
    } roles[TRANSPARENCY_ROLES_MAX];
    size_t role_count;
    char figures[TRANSPARENCY_FIGURES_MAX]; // JSON object; "" when there are none
};
enum transparency_colour {
    TRANSPARENCY_GREEN,
    TRANSPARENCY_AMBER,
    TRANSPARENCY_RED,
    TRANSPARENCY_GREY /* nothing to say yet */
};
extern const char *const transparency_colours[];
struct transparency_badge {
    const char *name;
    enum transparency_colour colour;
    int64_t value; // per mille, days, or 0/1: by unit; -1: none
    const char *unit; // "permille", "days", "bool"
};
enum { TRANSPARENCY_BADGES = 8 };
// Pure.
void transparency_badges(
    const struct transparency_live *l, int64_t now_ms, struct transparency_badge ret[TRANSPARENCY_BADGES]);
// "consent proven for 99.8 %", as plain text.
void transparency_badge_text(enum transparency_language l, const struct transparency_badge *b, struct cu_buf *out);

// ---- the instance (transparency.c)

struct transparency {
    struct transparency_options o;
    char base_url[320];
    char *audit_folder;
    pthread_mutex_t lock;           // of all below
    int64_t looked_us;              // when the content was last compared; 0: never
    uint64_t stamp;                 // counts the changes of settings
    struct transparency_live *live; // what was last measured
};
struct transparency_version {
    int64_t version, made_ms;
    struct cu_buf document, proof; // JSON
    struct json_parser *parser;
    json content;
};
// The version in force, made now when the configuration has changed. CU_NOT_FOUND: nothing is public yet.
cu_code transparency_now(struct transparency *t, struct transparency_version *ret, struct cu_error *err) CU_MUST;
cu_code transparency_get(
    struct transparency *t, int64_t version, struct transparency_version *ret, struct cu_error *err) CU_MUST;
void transparency_version_clear(struct transparency_version *v);
// CU_NOT_FOUND with what is missing, when nothing is public yet.
cu_code transparency_public(struct transparency *t, struct cu_error *err) CU_MUST;
// A copy of the figures, at most a minute old; fresh: measured now.
cu_code transparency_measure(
    struct transparency *t, bool fresh, struct transparency_live *ret, struct cu_error *err) CU_MUST;
cu_code transparency_setting_load(
    struct transparency *t, struct db *d, struct cu_buf *out, int64_t *ret_changed_ms, struct cu_error *err) CU_MUST;
void transparency_look_again(struct transparency *t); // the next question compares the content
cu_code transparency_live_fill(
    struct transparency *t, bool fresh, struct transparency_live *l, struct cu_error *err) CU_MUST;

// ---- forms (transparency_page.c, transparency_page_parts.c, transparency_tilt.c)

struct transparency_page {
    enum transparency_language language;
    struct cu_buf *out;
    json content;
    int64_t version, made_ms, newest;
    const struct transparency_live *live; // NULL: an older version, without figures
    struct transparency *t;
};
void transparency_print_page(struct transparency_page *p);
void transparency_print_parts(struct transparency_page *p);   // the sections from the document
void transparency_print_figures(struct transparency_page *p); // badges, statistics, accesses
void transparency_head(struct transparency_page *p, const char *title, const char *path); // up to <main>
void transparency_foot(struct transparency_page *p);
void transparency_out(struct transparency_page *p, const char *word); // a word, escaped
void transparency_escape(struct transparency_page *p, cu_str text);
void transparency_date(struct transparency_page *p, int64_t ms);
void transparency_heading(struct transparency_page *p, const char *id, const char *word);
void transparency_print_diff(struct transparency_page *p, json before, json after);
cu_str transparency_style(void);
void transparency_print_tilt(struct transparency_page *p, const char *base_url, cu_str document, struct json_writer *w);
void transparency_print_dpv(struct transparency_page *p, const char *base_url, struct json_writer *w);
