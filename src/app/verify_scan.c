// SPDX-License-Identifier: Apache-2.0
// Scanning a folder for values in many forms. See verify_scan.h.
#include "verify_scan.h"

#include "text/text.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FORMS = 14, BLOCK = 1 << 20, NEEDLE_MAX = 4 * SCAN_VALUE_MAX + 8, PATH_LEN = 4096, DEPTH_MAX = 16 };

struct needle {
    char *bytes;
    size_t len, line;
    const char *form;
};
struct scanner {
    struct needle needles[SCAN_VALUES_MAX * FORMS];
    size_t count;
    char *block; // the end of the block before, then this one
    scan_hit_visit *visit;
    void *context;
    struct scan_report *report;
};

static cu_code add(struct scanner *s, size_t line, const char *form, cu_str bytes, struct cu_error *err)
{
    if (bytes.len < SCAN_VALUE_MIN)
        return CU_OK;
    for (size_t i = 0; i < s->count; i++) {
        if (s->needles[i].len == bytes.len && memcmp(s->needles[i].bytes, bytes.ptr, bytes.len) == 0)
            return CU_OK;
    }
    char *copy = cu_alloc(bytes.len);
    if (!copy || s->count == CU_COUNT(s->needles)) {
        cu_free(copy);
        return cu_fail(err, CU_MEMORY, "", "no memory to scan");
    }
    memcpy(copy, bytes.ptr, bytes.len);
    s->needles[s->count++] = (struct needle){copy, bytes.len, line, form};
    return CU_OK;
}

static void utf16(cu_str s, bool little, struct cu_buf *out)
{
    for (size_t i = 0; i < s.len; i++) { // ASCII values only; others are found in their other forms
        if (!little)
            cu_buf_char(out, 0);
        cu_buf_char(out, s.ptr[i]);
        if (little)
            cu_buf_char(out, 0);
    }
}

// The characters of base64 that do not depend on what stands before and behind, for an offset of 0, 1 or 2 bytes.
static void base64_middle(cu_str s, size_t offset, bool url, struct cu_buf *out)
{
    char padded[SCAN_VALUE_MAX + 8] = {0};
    struct cu_buf text;
    cu_buf_init(&text, NEEDLE_MAX);
    memcpy(padded + offset, s.ptr, s.len);
    text_base64((cu_str){padded, offset + s.len}, url, &text);
    size_t first = (offset * 8 + 5) / 6, last = (offset + s.len) * 8 / 6;
    if (last > first && last <= text.len)
        cu_buf_add(out, text.ptr + first, last - first);
    cu_buf_clear(&text);
}

static cu_code add_forms(struct scanner *s, size_t line, cu_str value, struct cu_error *err)
{
    static const char *const offsets[] = {"base64", "base64, second offset", "base64, third offset"};
    CU_AUTO_BUF struct cu_buf b;
    cu_buf_init(&b, NEEDLE_MAX);
    CU_TRY(add(s, line, "utf-8", value, err));
    for (int upper = 0; upper < 2; upper++) {
        cu_buf_reset(&b);
        for (size_t i = 0; i < value.len; i++)
            cu_buf_char(&b, (char)(upper ? toupper((unsigned char)value.ptr[i]) : tolower((unsigned char)value.ptr[i])));
        CU_TRY(add(s, line, upper ? "upper case" : "lower case", cu_buf_view(&b), err));
    }
    for (int little = 0; little < 2; little++) {
        cu_buf_reset(&b);
        utf16(value, little != 0, &b);
        CU_TRY(add(s, line, little ? "utf-16le" : "utf-16be", cu_buf_view(&b), err));
    }
    cu_buf_reset(&b);
    text_hex(value, &b);
    CU_TRY(add(s, line, "hex", cu_buf_view(&b), err));
    for (size_t i = 0; i < b.len; i++)
        b.ptr[i] = (char)toupper((unsigned char)b.ptr[i]);
    CU_TRY(add(s, line, "hex, upper case", cu_buf_view(&b), err));
    cu_buf_reset(&b);
    text_url(value, &b);
    CU_TRY(add(s, line, "url-encoded", cu_buf_view(&b), err));
    for (size_t offset = 0; offset < CU_COUNT(offsets); offset++) {
        for (int url = 0; url < 2; url++) {
            cu_buf_reset(&b);
            base64_middle(value, offset, url != 0, &b);
            CU_TRY(add(s, line, offsets[offset], cu_buf_view(&b), err));
        }
    }
    return CU_OK;
}

static cu_code read_values(struct scanner *s, cu_str values, struct cu_error *err)
{
    size_t line = 0, count = 0;
    while (values.len > 0) {
        cu_str value = cu_str_trim(cu_str_cut(&values, '\n'));
        line++;
        if (value.len == 0)
            continue;
        if (value.len < SCAN_VALUE_MIN || value.len > SCAN_VALUE_MAX || ++count > SCAN_VALUES_MAX)
            return cu_fail(err, CU_INVALID, "--plaintext", "line %zu: at most %d values of %d to %d bytes, one a line, are accepted", line,
                SCAN_VALUES_MAX, SCAN_VALUE_MIN, SCAN_VALUE_MAX);
        CU_TRY(add_forms(s, line, value, err));
    }
    return count ? CU_OK : cu_fail(err, CU_MISSING, "--plaintext", "the file holds no value to look for");
}

// keep: bytes at the front of the block that were looked at before, all but a needle that ends behind them.
static void look(struct scanner *s, const char *file, int64_t offset, size_t len, size_t keep)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct needle *n = &s->needles[i];
        const char *at = s->block, *end = s->block + len;
        while ((at = memmem(at, (size_t)(end - at), n->bytes, n->len)) != NULL) {
            if (at + n->len > s->block + keep) {
                const struct scan_hit hit = {file, offset + (at - s->block), n->line, n->form};
                s->report->hits++;
                s->visit(s->context, &hit);
            }
            at++;
        }
    }
}

static cu_code scan_file(struct scanner *s, const char *path, const char *shown, struct cu_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return cu_fail(err, CU_IO, "", "%s cannot be read", shown);
    size_t keep = 0;
    int64_t offset = 0; // of the block's first byte
    ssize_t n;
    s->report->files++;
    while ((n = read(fd, s->block + keep, BLOCK)) > 0) {
        size_t len = keep + (size_t)n;
        look(s, shown, offset, len, keep);
        s->report->bytes += (uint64_t)n;
        size_t next = len < NEEDLE_MAX ? len : NEEDLE_MAX;
        memmove(s->block, s->block + len - next, next);
        offset += (int64_t)(len - next);
        keep = next;
    }
    (void)close(fd);
    return n < 0 ? cu_fail(err, CU_IO, "", "%s cannot be read", shown) : CU_OK;
}

static cu_code scan_folder(struct scanner *s, const char *path, size_t root_len, int depth, struct cu_error *err)
{
    char inner[PATH_LEN];
    struct stat st;
    DIR *d = depth > DEPTH_MAX ? NULL : opendir(path);
    cu_code code = d ? CU_OK : cu_fail(err, CU_IO, "--data", "the folder cannot be read");
    for (struct dirent *e; code == CU_OK && (e = readdir(d)) != NULL;) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        int len = snprintf(inner, sizeof inner, "%s/%s", path, e->d_name);
        if (len < 0 || len >= PATH_LEN || lstat(inner, &st) != 0)
            continue; // it went meanwhile
        if (S_ISDIR(st.st_mode))
            code = scan_folder(s, inner, root_len, depth + 1, err);
        else if (S_ISREG(st.st_mode))
            code = scan_file(s, inner, inner + root_len + 1, err);
    }
    if (d)
        (void)closedir(d);
    return code;
}

cu_code verify_scan(const char *folder, cu_str values, scan_hit_visit *visit, void *context, struct scan_report *ret,
    struct cu_error *err)
{
    struct scanner *s = cu_calloc(1, sizeof *s);
    *ret = (struct scan_report){0};
    if (s)
        s->block = cu_alloc(BLOCK + NEEDLE_MAX);
    cu_code code = s && s->block ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to scan");
    if (code == CU_OK) {
        s->visit = visit;
        s->context = context;
        s->report = ret;
        code = read_values(s, values, err);
    }
    if (code == CU_OK)
        code = scan_folder(s, folder, strlen(folder), 0, err);
    for (size_t i = 0; s && i < s->count; i++)
        cu_free(s->needles[i].bytes);
    if (s)
        cu_free(s->block);
    cu_free(s);
    return code;
}
