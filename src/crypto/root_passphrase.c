// SPDX-License-Identifier: Apache-2.0
// The root secret behind a passphrase. One line of text:
//   custos-passphrase-1 argon2id <memory KiB> <passes> <fingerprint> <salt> <sealed> <check>
// fingerprint: that of the root key, hex of 16 bytes. salt: base64 of 16. sealed: base64 of 104: nonce 24,
// XChaCha20-Poly1305 of the 64 bytes under Argon2id(passphrase, salt), associated data everything before it. The check (6
// bytes of an unkeyed hash) tells a damaged file from a wrong passphrase.
#include "root_private.h"

#include "crypto_internal.h"
#include "secret.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/file.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#define MAGIC "custos-passphrase-1 argon2id "
#define SALT crypto_pwhash_SALTBYTES
#define SALT_TEXT 24
#define SEALED (24 + KEYRING_SECRET + 16)
#define SEALED_TEXT 140
#define CHECK_TEXT 8
#define FINGERPRINT_TEXT 32
#define LINE_MAX_BYTES 288
#define MEMORY_KIB_MIN (64 * 1024)
#define MEMORY_KIB_MAX (4 * 1024 * 1024)
#define PASSES_MAX 100
#define PASSPHRASE_MIN 15 // as of a password without a second factor (SP 800-63B)

const struct root_cost root_cost_default = {256 * 1024, 3};

static cu_code derive(
    cu_str passphrase, const struct root_cost *cost, const uint8_t salt[SALT], uint8_t ret[32], struct cu_error *err)
{
    if (cu_fault_hit(CU_FAULT_ALLOC) ||
        crypto_pwhash(ret, 32, passphrase.ptr ? passphrase.ptr : "", passphrase.len, salt, cost->passes,
            (size_t)cost->memory_kib * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return cu_fail(err, CU_MEMORY, "root_key", "no memory to derive the key from the passphrase: %u MiB are needed",
            cost->memory_kib / 1024);
    return CU_OK;
}

static void check_of(const char *text, size_t len, char ret[CHECK_TEXT + 1])
{
    uint8_t hash[16];
    crypto_generichash(hash, sizeof hash, (const uint8_t *)text, len, NULL, 0);
    sodium_bin2base64(ret, CHECK_TEXT + 1, hash, 6, sodium_base64_VARIANT_ORIGINAL);
}

static cu_code print_fingerprint(const uint8_t secret[KEYRING_SECRET], char ret[FINGERPRINT_TEXT + 1], struct cu_error *err)
{
    struct keyring *k = NULL;
    uint8_t fingerprint[16];
    CU_TRY(keyring_from_secret(secret, &k, err));
    keyring_root_fingerprint(k, fingerprint);
    keyring_close(k);
    sodium_bin2hex(ret, FINGERPRINT_TEXT + 1, fingerprint, sizeof fingerprint);
    return CU_OK;
}

cu_code root_passphrase_write(const char *path, cu_str passphrase, const struct root_cost *cost,
    const uint8_t secret[KEYRING_SECRET], struct cu_error *err)
{
    crypto_start();
    uint8_t salt[SALT], key[32], sealed[SEALED];
    char line[LINE_MAX_BYTES], salt_text[SALT_TEXT + 1], fingerprint[FINGERPRINT_TEXT + 1];
    CU_TRY(print_fingerprint(secret, fingerprint, err));
    cu_random(salt, sizeof salt);
    cu_random(sealed, 24);
    CU_TRY(derive(passphrase, cost, salt, key, err));
    sodium_bin2base64(salt_text, sizeof salt_text, salt, sizeof salt, sodium_base64_VARIANT_ORIGINAL);
    int len = snprintf(line, sizeof line, MAGIC "%u %u %s %s ", cost->memory_kib, cost->passes, fingerprint, salt_text);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        sealed + 24, NULL, secret, KEYRING_SECRET, (const uint8_t *)line, (unsigned long long)len, NULL, sealed, key);
    secret_wipe(key, sizeof key);
    sodium_bin2base64(line + len, SEALED_TEXT + 1, sealed, sizeof sealed, sodium_base64_VARIANT_ORIGINAL);
    size_t end = (size_t)len + SEALED_TEXT;
    char check[CHECK_TEXT + 1];
    check_of(line, end, check);
    end += (size_t)snprintf(line + end, sizeof line - end, " %s\n", check);
    return root_write_new(path, line, end, 0600, err);
}

struct parsed {
    struct root_cost cost;
    uint8_t fingerprint[16], salt[SALT], sealed[SEALED];
    size_t bound; // length of what the associated data is
};

static bool parse_number(cu_str text, int64_t min, int64_t max, uint32_t *ret)
{
    int64_t v = 0;
    if (!cu_str_i64(text, &v) || v < min || v > max)
        return false;
    *ret = (uint32_t)v;
    return true;
}

static bool parse(cu_str line, struct parsed *ret)
{
    char check[CHECK_TEXT + 1];
    size_t salt_len = 0, sealed_len = 0, fingerprint_len = 0;
    if (line.len < sizeof MAGIC + SEALED_TEXT + CHECK_TEXT + 2 || memcmp(line.ptr, MAGIC, sizeof MAGIC - 1) != 0 ||
        line.ptr[line.len - 1] != '\n')
        return false;
    size_t end = line.len - 1 - CHECK_TEXT - 1;
    check_of(line.ptr, end, check);
    if (line.ptr[end] != ' ' || memcmp(check, line.ptr + end + 1, CHECK_TEXT) != 0)
        return false;
    cu_str rest = cu_str_sub(line, sizeof MAGIC - 1, end - (sizeof MAGIC - 1));
    cu_str memory = cu_str_cut(&rest, ' '), passes = cu_str_cut(&rest, ' ');
    cu_str fingerprint = cu_str_cut(&rest, ' '), salt = cu_str_cut(&rest, ' ');
    ret->bound = end - rest.len;
    return parse_number(memory, MEMORY_KIB_MIN, MEMORY_KIB_MAX, &ret->cost.memory_kib) &&
           parse_number(passes, 2, PASSES_MAX, &ret->cost.passes) &&
           sodium_hex2bin(ret->fingerprint, 16, fingerprint.ptr, fingerprint.len, NULL, &fingerprint_len, NULL) == 0 &&
           fingerprint_len == 16 &&
           sodium_base642bin(ret->salt, SALT, salt.ptr, salt.len, NULL, &salt_len, NULL, sodium_base64_VARIANT_ORIGINAL) ==
               0 &&
           salt_len == SALT &&
           sodium_base642bin(
               ret->sealed, SEALED, rest.ptr, rest.len, NULL, &sealed_len, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
           sealed_len == SEALED;
}

static cu_code open_secret(
    const struct parsed *p, cu_str line, cu_str passphrase, uint8_t ret[KEYRING_SECRET], struct cu_error *err)
{
    uint8_t key[32], secret[KEYRING_SECRET];
    CU_TRY(derive(passphrase, &p->cost, p->salt, key, err));
    int rc = crypto_aead_xchacha20poly1305_ietf_decrypt(secret, NULL, NULL, p->sealed + 24, SEALED - 24,
        (const uint8_t *)line.ptr, p->bound, p->sealed, key);
    secret_wipe(key, sizeof key);
    if (rc == 0)
        memcpy(ret, secret, sizeof secret);
    secret_wipe(secret, sizeof secret);
    return rc == 0 ? CU_OK : cu_fail(err, CU_KEY, "root_key", "the passphrase is wrong");
}

static cu_code read_parsed(const char *path, struct cu_buf *text, struct parsed *ret, struct cu_error *err)
{
    crypto_start();
    cu_buf_init(text, 4096);
    CU_TRY(root_read_text(path, "the passphrase file", text, err));
    return parse(cu_buf_view(text), ret) ? CU_OK
                                         : cu_fail(err, CU_KEY, "root_key", "the passphrase file is damaged or not one");
}

cu_code root_passphrase_read(const char *path, cu_str passphrase, uint8_t ret[KEYRING_SECRET], struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf text;
    struct parsed p;
    CU_TRY(read_parsed(path, &text, &p, err));
    return open_secret(&p, cu_buf_view(&text), passphrase, ret, err);
}

cu_code root_passphrase_in_force(const char *path, const uint8_t in_force[16], bool *ret, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf text;
    struct parsed p;
    CU_TRY(read_parsed(path, &text, &p, err));
    *ret = memcmp(p.fingerprint, in_force, sizeof p.fingerprint) == 0;
    return CU_OK;
}

// --- where the passphrase comes from

static cu_code read_fd(int fd, struct cu_buf *ret, struct cu_error *err)
{
    char c = 0;
    ssize_t n = 0;
    while (ret->len < ROOT_PASSPHRASE_MAX && (n = read(fd, &c, 1)) == 1 && c != '\n')
        cu_buf_char(ret, c);
    if (n < 0)
        return cu_fail(err, CU_KEY, "root_key", "the passphrase could not be read");
    if (ret->len > 0 && ret->ptr[ret->len - 1] == '\r')
        ret->len--;
    return cu_buf_code(ret, err);
}

static cu_code read_terminal(const char *prompt, struct cu_buf *ret, struct cu_error *err)
{
    CU_AUTO_FD int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    struct termios before, silent;
    if (fd < 0 || tcgetattr(fd, &before) != 0)
        return cu_fail(err, CU_KEY, "root_key",
            "no passphrase: name a file with CUSTOS_PASSPHRASE_FILE, a descriptor with CUSTOS_PASSPHRASE_FD, or start at a "
            "terminal");
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    (void)tcsetattr(fd, TCSAFLUSH, &silent);
    (void)!write(fd, prompt, strlen(prompt));
    cu_code code = read_fd(fd, ret, err);
    (void)tcsetattr(fd, TCSAFLUSH, &before);
    (void)!write(fd, "\n", 1);
    return code;
}

cu_code root_passphrase_ask(const char *prompt, struct cu_buf *ret, struct cu_error *err)
{
    const char *number = getenv("CUSTOS_PASSPHRASE_FD"), *file = getenv("CUSTOS_PASSPHRASE_FILE");
    int64_t fd = -1;
    if (number && (!cu_str_i64(cu_str_of(number), &fd) || fd < 0 || fd > 1 << 20))
        return cu_fail(err, CU_KEY, "root_key", "CUSTOS_PASSPHRASE_FD is not the number of a descriptor");
    if (number)
        return read_fd((int)fd, ret, err);
    if (!file)
        return read_terminal(prompt, ret, err);
    CU_AUTO_FD int opened = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (opened < 0)
        return cu_fail(err, CU_KEY, "root_key", "the file of CUSTOS_PASSPHRASE_FILE cannot be read");
    return read_fd(opened, ret, err);
}

cu_code root_passphrase_create(const char *path, struct cu_error *err)
{
    struct cu_buf first, again;
    uint8_t secret[KEYRING_SECRET];
    bool asks = !getenv("CUSTOS_PASSPHRASE_FD") && !getenv("CUSTOS_PASSPHRASE_FILE");
    cu_buf_init(&first, ROOT_PASSPHRASE_MAX + 2);
    cu_buf_init(&again, ROOT_PASSPHRASE_MAX + 2);
    cu_code code = root_passphrase_ask("A passphrase for the root key: ", &first, err);
    if (code == CU_OK && first.len < PASSPHRASE_MIN)
        code = cu_fail(
            err, CU_INVALID, "root_key", "a passphrase of %d to %d bytes is accepted", PASSPHRASE_MIN, ROOT_PASSPHRASE_MAX);
    if (code == CU_OK && asks)
        code = root_passphrase_ask("Again: ", &again, err);
    if (code == CU_OK && asks && !cu_str_eq(cu_buf_view(&first), cu_buf_view(&again)))
        code = cu_fail(err, CU_INVALID, "root_key", "the two passphrases differ");
    if (code == CU_OK) {
        cu_random(secret, sizeof secret);
        code = root_passphrase_write(path, cu_buf_view(&first), &root_cost_default, secret, err);
        secret_wipe(secret, sizeof secret);
    }
    cu_buf_wipe(&first);
    cu_buf_wipe(&again);
    return code;
}
