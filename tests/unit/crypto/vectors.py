#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes vectors.h: known answers for src/crypto from an independent implementation.

Everything is written out here in plain Python from the standards (RFC 8439, the XChaCha draft,
FIPS 197, SP 800-38D, RFC 5869) and hashlib, so that an error in how src/crypto puts the libraries
together shows, and so that the formats can never change by accident.

usage: vectors.py > vectors.h
"""
import hashlib
import hmac
import struct


def rotl(v, n):
    return (v << n | v >> (32 - n)) & 0xFFFFFFFF


def quarter(s, a, b, c, d):
    for x, y, z, n in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        s[x] = (s[x] + s[y]) & 0xFFFFFFFF
        s[z] = rotl(s[z] ^ s[x], n)


def rounds(state):
    s = list(state)
    for _ in range(10):
        for q in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                  (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            quarter(s, *q)
    return s


SIGMA = struct.unpack("<4I", b"expand 32-byte k")


def chacha_block(key, counter, nonce):
    state = SIGMA + struct.unpack("<8I", key) + (counter,) + struct.unpack("<3I", nonce)
    return struct.pack("<16I", *((a + b) & 0xFFFFFFFF for a, b in zip(state, rounds(state))))


def chacha(key, nonce, text):
    out = bytearray()
    for i in range(0, len(text), 64):
        out += bytes(a ^ b for a, b in zip(text[i:i + 64], chacha_block(key, 1 + i // 64, nonce)))
    return bytes(out)


def poly1305(key, message):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for i in range(0, len(message), 16):
        total = (total + int.from_bytes(message[i:i + 16] + b"\1", "little")) * r % (2**130 - 5)
    return ((total + int.from_bytes(key[16:], "little")) % 2**128).to_bytes(16, "little")


def pad16(b):
    return b + bytes(-len(b) % 16)


def xchacha_seal(key, nonce, text, ad):
    s = rounds(SIGMA + struct.unpack("<8I", key) + struct.unpack("<4I", nonce[:16]))
    subkey, inner = struct.pack("<8I", *s[:4], *s[12:]), bytes(4) + nonce[16:]
    sealed = chacha(subkey, inner, text)
    mac = pad16(ad) + pad16(sealed) + struct.pack("<QQ", len(ad), len(sealed))
    return sealed + poly1305(chacha_block(subkey, 0, inner)[:32], mac)


def aes_tables():
    p = q = 1
    box = [0] * 256
    while True:  # 3 generates the field; q runs through the inverses
        p = p ^ (p << 1) & 0xFF ^ (0x1B if p & 0x80 else 0)
        for shift in (1, 2, 4):
            q ^= q << shift & 0xFF
        q ^= 0x09 if q & 0x80 else 0
        x = q
        for n in range(1, 5):
            x ^= (q << n | q >> (8 - n)) & 0xFF
        box[p] = x ^ 0x63
        if p == 1:
            break
    box[0] = 0x63
    return box


BOX = aes_tables()


def double(b):
    return b << 1 & 0xFF ^ (0x1B if b & 0x80 else 0)


def aes256(key):
    words = [list(key[i:i + 4]) for i in range(0, 32, 4)]
    rcon = 1
    while len(words) < 60:
        w = list(words[-1])
        if len(words) % 8 == 0:
            w = [BOX[b] for b in w[1:] + w[:1]]
            w[0] ^= rcon
            rcon = double(rcon)
        elif len(words) % 8 == 4:
            w = [BOX[b] for b in w]
        words.append([a ^ b for a, b in zip(w, words[-8])])
    keys = [sum(words[i:i + 4], []) for i in range(0, 60, 4)]

    def encrypt(block):
        s = [a ^ b for a, b in zip(block, keys[0])]
        for n in range(1, 15):
            s = [BOX[s[(i + 4 * (i % 4)) % 16]] for i in range(16)]
            if n < 14:
                mixed = []
                for c in range(0, 16, 4):
                    a = s[c:c + 4]
                    mixed += [double(a[i]) ^ double(a[(i + 1) % 4]) ^ a[(i + 1) % 4] ^ a[(i + 2) % 4]
                              ^ a[(i + 3) % 4] for i in range(4)]
                s = mixed
            s = [a ^ b for a, b in zip(s, keys[n])]
        return bytes(s)
    return encrypt


def ghash(h, data):
    y = 0
    for i in range(0, len(data), 16):
        x, v, z = y ^ int.from_bytes(data[i:i + 16], "big"), h, 0
        for bit in range(127, -1, -1):
            z ^= v if x >> bit & 1 else 0
            v = v >> 1 ^ (0xE1 << 120 if v & 1 else 0)
        y = z
    return y


def gcm_seal(key, nonce, text, ad):
    encrypt = aes256(key)
    h = int.from_bytes(encrypt(bytes(16)), "big")
    sealed = bytearray()
    for i in range(0, len(text), 16):
        stream = encrypt(nonce + struct.pack(">I", 2 + i // 16))
        sealed += bytes(a ^ b for a, b in zip(text[i:i + 16], stream))
    total = ghash(h, pad16(ad) + pad16(bytes(sealed)) + struct.pack(">QQ", 8 * len(ad), 8 * len(sealed)))
    tag = total ^ int.from_bytes(encrypt(nonce + b"\0\0\0\1"), "big")
    return bytes(sealed) + tag.to_bytes(16, "big")


def blake(key, message, size):
    return hashlib.blake2b(message, key=key, digest_size=size).digest()


def hkdf_block(key, info, size):
    return hmac.new(key, info + b"\1", hashlib.sha384).digest()[:size]


def group_keys(suite, key, class_id, version, nonce):
    if suite == 1:  # libsodium's crypto_kdf: the number is the salt, the context the personalisation
        number = (class_id << 32 | version).to_bytes(8, "little") + bytes(8)
        class_key = hashlib.blake2b(b"", key=key, digest_size=32, salt=number,
                                    person=b"custosCL" + bytes(8)).digest()
        both = blake(class_key, b"custos-grp" + nonce, 48)
    else:
        class_key = hkdf_block(key, b"custos-class" + struct.pack(">HI", class_id, version), 32)
        both = hkdf_block(class_key, b"custos-grp" + nonce, 48)
    return both[:32], both[32:]


def envelope(suite, key, class_id, place, nonce, content, padded, version=1):
    head = struct.pack(">BBHI", 1, suite, class_id, version)
    encryption, commitment = group_keys(suite, key, class_id, version, nonce)
    ad = b"custos1" + head + struct.pack(">IQQQ", *place)
    text = content + bytes(padded - len(content))
    sealed = (xchacha_seal(encryption, nonce, text, ad) if suite == 1
              else gcm_seal(encryption, nonce[:12], text, ad))
    return head + nonce + commitment + sealed


def crc32c(data):
    crc = 0xFFFFFFFF
    for b in data:
        crc ^= b
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def show(name, data):
    print(f"static const uint8_t {name}[{len(data)}] = {{")
    for i in range(0, len(data), 16):
        print("    " + " ".join(f"0x{b:02x}," for b in data[i:i + 16]))
    print("};")


def self_test():
    key, ad = bytes(range(0x80, 0xA0)), bytes.fromhex("50515253c0c1c2c3c4c5c6c7")
    text = (b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
            b"sunscreen would be it.")
    assert xchacha_seal(key, bytes(range(0x40, 0x58)), text, ad)[-16:].hex() == "c0875924c1c7987947deafd8780acf49"
    gcm = gcm_seal(bytes(32), bytes(12), bytes(16), b"")
    assert gcm.hex() == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"


def main():
    self_test()
    root, person = bytes(range(32)), bytes(range(100, 132))
    nonce, place = bytes(range(200, 224)), (7, 0x0102030405060708, 99, 3)
    nonce2 = nonce[:12] + bytes(12)
    print("// SPDX-License-Identifier: Apache-2.0")
    print("// Known answers written by vectors.py; do not edit.")
    print("#pragma once\n\n#include <stdint.h>\n")
    secret = blake(root, b"custos-family", 32)  # what keyring_from_bytes makes of 32 bytes
    wrap, tag, mac = (blake(secret, b"family/" + name, 32) for name in (b"wrap", b"tag", b"mac"))
    fingerprint = blake(secret, b"fingerprint", 32)[:16]
    show("vector_fingerprint", fingerprint)
    show("vector_root_fingerprint", blake(root, b"root-fingerprint", 32)[:16])
    show("vector_epoch_key", blake(root, b"custos-epoch1" + person, 32))
    show("vector_delegate", fingerprint + tag + mac + blake(wrap, b"journal", 32) + blake(wrap, b"spool", 32))
    show("vector_tag", blake(blake(tag, b"email/1", 32), b"someone@example.com", 16))
    show("vector_mac", blake(blake(mac, b"cursor", 32), b"message", 32))
    wrap_key = blake(wrap, b"subject", 32)
    show("vector_wrapped", nonce + xchacha_seal(wrap_key, nonce, person, b"custos-wrap1" + b"\0\0\0\0\0\0\0\5"))
    content = b'{"email":"someone@example.com"}' + b"\x80"
    show("vector_group_1", envelope(1, person, 2, place, nonce, content, 32))
    show("vector_group_2", envelope(2, person, 2, place, nonce2, content, 32))
    show("vector_group_long", envelope(1, person, 6, place, nonce, b"x" * 600 + b"\x80", 640))
    show("vector_group_version_7", envelope(1, person, 2, place, nonce, content, 32, 7))
    # Sealed with the right key, yet not what seal_group writes: no marker, an unknown marker, no zstd
    # frame, a frame that says 4 GiB, a frame of 3 bytes that says 5.
    frame = bytes.fromhex("28b52ffd2005190000") + b"abc"
    for name, bad in (("empty", b""), ("marker", b"abc\x82"), ("frame", b"no frame\x81"),
                      ("huge", bytes.fromhex("28b52ffda000000000") + b"\xff" * 4 + b"\x81"),
                      ("short", frame + b"\x81")):
        show("vector_bad_" + name, envelope(1, person, 2, place, nonce, bad, 32))
    # The key tree (docs/explanation/sealing.md): a node of three entries, and a slot of the epoch root.
    entries = [(0, bytes(32))] * 64
    entries[0], entries[5], entries[63] = (1, person), (2, root), (3, bytes(32))
    node_ad = b"custos-node1" + struct.pack(">BBQQ", 3, 0, 77, 9)
    show("vector_node", nonce + xchacha_seal(person, nonce, b"".join(bytes([s]) + k for s, k in entries), node_ad))
    ratchet = hashlib.blake2b(hashlib.blake2b(person, digest_size=32).digest(), digest_size=32).digest()  # two steps on
    show("vector_ratchet", ratchet)
    slot_head = b"custosER" + struct.pack(">IIQ", 1, 1, 9) + blake(root, b"root-fingerprint", 32)[:16]
    values = bytes(range(64)) + bytes(32) + struct.pack(">QQQII", 0, 1000, 2000, 1, 0)
    values += struct.pack(">64I", *([1] * 64)) + bytes(128)
    slot = slot_head + nonce + xchacha_seal(blake(root, b"custos-epoch1" + ratchet, 32), nonce, values, slot_head)
    slot += bytes(4092 - len(slot))
    show("vector_slot", slot + struct.pack(">I", crc32c(slot)))
    show("vector_bulk", gcm_seal(person, bytes(4) + (258).to_bytes(8, "big"), b"a frame", b"its header"))


main()
