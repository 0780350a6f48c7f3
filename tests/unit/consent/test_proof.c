// SPDX-License-Identifier: Apache-2.0
// Documents and their proofs: the canonical form; a proof of every place of a growing log; every single
// byte of a proved document changed, every change found.
#include "../guard/guard_test.h"

#include "consent/proof.h"

static void canonical_is(const char *given, const char *wanted)
{
    json v;
    CU_AUTO_BUF struct cu_buf out;
    struct cu_error err = {0};
    struct json_parser *p = json_parser_new(4096);
    cu_buf_init(&out, 4096);
    assert_ok(json_parse(p, cu_str_of(given), &v, &err));
    cu_code code = proof_canonical(v, &out, &err);
    if (wanted) {
        assert_int_equal(code, CU_OK);
        assert_string_equal(out.ptr, wanted);
    } else {
        assert_int_equal(code, CU_INVALID);
    }
    json_parser_free(p);
}

static void test_canonical(void **state)
{
    (void)state;
    canonical_is(" { \"b\" : [ 1, true , null ],\n\"a\":{\"y\":\"\\u00e9\\n\",\"x\":-5} } ", "{\"a\":{\"x\":-5,\"y\":\"\xc3\xa9\\n\"},\"b\":[1,true,null]}");
    canonical_is("{\"aa\":1,\"a\":2,\"B\":3}", "{\"B\":3,\"a\":2,\"aa\":1}");
    canonical_is("{\"a\":1.5}", NULL);
    canonical_is("[]", "[]");
}

static cu_code check(cu_str file, const struct note_key *trusted)
{
    CU_AUTO_BUF struct cu_buf document;
    struct proof_facts facts;
    struct cu_error err = {0};
    cu_buf_init(&document, PROOF_DOCUMENT_MAX);
    return proof_check_file(file, trusted, &document, &facts, &err);
}

static void print(struct world *w, const char *document, struct cu_buf *out)
{
    struct cu_error err = {0};
    cu_buf_init(out, PROOF_DOCUMENT_MAX);
    cu_code code = proof_print(w->guard, w->audit, cu_str_of(document), cu_now_ms() - 60000, cu_now_ms() + 60000, out, &err);
    if (code != CU_OK)
        fail_msg("%s", err.text);
}

static void test_proofs(bool separate)
{
    struct world w;
    struct cu_error err = {0};
    char document[128];
    world_open(&w, separate);
    guard_enter_system("rights", "test");
    for (int i = 0; i < 20; i++) {
        (void)snprintf(document, sizeof document, "{\"n\":%d,\"state\":\"given\"}", i);
        assert_ok(proof_note(w.guard, "consent_receipt", cu_str_of(document), NULL, 0, &err));
        CU_AUTO_BUF struct cu_buf file;
        print(&w, document, &file);
        assert_int_equal(check(cu_buf_view(&file), NULL), CU_OK);
    }
    struct note_key key, other;
    assert_ok(audit_current_key(w.audit, &key, &err));
    other = key;
    other.public_key[3] ^= 1;
    CU_AUTO_BUF struct cu_buf file, document_bytes;
    struct proof_facts facts;
    print(&w, "{\"n\":7,\"state\":\"given\"}", &file); // an entry of long ago, a checkpoint of now
    cu_buf_init(&document_bytes, PROOF_DOCUMENT_MAX);
    assert_ok(proof_check_file(cu_buf_view(&file), &key, &document_bytes, &facts, &err));
    assert_string_equal(facts.kind, "consent_receipt");
    assert_true(facts.noted_ms > 0 && facts.index < facts.size);
    assert_int_equal(check(cu_buf_view(&file), &other), CU_CORRUPT);

    for (size_t i = 0; i < file.len; i++) { // every byte is under the proof, but for the form of the JSON itself
        char was = file.ptr[i];
        file.ptr[i] = was == 'x' ? 'y' : 'x';
        if (check(cu_buf_view(&file), &key) == CU_OK)
            fail_msg("byte %zu of the file was changed and nobody saw it", i);
        file.ptr[i] = was;
    }
    CU_AUTO_BUF struct cu_buf none;
    cu_buf_init(&none, PROOF_DOCUMENT_MAX);
    assert_int_equal(proof_print(w.guard, w.audit, CU_LIT("{\"n\":99}"), 0, cu_now_ms() + 60000, &none, &err), CU_NOT_FOUND);
    world_close(&w);
}

static void test_inside(void **state)
{
    (void)state;
    test_proofs(false);
}

static void test_separate(void **state)
{
    (void)state;
    test_proofs(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_canonical), cmocka_unit_test(test_inside), cmocka_unit_test(test_separate)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
