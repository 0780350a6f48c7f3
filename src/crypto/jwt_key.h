// SPDX-License-Identifier: Apache-2.0
// Private to the files of jwt: signatures under the keys of a JSON Web Key Set, through OpenSSL.
#pragma once

#include "text/json.h"

struct jwt_algorithm {
    const char *name;  // "RS256"
    const char *kty;   // the type of key it needs
    const char *curve; // or NULL
};
const struct jwt_algorithm *jwt_algorithm_find(cu_str name); // NULL: not accepted

enum jwt_key_result { JWT_KEY_GOOD, JWT_KEY_WRONG, JWT_KEY_UNUSABLE };
enum jwt_key_result jwt_key_verify(const struct jwt_algorithm *a, json key, cu_str text, cu_str signature);
