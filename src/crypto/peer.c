// SPDX-License-Identifier: Apache-2.0
// Keys of two machines that know each other. See peer.h.
#include "peer.h"

#include "secret.h"

#include "base/clock.h"
#include "base/file.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHECK_TEXT 8
#define SEED_LINE "custos-replica-identity-1 "
#define TEXT_MAX 160

static const char *const starts[] = {[PEER_PRIMARY] = "custos-primary-1 ", [PEER_REPLICA] = "custos-replica-1 "};

static void derive(const uint8_t seed[PEER_SEED], const char *label, uint8_t ret[32])
{
    (void)crypto_generichash(ret, 32, (const unsigned char *)label, strlen(label), seed, PEER_SEED);
}

static void public_of(const uint8_t seed[32], uint8_t ret[32])
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    (void)crypto_sign_seed_keypair(ret, secret, seed);
    secret_wipe(secret, sizeof secret);
}

void peer_keypair(const uint8_t seed[32], uint8_t ret_public[32], uint8_t ret_secret[32])
{
    public_of(seed, ret_public);
    memcpy(ret_secret, seed, 32); // Ed25519's secret is its seed (RFC 8032)
}

void peer_tls_seed(const uint8_t seed[PEER_SEED], uint8_t ret[32])
{
    derive(seed, "custos-peer-tls", ret);
}

void peer_public_of(const uint8_t seed[PEER_SEED], struct peer_public *ret)
{
    uint8_t own[32];
    peer_tls_seed(seed, own);
    public_of(own, ret->tls);
    derive(seed, "custos-peer-sign", own);
    public_of(own, ret->sign);
    secret_wipe(own, sizeof own);
}

cu_code peer_sign(const uint8_t seed[PEER_SEED], cu_str message, uint8_t ret[SIGN_SIGNATURE], struct cu_error *err)
{
    uint8_t own[SIGN_SEED];
    struct sign_key *k = NULL;
    derive(seed, "custos-peer-sign", own);
    cu_code code = sign_key_from_seed(own, &k, err);
    secret_wipe(own, sizeof own);
    CU_TRY(code);
    sign_make(k, message, ret);
    sign_key_free(k);
    return CU_OK;
}

// --- lines

static void check_of(cu_str text, char ret[CHECK_TEXT + 1])
{
    uint8_t hash[16];
    crypto_generichash(hash, sizeof hash, (const uint8_t *)text.ptr, text.len, NULL, 0);
    sodium_bin2base64(ret, CHECK_TEXT + 1, hash, 6, sodium_base64_VARIANT_ORIGINAL);
}

static void print_line(const char *start, const uint8_t *bytes, size_t len, char *ret, size_t room)
{
    char body[TEXT_MAX], check[CHECK_TEXT + 1];
    sodium_bin2base64(body, sizeof body, bytes, len, sodium_base64_VARIANT_ORIGINAL);
    int n = snprintf(ret, room, "%s%s", start, body);
    check_of((cu_str){ret, (size_t)n}, check);
    (void)snprintf(ret + n, room - (size_t)n, " %s", check);
    secret_wipe(body, sizeof body);
}

static bool parse_line(const char *start, cu_str line, uint8_t *ret, size_t len)
{
    char check[CHECK_TEXT + 1];
    size_t start_len = strlen(start), got = 0;
    line = cu_str_trim(line);
    if (!cu_str_starts(line, cu_str_of(start)) || line.len < start_len + CHECK_TEXT + 1)
        return false;
    size_t end = line.len - CHECK_TEXT - 1;
    check_of(cu_str_sub(line, 0, end), check);
    return line.ptr[end] == ' ' && memcmp(check, line.ptr + end + 1, CHECK_TEXT) == 0 &&
           sodium_base642bin(ret, len, line.ptr + start_len, end - start_len, NULL, &got, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
           got == len;
}

void peer_line_print(enum peer_kind kind, const struct peer_public *p, char ret[PEER_LINE_MAX])
{
    uint8_t both[PEER_PUBLIC];
    memcpy(both, p->tls, 32);
    memcpy(both + 32, p->sign, 32);
    print_line(starts[kind], both, sizeof both, ret, PEER_LINE_MAX);
}

cu_code peer_line_parse(enum peer_kind kind, cu_str line, const char *field, struct peer_public *ret, struct cu_error *err)
{
    uint8_t both[PEER_PUBLIC];
    if (!parse_line(starts[kind], line, both, sizeof both))
        return cu_fail(err, CU_INVALID, field, "the whole line that begins with %sis accepted, as the other machine printed it",
            starts[kind]);
    memcpy(ret->tls, both, 32);
    memcpy(ret->sign, both + 32, 32);
    return CU_OK;
}

// --- a replica's seed

cu_code peer_seed_create(const char *path, uint8_t ret[PEER_SEED], struct cu_error *err)
{
    CU_AUTO_FD int fd = -1;
    struct stat st;
    char text[TEXT_MAX];
    if (lstat(path, &st) == 0)
        return cu_fail(err, CU_CONFLICT, "identity", "a file of that name exists");
    CU_TRY(cu_file_open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0400, &fd, err));
    cu_random(ret, PEER_SEED);
    print_line(SEED_LINE, ret, PEER_SEED, text, sizeof text);
    cu_code code = cu_file_write(fd, text, strlen(text), err);
    if (code == CU_OK)
        code = cu_file_write(fd, "\n", 1, err);
    if (code == CU_OK)
        code = cu_file_sync(fd, err);
    secret_wipe(text, sizeof text);
    if (code != CU_OK)
        (void)unlink(path);
    return code;
}

cu_code peer_seed_read(const char *path, uint8_t ret[PEER_SEED], struct cu_error *err)
{
    struct cu_buf text;
    struct stat st;
    cu_buf_init(&text, 4096);
    if (stat(path, &st) == 0 && (st.st_mode & 077))
        return cu_fail(err, CU_KEY, "identity", "the replica's identity may be read by its owner only (mode 0400)");
    cu_code code = cu_file_read_all(path, &text, err);
    if (code == CU_OK && !parse_line(SEED_LINE, cu_buf_view(&text), ret, PEER_SEED))
        code = cu_fail(err, CU_KEY, "identity", "the file of the replica's identity is damaged, or none");
    cu_buf_wipe(&text);
    return code;
}
