// SPDX-License-Identifier: Apache-2.0
// The bytes of the key tree, against what another implementation wrote (crypto/vectors.py): a node, a slot of
// the epoch root, the ratchet. With test_keys_erase.c, which reads real stores by the same second reading.
#include "store_test.h"

#include "crypto/vectors.h"
#include "keys_attack.h"
#include "store/keys_epoch_private.h"
#include "store/keys_tree.h"

static void person_key(uint8_t key[32])
{
    for (int i = 0; i < 32; i++)
        key[i] = (uint8_t)(100 + i);
}

static void test_node(void **state)
{
    (void)state;
    uint8_t key[32], plain[64 * 33], root[32];
    struct keys_secrets secrets = {.state = {[0] = ENTRY_LIVING, [5] = ENTRY_RESTRICTED, [63] = ENTRY_ERASED}};
    struct keys_node n = {.tree = 3, .level = 0, .index = 77, .epoch = 9, .s = &secrets};
    person_key(key);
    for (int i = 0; i < 32; i++)
        root[i] = (uint8_t)i;
    assert_int_equal(sizeof vector_node, KEYS_NODE_SEALED);
    assert_true(attack_open(plain, vector_node, sizeof vector_node, 3, 0, 77, 9, key));
    assert_true(plain[0] == 1 && plain[33 * 5] == 2 && plain[33 * 63] == 3);
    assert_memory_equal(plain + 1, key, 32);
    assert_memory_equal(plain + 33 * 5 + 1, root, 32);
    uint8_t sealed[KEYS_NODE_SEALED], again[64 * 33];
    memcpy(secrets.own, key, 32);
    memcpy(secrets.key[0], key, 32);
    memcpy(secrets.key[5], root, 32);
    keys_node_seal(&n, sealed);
    assert_true(attack_open(again, sealed, sizeof sealed, 3, 0, 77, 9, key));
    assert_memory_equal(plain, again, sizeof plain);
    assert_false(attack_open(again, sealed, sizeof sealed, 3, 0, 78, 9, key)); // another place, another time
    assert_false(attack_open(again, sealed, sizeof sealed, 3, 0, 77, 8, key));
    assert_false(attack_open(again, sealed, sizeof sealed, 3, 1, 77, 9, key));
    assert_false(attack_open(again, sealed, sizeof sealed, 2, 0, 77, 9, key));
}

static void test_slot_and_ratchet(void **state)
{
    (void)state;
    uint8_t root[32], slot[EPOCH_SLOT], expected[64];
    struct keyring *k = NULL;
    struct epoch_values v;
    struct ratchet r = {.epoch = 7}, back;
    for (int i = 0; i < 64; i++)
        expected[i] = (uint8_t)i;
    memcpy(root, expected, 32);
    assert_ok(keyring_from_bytes(root, &k, NULL));
    person_key(r.value);
    assert_true(ratchet_run(&r, 9));
    assert_memory_equal(r.value, vector_ratchet, 32);
    assert_false(ratchet_run(&r, 8)); // never back
    assert_false(ratchet_run(&r, UINT64_MAX));
    uint8_t record[RATCHET_RECORD];
    ratchet_print(&r, record);
    assert_true(ratchet_parse(record, &back));
    assert_true(back.epoch == 9 && memcmp(back.value, r.value, 32) == 0);
    assert_int_equal(sizeof vector_slot, EPOCH_SLOT);
    assert_int_equal(epoch_slot_state(vector_slot), SLOT_WHOLE);
    assert_int_equal(epoch_slot_number(vector_slot), 9);
    assert_true(epoch_slot_has_ratchet(vector_slot));
    assert_ok(epoch_slot_open(vector_slot, k, r.value, &v, NULL));
    assert_memory_equal(v.root, expected, 64);
    assert_true(v.created_ms == 1000 && v.root_since_ms == 2000 && v.begun == 1 && v.recovery_made_ms == 0);
    assert_true(v.class_version[0] == 1 && v.class_version[63] == 1);
    assert_ok(epoch_slot_seal(&v, 9, true, k, r.value, slot, NULL));
    memcpy(slot + 40, vector_slot + 40, 24 + 512 + 16); // but for nonce and text it is the same
    assert_memory_equal(slot, vector_slot, 4092);
    for (size_t i = 0; i < EPOCH_SLOT; i++) { // any flipped bit: not whole, or it does not open
        memcpy(slot, vector_slot, sizeof slot);
        slot[i] ^= (uint8_t)(1u << i % 8);
        assert_int_not_equal(epoch_slot_state(slot), SLOT_WHOLE);
        if (i < 592)
            assert_int_equal(epoch_slot_open(slot, k, r.value, &v, NULL), CU_KEY);
    }
    keyring_close(k);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(test_node),
        cmocka_unit_test(test_slot_and_ratchet),
    };
    return cmocka_run_group_tests(all, NULL, NULL);
}
