// SPDX-License-Identifier: Apache-2.0
// What the tests of this folder share: folders that vanish, whole-file reads and writes, copies of
// a folder as a crash would leave it, and a small reproducible random stream.
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/fault.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define assert_ok(expr) assert_int_equal((expr), CU_OK)

static inline uint64_t test_random(uint64_t *state) // xorshift64*
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

static inline char *test_folder_in(const char *base)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/custos-test-XXXXXX", base) > 0);
    assert_non_null(mkdtemp(path));
    return path;
}

static inline char *test_folder_new(void)
{
    const char *base = getenv("TMPDIR");
    return test_folder_in(base ? base : "/tmp");
}

// In memory where there is such a place: for loops with thousands of syncs.
static inline char *test_folder_fast(void)
{
    return access("/dev/shm", W_OK) == 0 ? test_folder_in("/dev/shm") : test_folder_new();
}

static inline void test_folder_empty(const char *path) // folders in it go as well
{
    DIR *d = opendir(path);
    if (!d)
        return;
    for (struct dirent *e = readdir(d); e; e = readdir(d)) {
        if (e->d_name[0] == '.' || unlinkat(dirfd(d), e->d_name, 0) == 0)
            continue;
        char inner[4096];
        (void)snprintf(inner, sizeof inner, "%.3000s/%.255s", path, e->d_name);
        test_folder_empty(inner);
        (void)!unlinkat(dirfd(d), e->d_name, AT_REMOVEDIR);
    }
    (void)closedir(d);
}

static inline void test_folder_free(char *path)
{
    test_folder_empty(path);
    (void)!rmdir(path);
    free(path);
}

static inline char *test_path(const char *folder, const char *name)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
    return path;
}

struct test_bytes {
    uint8_t *ptr;
    size_t len;
};

static inline struct test_bytes test_read(const char *folder, const char *name)
{
    char *path = test_path(folder, name);
    FILE *f = fopen(path, "rb");
    free(path);
    assert_non_null(f);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    struct test_bytes b = {.len = (size_t)ftell(f)};
    rewind(f);
    b.ptr = malloc(b.len + 1);
    assert_non_null(b.ptr);
    assert_int_equal(fread(b.ptr, 1, b.len, f), b.len);
    (void)fclose(f);
    return b;
}

static inline void test_write(const char *folder, const char *name, const void *bytes, size_t len)
{
    char *path = test_path(folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    free(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, len), (ssize_t)len);
    (void)close(fd);
}

static inline bool test_exists(const char *folder, const char *name)
{
    char *path = test_path(folder, name);
    struct stat st;
    bool there = stat(path, &st) == 0;
    free(path);
    return there;
}

// Calls fn for every file of a folder.
static inline size_t test_each_file(const char *folder,
    void (*fn)(const char *folder, const char *name, void *context), void *context)
{
    size_t count = 0;
    DIR *d = opendir(folder);
    assert_non_null(d);
    for (struct dirent *e = readdir(d); e; e = readdir(d)) {
        if (e->d_name[0] == '.')
            continue;
        count++;
        if (fn)
            fn(folder, e->d_name, context);
    }
    (void)closedir(d);
    return count;
}

static inline void test_copy_one(const char *folder, const char *name, void *to)
{
    struct test_bytes b = test_read(folder, name);
    test_write(to, name, b.ptr, b.len);
    free(b.ptr);
}

static inline void test_folder_copy(const char *from, char *to)
{
    test_folder_empty(to);
    test_each_file(from, test_copy_one, to);
}

static inline void test_sum_one(const char *folder, const char *name, void *sum)
{
    struct test_bytes b = test_read(folder, name);
    uint64_t h = 1469598103934665603u;
    for (const char *p = name; *p; p++)
        h = (h ^ (uint8_t)*p) * 1099511628211u;
    for (size_t i = 0; i < b.len; i++)
        h = (h ^ b.ptr[i]) * 1099511628211u;
    *(uint64_t *)sum += h; // order of the listing does not matter
    free(b.ptr);
}

static inline uint64_t test_folder_sum(const char *folder) // changes with any byte or name in it
{
    uint64_t sum = 0;
    test_each_file(folder, test_sum_one, &sum);
    return sum;
}
