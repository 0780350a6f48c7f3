// SPDX-License-Identifier: Apache-2.0
// Derivations: small tables and careful parsers. See derive.h.
#include "derive.h"

#include "text/text.h"

const char *const derive_names[DERIVE_COUNT + 1] = {
    [DERIVE_NONE] = "none",
    [DERIVE_HOST] = "host",
    [DERIVE_OUTSIDE_HOST] = "outside_host",
    [DERIVE_PATH] = "path",
    [DERIVE_CLICK_KIND] = "click_kind",
    [DERIVE_UTM_SOURCE] = "utm_source",
    [DERIVE_UTM_MEDIUM] = "utm_medium",
    [DERIVE_UTM_CAMPAIGN] = "utm_campaign",
    [DERIVE_UTM_TERM] = "utm_term",
    [DERIVE_UTM_CONTENT] = "utm_content",
    [DERIVE_UTM_ID] = "utm_id",
    [DERIVE_DEVICE_CLASS] = "device_class",
    [DERIVE_BROWSER] = "browser",
    [DERIVE_OS] = "os",
    [DERIVE_SEARCH_WORDS] = "search_words",
    [DERIVE_COUNT] = NULL,
};

enum { HOST_LEN_MAX = 253, LABEL_MAX = 63, PATH_LEN_MAX = 250, UTM_LEN_MAX = 200, ADDRESS_MAX = 8192 };
enum { WORDS_LEN_MAX = 60, WORDS_MAX = 6, DIGITS_MAX = 4 };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool is_letter(char c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// ---- addresses

static size_t end_of(cu_str s, const char *any)
{
    size_t i = 0;
    while (i < s.len && !strchr(any, s.ptr[i]))
        i++;
    return i;
}

// What follows "scheme://"; false: no such address.
static bool after_scheme(cu_str s, cu_str *ret)
{
    size_t i = 0;
    while (i < s.len && i < 32 && (is_letter(s.ptr[i]) || (i > 0 && (is_digit(s.ptr[i]) || strchr("+-.", s.ptr[i])))))
        i++;
    cu_str rest = cu_str_sub(s, i, SIZE_MAX);
    if (i > 0 && cu_str_starts(rest, CU_LIT("://"))) {
        *ret = cu_str_sub(rest, 3, SIZE_MAX);
        return true;
    }
    return false;
}

// A name of at least two labels, of letters, digits and "-", whose last is no number.
static bool is_hostname(cu_str host)
{
    cu_str rest = host, label = CU_NONE;
    size_t labels = 0;
    if (host.len == 0 || host.len > HOST_LEN_MAX)
        return false;
    while (rest.ptr) {
        label = cu_str_cut(&rest, '.');
        labels++;
        if (label.len == 0 || label.len > LABEL_MAX || label.ptr[0] == '-' || label.ptr[label.len - 1] == '-')
            return false;
        for (size_t i = 0; i < label.len; i++) {
            if (!is_letter(label.ptr[i]) && !is_digit(label.ptr[i]) && label.ptr[i] != '-' && label.ptr[i] != '_')
                return false;
        }
    }
    return labels > 1 && is_letter(label.ptr[0]);
}

static cu_str host_of(cu_str address, char out[DERIVE_MAX])
{
    cu_str rest;
    if (!after_scheme(cu_str_trim(address), &rest))
        return CU_NONE;
    cu_str host = cu_str_sub(rest, 0, end_of(rest, "/?#\\"));
    for (ptrdiff_t at = cu_str_find(host, '@'); at >= 0; at = cu_str_find(host, '@'))
        host = cu_str_sub(host, (size_t)at + 1, SIZE_MAX); // user name and password
    host = cu_str_sub(host, 0, end_of(host, ":"));
    if (host.len > 1 && host.ptr[host.len - 1] == '.')
        host.len--;
    if (!is_hostname(host))
        return CU_NONE;
    for (size_t i = 0; i < host.len; i++)
        out[i] = lower(host.ptr[i]);
    host.ptr = out;
    cu_str bare = cu_str_starts(host, CU_LIT("www.")) ? cu_str_sub(host, 4, SIZE_MAX) : host;
    return is_hostname(bare) ? bare : host;
}

// The part of a host that one owner has, as far as that can be told without the list of public endings: two labels, or three
// where the last two look like "co.uk".
static cu_str site_of(cu_str host)
{
    size_t dots = 0, at = host.len, last = 0, second = 0;
    while (at > 0) {
        if (host.ptr[at - 1] == '.') {
            dots++;
            last = dots == 1 ? host.len - at : last;
            second = dots == 2 ? host.len - at - last - 1 : second;
            bool short_ending = last == 2 && second <= 3;
            if ((dots == 2 && !short_ending) || dots == 3)
                return cu_str_sub(host, at, SIZE_MAX);
        }
        at--;
    }
    return host;
}

static cu_str outside_host(cu_str address, cu_str own, char out[DERIVE_MAX])
{
    char room[DERIVE_MAX];
    cu_str host = host_of(address, out), home = host_of(own, room);
    return host.len > 0 && home.len > 0 && cu_str_eq(site_of(host), site_of(home)) ? CU_NONE : host;
}

static cu_str path_of(cu_str address, char out[DERIVE_MAX])
{
    cu_str rest;
    if (!after_scheme(cu_str_trim(address), &rest))
        return CU_NONE;
    size_t at = end_of(rest, "/?#");
    cu_str path = cu_str_sub(rest, at, end_of(cu_str_sub(rest, at, SIZE_MAX), "?#"));
    if (path.len == 0)
        path = CU_LIT("/");
    if (path.len > PATH_LEN_MAX || !text_utf8_valid(path) || cu_str_find(path, '@') >= 0 ||
        cu_str_find_str(path, CU_LIT("%40")) >= 0)
        return CU_NONE;
    for (size_t i = 0; i < path.len; i++) {
        if ((unsigned char)path.ptr[i] <= ' ')
            return CU_NONE;
    }
    memcpy(out, path.ptr, path.len);
    return (cu_str){out, path.len};
}

// ---- what an address carries behind "?"

static cu_str query_of(cu_str address) // also of "?a=b" and "a=b" alone
{
    cu_str s = cu_str_trim(address), rest;
    ptrdiff_t mark = cu_str_find(s, '?');
    if (mark < 0 && after_scheme(s, &rest))
        return CU_NONE;
    s = mark < 0 ? s : cu_str_sub(s, (size_t)mark + 1, SIZE_MAX);
    s = s.len > ADDRESS_MAX ? CU_NONE : s;
    return cu_str_sub(s, 0, end_of(s, "#"));
}

static cu_str click_kind(cu_str address, char out[DERIVE_MAX])
{
    static const char *const known[] = {"gclid", "wbraid", "gbraid", "dclid", "msclkid", "yclid", "fbclid", "ttclid",
        "twclid", "li_fat_id", "ScCid", "epik", "rdt_cid", "qclid", "igshid", "igsh", "mc_eid", "mc_cid", "_kx", "awc",
        "irclickid", "cjevent", "ranSiteID", "tduid", "zanpid", "sscid", "srsltid", "gad_source"};
    size_t best = CU_COUNT(known);
    cu_str query = query_of(address);
    while (query.ptr && best > 0) {
        cu_str pair = cu_str_cut(&query, '&'), name = cu_str_cut(&pair, '=');
        if (pair.len == 0)
            continue;
        for (size_t i = 0; i < best; i++) { // the first of the table, whichever comes first
            if (cu_str_eq_nocase(name, cu_str_of(known[i])))
                best = i;
        }
    }
    if (best == CU_COUNT(known))
        return CU_NONE;
    size_t len = strlen(known[best]);
    for (size_t i = 0; i < len; i++)
        out[i] = lower(known[best][i]);
    return (cu_str){out, len};
}

// A parameter of a campaign is a word that somebody in the shop chose. What looks like an e-mail address is none, and
// neither is what holds control characters.
static cu_str campaign_value(cu_str address, const char *name, char out[DERIVE_MAX])
{
    CU_AUTO_BUF struct cu_buf value;
    cu_buf_init(&value, UTM_LEN_MAX * 4);
    cu_str query = query_of(address);
    while (query.ptr) {
        cu_str pair = cu_str_cut(&query, '&'), key = cu_str_cut(&pair, '=');
        if (!cu_str_eq_nocase(key, cu_str_of(name)) || pair.len == 0)
            continue;
        if (!text_url_decode(pair, true, &value) || value.failed)
            return CU_NONE;
        break;
    }
    cu_str s = cu_str_trim(cu_buf_view(&value));
    if (s.len == 0 || s.len > UTM_LEN_MAX || !text_utf8_valid(s) || cu_str_find(s, '@') >= 0 ||
        cu_str_find_str(s, CU_LIT("%40")) >= 0)
        return CU_NONE;
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 0x7f)
            return CU_NONE;
    }
    memcpy(out, s.ptr, s.len);
    return (cu_str){out, s.len};
}

// ---- user agents. The first row that fits decides: `has` (one of them, separated by "|") and none of `lacks`.

struct agent_row {
    const char *value, *has, *lacks;
};
static const struct agent_row device_rows[] = {
    {"bot", "bot|crawl|spider|slurp|headless|lighthouse|preview|facebookexternalhit|mediapartners|bingpreview|ia_archiver|"
            "curl/|wget/|python-|java/|okhttp/|go-http-client|axios/|node-fetch|libwww|httpclient|phantomjs|pingdom|"
            "uptime|monitor|scrapy|gptbot|chatgpt-user|perplexity|claude-", "cubot"},
    {"other", "smart-tv|smarttv|appletv|apple tv|hbbtv|googletv|android tv|bravia|roku|crkey| aft|web0s|netcast|playstation|"
              "xbox|nintendo|watch", ""},
    {"tablet", "ipad|tablet|kindle|playbook|silk/|sm-t|nexus 7|nexus 10", "tablet pc"},
    {"phone", "iphone|ipod|windows phone|iemobile|opera mini|opera mobi|blackberry|bb10|mobile safari|dalvik/|kaios", ""},
    {"tablet", "android", "mobile"},
    {"phone", "mobile", ""},
    {"desktop", "windows nt|macintosh|cros |x11;|linux x86_64|linux i686|linux aarch64", ""},
};
static const struct agent_row browser_rows[] = {
    {"Edge", "edg/|edge/|edga/|edgios/", ""},
    {"Opera", "opr/|opera|opios/|opt/", ""},
    {"Samsung Internet", "samsungbrowser/", ""},
    {"DuckDuckGo", "duckduckgo/|ddg/", ""},
    {"Vivaldi", "vivaldi/", ""},
    {"Yandex Browser", "yabrowser/", ""},
    {"UC Browser", "ucbrowser/|ucweb", ""},
    {"Facebook", "fban/|fbav/|[fb_iab", ""},
    {"Instagram", "instagram ", ""},
    {"TikTok", "musical_ly|bytedancewebview|tiktok", ""},
    {"Pinterest", "pinterest/|[pinterest", ""},
    {"Brave", "brave/", ""},
    {"Firefox", "firefox/|fxios/|focus/", "seamonkey"},
    {"Chrome", "crios/|headlesschrome/|chrome/|chromium/", ""},
    {"Internet Explorer", "msie |trident/", ""},
    {"App", "dalvik/|cfnetwork/|okhttp/", ""},
    {"Safari", "safari/|applewebkit/", "android"},
    {"Android Browser", "android", ""},
};
static const struct agent_row os_rows[] = {
    {"Windows", "windows", ""},
    {"iOS", "iphone|ipad|ipod", ""},
    {"Android", "android|dalvik/", ""},
    {"macOS", "macintosh|mac os x", ""},
    {"ChromeOS", "cros ", ""},
    {"Linux", "linux|x11;", ""},
};

static bool holds_one(cu_str text, const char *parts)
{
    cu_str rest = cu_str_of(parts);
    while (rest.len > 0) {
        if (cu_str_find_str(text, cu_str_cut(&rest, '|')) >= 0)
            return true;
    }
    return false;
}

static cu_str agent_of(cu_str agent, const struct agent_row *rows, size_t count, const char *otherwise)
{
    char text[512];
    size_t len = agent.len < sizeof text ? agent.len : sizeof text;
    for (size_t i = 0; i < len; i++)
        text[i] = lower(agent.ptr[i]);
    cu_str folded = {text, len};
    for (size_t i = 0; i < count; i++) {
        if (holds_one(folded, rows[i].has) && !holds_one(folded, rows[i].lacks))
            return cu_str_of(rows[i].value);
    }
    return cu_str_of(otherwise);
}

// ---- searches

static cu_str search_words(cu_str typed, char out[DERIVE_MAX])
{
    size_t len = 0, words = 0, digits = 0;
    bool space = true;
    typed = cu_str_trim(typed);
    if (typed.len > WORDS_LEN_MAX || !text_utf8_valid(typed) || cu_str_find_str(typed, CU_LIT("%40")) >= 0)
        return CU_NONE;
    for (size_t i = 0; i < typed.len; i++) {
        char c = lower(typed.ptr[i]);
        digits += is_digit(c);
        if (strchr("@:/\\\"<>{}|", c) || (c != '\t' && (unsigned char)c < ' ') || c == 0x7f)
            return CU_NONE;
        if (c == ' ' || c == '\t') {
            space = true;
            continue;
        }
        if (space && len > 0)
            out[len++] = ' ';
        words += space;
        space = false;
        out[len++] = c;
    }
    return words <= WORDS_MAX && digits <= DIGITS_MAX ? (cu_str){out, len} : CU_NONE;
}

// ---- all

static cu_str one(enum dict_derive as, cu_str value, char out[DERIVE_MAX])
{
    switch (as) {
    case DERIVE_HOST:
    case DERIVE_OUTSIDE_HOST:
        return host_of(value, out);
    case DERIVE_PATH:
        return path_of(value, out);
    case DERIVE_CLICK_KIND:
        return click_kind(value, out);
    case DERIVE_UTM_SOURCE:
    case DERIVE_UTM_MEDIUM:
    case DERIVE_UTM_CAMPAIGN:
    case DERIVE_UTM_TERM:
    case DERIVE_UTM_CONTENT:
    case DERIVE_UTM_ID:
        return campaign_value(value, derive_names[as], out);
    case DERIVE_DEVICE_CLASS:
        return agent_of(value, device_rows, CU_COUNT(device_rows), "other");
    case DERIVE_BROWSER:
        return agent_of(value, browser_rows, CU_COUNT(browser_rows), "");
    case DERIVE_OS:
        return agent_of(value, os_rows, CU_COUNT(os_rows), "");
    case DERIVE_SEARCH_WORDS:
        return search_words(value, out);
    case DERIVE_NONE:
    case DERIVE_COUNT:
        break;
    }
    return CU_NONE;
}

cu_str derive_value(enum dict_derive as, const cu_str *values, size_t count, char out[DERIVE_MAX])
{
    cu_str got = CU_NONE;
    if (as == DERIVE_OUTSIDE_HOST && count > 0 && values[0].len > 0)
        got = outside_host(values[0], count > 1 ? values[1] : CU_NONE, out);
    for (size_t i = 0; as != DERIVE_OUTSIDE_HOST && i < count && got.len == 0; i++) {
        if (cu_str_trim(values[i]).len > 0)
            got = one(as, values[i], out);
    }
    if (got.len > 0 && got.ptr != out) { // a word of a table, or behind "www."
        memmove(out, got.ptr, got.len);
        got.ptr = out;
    }
    return got;
}
