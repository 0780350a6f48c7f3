// SPDX-License-Identifier: Apache-2.0
// What a new password may be. SP 800-63B-4: long enough, not on a list of common ones, not made of words that
// everybody here knows; nothing is asked about digits or signs. Strength is estimated by libzxcvbn.
#include "password.h"

#include <stdio.h>
#include <utf8proc.h>
#include <zxcvbn.h>

enum { ESTIMATED_MAX = 100, REST_LEAST = 5, WORD_LEAST = 3, WORD_MAX = 64, CODEPOINTS_MAX = 2048, SCORE_LEAST = 2 };

extern const unsigned char common_passwords_bytes[];
extern const size_t common_passwords_size;

bool password_normalise(cu_str password, struct password_text *ret)
{
    *ret = (struct password_text){.len = 0};
    utf8proc_int32_t points[CODEPOINTS_MAX];
    const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    if (password.len > PASSWORD_BYTES_MAX)
        return false;
    utf8proc_ssize_t count = utf8proc_decompose(
        (const utf8proc_uint8_t *)password.ptr, (utf8proc_ssize_t)password.len, points, CODEPOINTS_MAX, options);
    if (count < 0 || count >= CODEPOINTS_MAX)
        return false;
    utf8proc_ssize_t len = utf8proc_reencode(points, count, options); // in place: UTF-8 is never longer
    bool good = len >= 0 && len <= PASSWORD_BYTES_MAX;
    if (good) {
        memcpy(ret->text, points, (size_t)len);
        ret->len = (size_t)len;
    }
    secret_wipe(points, sizeof points);
    return good;
}

static cu_str view_of(const struct password_text *t)
{
    return (cu_str){t->text, t->len};
}

static size_t characters(cu_str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++)
        count += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
    return count;
}

bool password_is_long(cu_str password)
{
    struct password_text normal;
    bool is_long = password_normalise(password, &normal) && characters(view_of(&normal)) >= PASSWORD_MIN_ALONE;
    secret_wipe(&normal, sizeof normal);
    return is_long;
}

// The list is sorted, one word a line: halving by bytes, then back to the start of a line.
static bool is_common(cu_str word)
{
    const char *all = (const char *)common_passwords_bytes;
    size_t low = 0, high = common_passwords_size;
    while (low < high) {
        size_t from = low + (high - low) / 2;
        while (from > low && all[from - 1] != '\n')
            from--;
        size_t len = strcspn(all + from, "\n");
        int order = cu_str_cmp(word, (cu_str){all + from, len});
        if (order == 0)
            return true;
        if (order < 0)
            high = from;
        else
            low = from + len + 1;
    }
    return false;
}

static void fold(cu_str s, char *ret, size_t size)
{
    size_t len = s.len < size - 1 ? s.len : size - 1;
    for (size_t i = 0; i < len; i++)
        ret[i] = s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? (char)(s.ptr[i] + 32) : s.ptr[i];
    ret[len] = 0;
}

struct words {
    char text[PASSWORD_CONTEXT_MAX][WORD_MAX];
    const char *list[PASSWORD_CONTEXT_MAX + 1]; // as libzxcvbn takes them
    size_t count;
};

static void read_words(const cu_str *context, size_t count, struct words *ret)
{
    ret->count = 0;
    for (size_t i = 0; i < count && ret->count < PASSWORD_CONTEXT_MAX; i++) {
        if (context[i].len < WORD_LEAST)
            continue;
        fold(context[i], ret->text[ret->count], WORD_MAX);
        ret->list[ret->count] = ret->text[ret->count];
        ret->count++;
    }
    ret->list[ret->count] = NULL;
}

// Whether little is left when the known words are taken out.
static bool made_of(const char *password, const struct words *w)
{
    char rest[PASSWORD_BYTES_MAX + 1];
    bool any = false;
    (void)snprintf(rest, sizeof rest, "%s", password);
    for (size_t i = 0; i < w->count; i++) {
        size_t len = strlen(w->list[i]);
        for (char *at; (at = strstr(rest, w->list[i])) != NULL; any = true)
            memmove(at, at + len, strlen(at + len) + 1);
    }
    bool made = any && characters(cu_str_of(rest)) < REST_LEAST;
    secret_wipe(rest, sizeof rest);
    return made;
}

static bool neighbours(char a, char b)
{
    static const char *const rows[] = {"1234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "qsdfghjklm",
        "zxcvbnm", "yxcvbnm", "wxcvbn", "1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p"};
    if (a == b || a + 1 == b || b + 1 == a)
        return true;
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        const char *at = strchr(rows[i], a);
        if (at && (at[1] == b || (at > rows[i] && at[-1] == b)))
            return true;
    }
    return false;
}

// Four of five steps go to a neighbouring key or letter: qwertyuiopasdfgh, abcdefg..., 1111...
static bool is_walk(const char *password)
{
    size_t len = strlen(password), steps = 0;
    for (size_t i = 1; i < len; i++)
        steps += neighbours(password[i - 1], password[i]);
    return len > 1 && steps * 5 >= (len - 1) * 4;
}

// zxcvbn's own steps: 10^3, 10^6, 10^8 and 10^10 guesses, in bits.
static int score_of(double bits)
{
    static const double steps[] = {9.966, 19.932, 26.576, 33.22};
    int score = 0;
    for (size_t i = 0; i < CU_COUNT(steps); i++)
        score += bits >= steps[i];
    return score;
}

static const char *advice_of(const ZxcMatch_t *all)
{
    const ZxcMatch_t *longest = NULL;
    for (const ZxcMatch_t *m = all; m; m = m->Next) {
        if (!longest || m->Length > longest->Length)
            longest = m;
    }
    int type = longest ? (int)longest->Type & ~(int)MULTIPLE_MATCH : NON_MATCH;
    switch (type) {
    case USER_MATCH:
    case USER_LEET_MATCH:
        return "It rests on the shop's name or your address; take words that have nothing to do with them.";
    case DICTIONARY_MATCH:
    case DICT_LEET_MATCH:
        return "It rests on a common word or name; several words that do not belong together are better.";
    case REPEATS_MATCH:
        return "It repeats itself; take words that differ.";
    case SEQUENCE_MATCH:
        return "It is a simple sequence like abc or 123; take several words instead.";
    case SPATIAL_MATCH:
        return "It is a row of neighbouring keys; take several words instead.";
    case DATE_MATCH:
    case YEAR_MATCH:
        return "It is mostly a date; dates are guessed early.";
    default:
        return "Add another word or two.";
    }
}

static void estimate(const char *password, struct words *w, struct password_verdict *ret)
{
    char head[ESTIMATED_MAX + 1]; // beyond that every password is strong, and the estimate slow
    ZxcMatch_t *matches = NULL;
    size_t len = strnlen(password, ESTIMATED_MAX);
    memcpy(head, password, len);
    head[len] = 0;
    double bits = ZxcvbnMatch(head, w->list, &matches);
    ret->score = score_of(bits);
    if (ret->score < SCORE_LEAST)
        (void)snprintf(ret->reason, sizeof ret->reason, "This is guessed quickly. %s", advice_of(matches));
    else if (ret->score < 4)
        (void)snprintf(ret->reason, sizeof ret->reason, "%s", advice_of(matches));
    ZxcvbnFreeInfo(matches);
    secret_wipe(head, sizeof head);
}

static void judge(cu_str normal, size_t least, struct words *w, struct password_verdict *ret)
{
    char folded[PASSWORD_BYTES_MAX + 1];
    fold(normal, folded, sizeof folded);
    estimate(folded, w, ret);
    ret->acceptable = false;
    if (characters(normal) < least)
        (void)snprintf(ret->reason, sizeof ret->reason,
            "At least %d characters are accepted%s; a sentence of some words is easy to remember.", (int)least,
            least > PASSWORD_MIN_WITH_FACTOR ? " (8 once a second factor is set up)" : "");
    else if (is_common(cu_str_of(folded)))
        (void)snprintf(ret->reason, sizeof ret->reason, "This is one of the passwords that are tried first; take another.");
    else if (is_walk(folded))
        (void)snprintf(
            ret->reason, sizeof ret->reason, "It is a row of neighbouring keys or letters; take several words instead.");
    else if (made_of(folded, w))
        (void)snprintf(ret->reason, sizeof ret->reason, "It consists of the shop's name or your address; take other words.");
    else
        ret->acceptable = ret->score >= SCORE_LEAST;
    if (!ret->acceptable && ret->score > 1)
        ret->score = 1;
    secret_wipe(folded, sizeof folded);
}

void password_judge(cu_str password, size_t least, const cu_str *context, size_t count, struct password_verdict *ret)
{
    struct words w;
    struct password_text normal;
    *ret = (struct password_verdict){.score = 0};
    read_words(context, count, &w);
    if (password_normalise(password, &normal))
        judge(view_of(&normal), least, &w, ret);
    else
        (void)snprintf(ret->reason, sizeof ret->reason, "At most %d bytes of text are accepted.", PASSWORD_BYTES_MAX);
    secret_wipe(&normal, sizeof normal);
}

// The words of a text, and the text itself.
static size_t add_words(cu_str text, cu_str *list, size_t count, size_t max)
{
    if (count < max && text.len)
        list[count++] = text;
    size_t from = 0;
    for (size_t i = 0; i <= text.len; i++) {
        bool inside = i < text.len && !strchr(" @.-_+&'\"/,", text.ptr[i]);
        if (inside)
            continue;
        if (i - from >= WORD_LEAST && i - from < text.len && count < max)
            list[count++] = cu_str_sub(text, from, i - from);
        from = i + 1;
    }
    return count;
}

size_t password_context(struct govern *g, cu_str email, cu_str *list, size_t max)
{
    size_t count = 0;
    list[count++] = CU_LIT("custos");
    count = add_words(cu_str_trim(email), list, count, max);
    return add_words(cu_str_of(g->options.shop_name), list, count, max);
}

cu_code password_check_new(struct govern *g, cu_str password, cu_str email, size_t least, struct cu_error *err)
{
    cu_str context[PASSWORD_CONTEXT_MAX];
    struct password_verdict v;
    size_t count = password_context(g, email, context, PASSWORD_CONTEXT_MAX);
    password_judge(password, least, context, count, &v);
    return v.acceptable ? CU_OK : cu_fail(err, CU_INVALID, "/password", "%s", v.reason);
}
