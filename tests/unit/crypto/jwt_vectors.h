// SPDX-License-Identifier: Apache-2.0
// Made by jwt_vectors.mjs; not edited by hand. step: "" for what is right, else the step that must refuse it;
// flags: v the address is verified, m more than one factor was used.
#pragma once

#define ALL_KEYS                                                                                                         "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"mkKh84Drn7lBEsER3ABCmaNvWAnjs3FdtNS-dsJgbREQcLPjYOYZDRFI-BAXMr1IER5sa-ELw" \
        "g_MFohqikpl2Kvvd6UyItQ8eU5_pveV6B_PmSSZJRm6MeJcbhKseQoYKEtEiGRff5GeOYY1KLH5S6FPWrqbGRHyKmWE5oGFX2bG8" \
        "GYqTy6cCtHrN_G9w2wM-eo40ZF75fxckR1F18GojoZ-W4lafOwHLjrULTHOeRKeqh4L1Vc1MLj-Ezm8cY9RTaq1oXDdgV6QSs57E" \
        "rCh6AShtLUiADOQOmdp1ucLOLX9tLNRxYRNtm37_-yEbP5gMwsW2QtyY3omn60NqWphbQ\",\"e\":\"AQAB\",\"kid\":\"RS256\",\"use" \
        "\":\"sig\",\"alg\":\"RS256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6" \
        "It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"crv\":\"Ed" \
        "25519\",\"x\":\"g-gjFDyrLvWh_EJWCejPalKinhaeofSm4GA5FKUuCHQ\",\"kty\":\"OKP\",\"kid\":\"EdDSA\",\"use\":\"sig\",\"alg\"" \
        ":\"EdDSA\"}]}"

struct jwt_vector {
    const char *name, *step, *token, *keys, *flags;
};
static const struct jwt_vector jwt_vectors[] = {
    {"good RS256", "",
        "eyJhbGciOiJSUzI1NiIsImtpZCI6IlJTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.IL37jcFAfpRBaBvnUXutcReBOljb7ACmeaMAHh8YD8K"
        "hJGbWDEhJ90cKj7bu7-nozUrq9yZd_ThXCw0eOAmq_gVmRNuMUmYvprMUQD7Gf96_USdozarepcCP0gtK3iybJ-wi5JGk55pXbPc"
        "KCKf3lgp_5S6cBCa2PD7BeVlRre_yGUrr9XLrGenWc4IJC3S9DV-gQTWvmm3NDf7vif4XI-yKFpPSdOVhgNxvdaqt33zVz5xBTXd"
        "jZwBfZLW8uyDPhvNuE8L4aKJA8B6Ns2OZVeZCf2PZBT80zd6xUEMpBABLOJ8weB7e1IIJ-Ql19zQav09Js0RWxa2mFpADAbxdJw",
        ALL_KEYS,
        "v"},
    {"good RS256 without kid", "",
        "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJjdXN0b3MiLCJzdWI"
        "iOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1haWwiOiJhQGV4YW1wbGU"
        "uY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.HUHRcX2MdbXY_zZNR79zrJ7eB9eDU0aCydyclzAqkqHQOKnjQA9D0EdbkRfHqD"
        "_GjwMQvZsedrsUy8lFaju2F6OCL0gIMlCj9g62ODJWOxI3LuiAJx7Z7gc0MLIe6UNz52ounOOix9pzlohRu8QEJNPXx1otdzAzlR"
        "zO1DXPEf08HmIl4tZB660hi8MCH3ib_SxxVRK7sFvXF3hleaNfQ6zL6vmFoVodvyBv6rQAkyxMKo59zSFYToI4K1bralDnMwQam3"
        "EIubPLdVgZiQ4sJLLFlZUesaQ3wzhKGCUta6V2zAykXZiDhZEszesEwYxYUdnjWJ-hi-kfJNQ9bBL1nQ",
        ALL_KEYS,
        "v"},
    {"good RS256, a key that says nothing of its use", "",
        "eyJhbGciOiJSUzI1NiIsImtpZCI6IlJTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.IL37jcFAfpRBaBvnUXutcReBOljb7ACmeaMAHh8YD8K"
        "hJGbWDEhJ90cKj7bu7-nozUrq9yZd_ThXCw0eOAmq_gVmRNuMUmYvprMUQD7Gf96_USdozarepcCP0gtK3iybJ-wi5JGk55pXbPc"
        "KCKf3lgp_5S6cBCa2PD7BeVlRre_yGUrr9XLrGenWc4IJC3S9DV-gQTWvmm3NDf7vif4XI-yKFpPSdOVhgNxvdaqt33zVz5xBTXd"
        "jZwBfZLW8uyDPhvNuE8L4aKJA8B6Ns2OZVeZCf2PZBT80zd6xUEMpBABLOJ8weB7e1IIJ-Ql19zQav09Js0RWxa2mFpADAbxdJw",
        "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"mkKh84Drn7lBEsER3ABCmaNvWAnjs3FdtNS-dsJgbREQcLPjYOYZDRFI-BAXMr1IER5sa-ELw"
        "g_MFohqikpl2Kvvd6UyItQ8eU5_pveV6B_PmSSZJRm6MeJcbhKseQoYKEtEiGRff5GeOYY1KLH5S6FPWrqbGRHyKmWE5oGFX2bG8"
        "GYqTy6cCtHrN_G9w2wM-eo40ZF75fxckR1F18GojoZ-W4lafOwHLjrULTHOeRKeqh4L1Vc1MLj-Ezm8cY9RTaq1oXDdgV6QSs57E"
        "rCh6AShtLUiADOQOmdp1ucLOLX9tLNRxYRNtm37_-yEbP5gMwsW2QtyY3omn60NqWphbQ\",\"e\":\"AQAB\",\"kid\":\"RS256\"}]}",
        "v"},
    {"RS256 with a changed claim", "signature",
        "eyJhbGciOiJSUzI1NiIsImtpZCI6IlJTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MiIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.IL37jcFAfpRBaBvnUXutcReBOljb7ACmeaMAHh8YD8K"
        "hJGbWDEhJ90cKj7bu7-nozUrq9yZd_ThXCw0eOAmq_gVmRNuMUmYvprMUQD7Gf96_USdozarepcCP0gtK3iybJ-wi5JGk55pXbPc"
        "KCKf3lgp_5S6cBCa2PD7BeVlRre_yGUrr9XLrGenWc4IJC3S9DV-gQTWvmm3NDf7vif4XI-yKFpPSdOVhgNxvdaqt33zVz5xBTXd"
        "jZwBfZLW8uyDPhvNuE8L4aKJA8B6Ns2OZVeZCf2PZBT80zd6xUEMpBABLOJ8weB7e1IIJ-Ql19zQav09Js0RWxa2mFpADAbxdJw",
        ALL_KEYS,
        ""},
    {"RS256 with no signature bytes", "token",
        "eyJhbGciOiJSUzI1NiIsImtpZCI6IlJTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.",
        ALL_KEYS,
        ""},
    {"RS256 with half a signature", "signature",
        "eyJhbGciOiJSUzI1NiIsImtpZCI6IlJTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.IL37jcFAfpRBaBvnUXutcReBOljb7ACmeaMAHh8YD8K"
        "hJGbWDEhJ90cKj7bu7-nozUrq9yZd_ThXCw0eOAmq_gVmRNuMUmYvprMUQD7Gf96_USdozarepcCP0gtK3iybJ-wi5JGk55pXbPc"
        "KCKf3lgp_5S6cBCa2PD7BeVlRre_yGUrr9XLrGenWc4IJC3S9DV-gQTWvmm3NDf7vif4XI-yKFpPSdOVhgNxvdaqt33zVz5xBTXd"
        "jZwBfZLW8uyDPhvNuE8L4aKJA8B6Ns2OZVeZCf2PZBT80zd6xUEMpBABLOJ8weB7e1IIJ-Ql19zQav0",
        ALL_KEYS,
        ""},
    {"good ES256", "",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.MEgp-W4sHRfwHqQQJ_idSoA5CQaOX_oLPuJymB1cVeq"
        "TnlAARjHlJpJj5ExjL6RVd-9jw_4WOYy_bEqa8rHwyA",
        ALL_KEYS,
        "v"},
    {"good ES256 without kid", "",
        "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJjdXN0b3MiLCJzdWI"
        "iOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1haWwiOiJhQGV4YW1wbGU"
        "uY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.nVcd8VWfm0zgG3k6QzWWShXAgXFmeERp-VNG5BX-w678Ki-1PYPpJOWn3B6yYU"
        "tPlanAE8X7sPI0Ogi6LHaUwA",
        ALL_KEYS,
        "v"},
    {"good ES256, a key that says nothing of its use", "",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.vpygEPkSoYk35dhIzKoPRc6VcX_bomoNIaM-l14_qHJ"
        "DDzuqQ9LsXMOA1xGseFKx7mzEXXZiPYiH8tCl4iRSjg",
        "{\"keys\":[{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33"
        "UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\"}]}",
        "v"},
    {"ES256 with a changed claim", "signature",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MiIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.1p4viN8ypztBLa0hn-uRp9yBEkWOY8RzZmAQIeMMY0o"
        "uGbvOLLq1iN1ewJqIXcjzoUnrrVwROs2Cq42ccqIeAg",
        ALL_KEYS,
        ""},
    {"ES256 with no signature bytes", "token",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.",
        ALL_KEYS,
        ""},
    {"ES256 with half a signature", "signature",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.1p4viN8ypztBLa0hn-uRp9yBEkWOY8RzZmAQIeMMY0o"
        "uGbvOLLq1iN1ewJqIXcjzoU",
        ALL_KEYS,
        ""},
    {"good EdDSA", "",
        "eyJhbGciOiJFZERTQSIsImtpZCI6IkVkRFNBIiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.I1IU5Ay0jcac8e6rpFTTOfjggwUC8X9qfvDaQBcUW4g"
        "Es_eVP-ZhIe7tJEGViMqZjZLR4Pl45OhF42xXsUzKCw",
        ALL_KEYS,
        "v"},
    {"good EdDSA without kid", "",
        "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJjdXN0b3MiLCJzdWI"
        "iOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1haWwiOiJhQGV4YW1wbGU"
        "uY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.3eyOhhDyajWe4rXRm7nD1KfVW17jOWyIiuTgag-GH9L9Y_iHGzOvfyiqxejmkr"
        "lYt2Ci0YpcBkPcDl-Uaf1_DQ",
        ALL_KEYS,
        "v"},
    {"good EdDSA, a key that says nothing of its use", "",
        "eyJhbGciOiJFZERTQSIsImtpZCI6IkVkRFNBIiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.I1IU5Ay0jcac8e6rpFTTOfjggwUC8X9qfvDaQBcUW4g"
        "Es_eVP-ZhIe7tJEGViMqZjZLR4Pl45OhF42xXsUzKCw",
        "{\"keys\":[{\"crv\":\"Ed25519\",\"x\":\"g-gjFDyrLvWh_EJWCejPalKinhaeofSm4GA5FKUuCHQ\",\"kty\":\"OKP\",\"kid\":\"EdDSA"
        "\"}]}",
        "v"},
    {"EdDSA with a changed claim", "signature",
        "eyJhbGciOiJFZERTQSIsImtpZCI6IkVkRFNBIiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MiIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.I1IU5Ay0jcac8e6rpFTTOfjggwUC8X9qfvDaQBcUW4g"
        "Es_eVP-ZhIe7tJEGViMqZjZLR4Pl45OhF42xXsUzKCw",
        ALL_KEYS,
        ""},
    {"EdDSA with no signature bytes", "token",
        "eyJhbGciOiJFZERTQSIsImtpZCI6IkVkRFNBIiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.",
        ALL_KEYS,
        ""},
    {"EdDSA with half a signature", "signature",
        "eyJhbGciOiJFZERTQSIsImtpZCI6IkVkRFNBIiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.I1IU5Ay0jcac8e6rpFTTOfjggwUC8X9qfvDaQBcUW4g"
        "Es_eVP-ZhIe7tJEGViMqZjZ",
        ALL_KEYS,
        ""},
    {"audience in a list", "",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OlsiY3VzdG9zIl0sInN1YiI6InUxIiwiZXhwIjoxNzk1MDAwMzAwLCJpYXQiOjE3OTQ5OTk5OTUsIm5vbmNlIjoibjBuY2UiLCJl"
        "bWFpbCI6ImFAZXhhbXBsZS5jb20iLCJlbWFpbF92ZXJpZmllZCI6dHJ1ZX0.pC3prcgXNoEiWIycJS9Yg2qeWofhpbk5u7vvjOcJ"
        "q4_7Cz7bXdzPSDhbYSafegH85SKNknW0dch0BlewID7bmg",
        ALL_KEYS,
        "v"},
    {"two audiences and azp", "",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "Olsib3RoZXIiLCJjdXN0b3MiXSwic3ViIjoidTEiLCJleHAiOjE3OTUwMDAzMDAsImlhdCI6MTc5NDk5OTk5NSwibm9uY2UiOiJu"
        "MG5jZSIsImVtYWlsIjoiYUBleGFtcGxlLmNvbSIsImVtYWlsX3ZlcmlmaWVkIjp0cnVlLCJhenAiOiJjdXN0b3MifQ.UEHgiVS6B"
        "fXdCNjQTTDbS8YTQogWJQUXrB8yvp57NMcKTHDGKJFyC_id6qI5VNyOsxqqXUWbLgxm33XwNjVRNA",
        ALL_KEYS,
        "v"},
    {"address not verified", "",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOmZhbHNlfQ.paHsAg8SEfpq5cu8wdxEuj6vqvFZdloxQXRE_WWNW"
        "Lrx-qbUYXLtzreWhG4cx8gxfyGaEI38sfp-y3s-CtvkLA",
        ALL_KEYS,
        ""},
    {"address verified as text", "",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOiJ0cnVlIn0.jQFXHRunMvE2Tx3Tl38qfZYuEO7dvdAduPpkb9lZ"
        "CCLW9li9eoCx01rGt5Tt1BZ8T48VPXYNKabUkLU_-3yhYw",
        ALL_KEYS,
        ""},
    {"amr mfa", "",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWUsImFtciI6WyJwd2QiLCJtZmEiXX0.VXv-EUvYoDHsJ6yS"
        "iQINXSWf1EvyAv1yJ-G-htVjgY5CNR7mLCaxpK_m5P_JjbrWq9H6A4Gf_knDKOTK-76GXw",
        ALL_KEYS,
        "vm"},
    {"acr of REFEDS", "",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWUsImFjciI6Imh0dHBzOi8vcmVmZWRzLm9yZy9wcm9maWxl"
        "L21mYSJ9.iQDzRebF7v_s3s9uvRfbGPnHy20tTl5zqormZ6m_KQqYryBoeTNrT9Sw1PW4ZbW0atkg7ve6PAm2qF3HfOGcNA",
        ALL_KEYS,
        "vm"},
    {"amr pwd", "",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWUsImFtciI6WyJwd2QiLCJvdHAiXX0.2gTh5vnBZSRL9X4E"
        "nQCySrc4C-k9KrROc1J0ejRLU7-kMuI832WuLIHo0NPS433RRel32eQiFDhFHsFz0Gh-vw",
        ALL_KEYS,
        "v"},
    {"amr as text", "",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWUsImFtciI6Im1mYSJ9.spwdmzwyUecJf98xA5HH6thdO-n"
        "rEJuV0egCTS3wlvNF5ExUtK-AGGKgj232lousl8DH226fa61B_0zjnl6EIQ",
        ALL_KEYS,
        "v"},
    {"other keys beside", "",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.AeUGDo7qnQr0i4jQFyRx9-KWTTgqeCadALwpLKSTq5Z"
        "hghjfqXgOpnNTUtPfJLK1wcr8PCzQWdqUizx219W1_g",
        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\",\"kid\":\"x\"},{\"kty\":\"RSA\",\"kid\":\"enc\",\"use\":\"enc\",\"n\":\"AQAB\",\"e\":\"AQA"
        "B\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1u"
        "mkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"}]}",
        "v"},
    {"none", "token",
        "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6"
        "MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1haWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxf"
        "dmVyaWZpZWQiOnRydWV9.",
        ALL_KEYS,
        ""},
    {"none with a signature", "algorithm",
        "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6"
        "MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1haWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxf"
        "dmVyaWZpZWQiOnRydWV9.eA",
        ALL_KEYS,
        ""},
    {"None with a signature", "algorithm",
        "eyJhbGciOiJOb25lIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6"
        "MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1haWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxf"
        "dmVyaWZpZWQiOnRydWV9.eA",
        ALL_KEYS,
        ""},
    {"no algorithm", "algorithm",
        "e30.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwi"
        "aWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1haWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRy"
        "dWV9.eA",
        ALL_KEYS,
        ""},
    {"HMAC with the public key as secret", "algorithm",
        "eyJhbGciOiJIUzI1NiIsImtpZCI6IlJTMjU2In0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJjdXN0b3MiLCJz"
        "dWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1haWwiOiJhQGV4YW1w"
        "bGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.VuDzkQPpVampJvJInWt00DGBNOMNGebr1qNqD3hytQQ",
        ALL_KEYS,
        ""},
    {"HMAC with the modulus as secret", "algorithm",
        "eyJhbGciOiJIUzI1NiIsImtpZCI6IlJTMjU2In0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJjdXN0b3MiLCJz"
        "dWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1haWwiOiJhQGV4YW1w"
        "bGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.qG6Yg5oNcQAPDKxkKjkI1mbrE1rtGUcl7L-M6fk6tFE",
        ALL_KEYS,
        ""},
    {"PS256", "algorithm",
        "eyJhbGciOiJQUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.5JjZs6tPt2mAGY_DdKRNu9fjMdPLrV_06aS8QnLjdYt"
        "plMmu1qPd2t1ECMQ_Mh0b3dy8VLxFoO-tsEIci1PkLg",
        ALL_KEYS,
        ""},
    {"ES384", "algorithm",
        "eyJhbGciOiJFUzM4NCIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.b7WQ0bi37x9pFocAvdRSLSi9CELUh4SMfFeNXI88iJq"
        "wMf2if3jyBilZxko3RlA356IhP2eIDZhqsuziF54huw",
        ALL_KEYS,
        ""},
    {"RS256 said of an ES256 key", "key",
        "eyJhbGciOiJSUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.ROb83kp5h_UJaSYomSdCkMRevryQR3sw9tRyGlIfmoX"
        "pSYP6V3uaeYbq3_m6zzntooU5Jel7zBB3hzsgwrV1yA",
        ALL_KEYS,
        ""},
    {"ES256 said of an RS256 key", "key",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IlJTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.IuJgGCh2U04ynAv_GiXlAnXd6_rlqeo16YXLhEAZpWu"
        "sf3tf27_T2xRfQHwwpVWO5d65tAFqaArLryUTRXyoiTljjG7CkSk0vNVxkrBvJ9kzupLcNMSxjB5P4cROGKYPWjKaM3OXRuySTBm"
        "2h9pqlYts7Yqmt_-ZkICca9QOhvxHCz9OO6qwj5jPiYnu9x2AB7IoR-dLkORWLF10neky3r-BpTxyC7CjaEoyz56OdSNGNx_b_QN"
        "XbARD2T9vRzacsjkA_meDTAfTbj8J_vr4ouGJ1wF7FGNSklRXCQxzJ15K8KmZhCdzBXP_SC_ELqrtZdXsunwBKX6MCS32xli_BQ",
        ALL_KEYS,
        ""},
    {"EdDSA said of an ES256 key", "key",
        "eyJhbGciOiJFZERTQSIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.yxUnnfJHsymLkBVRsGYmlngGyXJ1NAh4D6jsD5CuDga"
        "LISTXLmtiwn_lSYxxzASmBoFY05Zqqiue8ul33uB4sQ",
        ALL_KEYS,
        ""},
    {"crit", "header",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIiwiY3JpdCI6WyJleHAiXX0.eyJpc3MiOiJodHRwczovL2lk"
        "LmV4YW1wbGUiLCJhdWQiOiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25j"
        "ZSI6Im4wbmNlIiwiZW1haWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.vwG1jDU6OvjZpUbEQcuqi7G"
        "EE-F92mG_Nntb4ynvpGDIO6wly73JSoldKd9oNPWjNwfNi4DPorqhkRoRIRN5Zg",
        ALL_KEYS,
        ""},
    {"b64 false", "header",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIiwiYjY0IjpmYWxzZX0.eyJpc3MiOiJodHRwczovL2lkLmV4"
        "YW1wbGUiLCJhdWQiOiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6"
        "Im4wbmNlIiwiZW1haWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.MXCK37KPfZjBS2yMAsaA4S0F0Gi"
        "qix1RIshD-DwvrNIXIM3joRhLecHQGaXotLwROzmsO7466WXgTWvJRifTzQ",
        ALL_KEYS,
        ""},
    {"header that is no JSON", "header",
        "ew.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwia"
        "WF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1haWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRyd"
        "WV9.eA",
        ALL_KEYS,
        ""},
    {"the algorithm twice", "header",
        "eyJhbGciOiJub25lIiwiYWxnIjoiRVMyNTYifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJjdXN0b3MiLCJzd"
        "WIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1haWwiOiJhQGV4YW1wb"
        "GUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.eA",
        ALL_KEYS,
        ""},
    {"kid longer than anybody needs", "header",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6Imtra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tr"
        "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tr"
        "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tr"
        "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tr"
        "a2tra2tra2tra2tra2tra2tra2trayIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJjdXN"
        "0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1haWwiOiJ"
        "hQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.o7M9T5WXsyBZ0PdXny6yIa1ykTD9XBGhfF2UXdccBf2hxkXPfq"
        "e63nAWk0_G-6JvfCa2ANkPwI544-f_VBi_yg",
        ALL_KEYS,
        ""},
    {"signed by a stranger", "signature",
        "eyJhbGciOiJSUzI1NiIsImtpZCI6IlJTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.ZKzxCBlsnBl7GSzRefy5Ba9eep1NDVMIbkh2nGJsW8O"
        "4DA5sajVbZDMp6Mqg0W61EBZB9DSjpJDksMe3VeHnaWAOQEsaAUYsYjhBO8rAlZxke0Jj_UPqWDCVWHvI-coPuQgrMM4i_zdoalB"
        "M3zNzXXYbA8AWOdMjP3Yl3OmFfLdFhn5Vlo0lKbo2sndhMUXAP_2OBD3rt3RVutX5VJzSGg4IaJ14q5ih0E26CG6dRDJxhtgS2vN"
        "vqHzsNuEZLo-O5S_SNZ7pbJW9e39djtVeEjZNADkPjsSDRTI8WnCOVN32H_hMwP3qdL8hSad2ttGM0eDr-OFmMhNtrl1-3Q3HTA",
        ALL_KEYS,
        ""},
    {"the stranger's own key in the header", "signature",
        "eyJhbGciOiJSUzI1NiIsImtpZCI6IlJTMjU2IiwidHlwIjoiSldUIiwiandrIjp7Imt0eSI6IlJTQSIsIm4iOiJzUVRBU0wyVExH"
        "LXNONVBDY1k3R09QODZ0TzR6UUhYYjgwZjJSMldsRnkxWWQwSXJzQ1NPbWRsSk9QdmE3bkFRMHdrSHlfTHBSZkJ6VzdKVGZjME1l"
        "a1d6b0F0ZFZFLTZZSnJFRmJKSzdQTFRjbFlta1Y1dWczbXZXb0ctSHcwWlNEYWlGZjdLY040RGlyalFZdGN3V3l3NlkwZmpOLTh0"
        "ZmJ3bU00QzRyNktoMXh0WUh3ZWdjdl85ZWlNZ3dEMWRLWW9EQVkyWklCYmJzZEg5Mi1OalpoSi16Skxibm1DYVZ1REVseDhQMVZi"
        "QVUwWlgxd0d1dEhuS0NlQjhvZkJyb1gxbVhJVmdCcnAzblg4aHk2SGNrWXlueF9WR180X3paNzNKb0V2RkV3bWlodnR5UGZVdFBO"
        "Z0FTZl9OTnlJWTl4aVhCVjBocHU1WVlvY0gwTmYybFEiLCJlIjoiQVFBQiJ9fQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiL"
        "CJhdWQiOiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlI"
        "iwiZW1haWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.pjj-4GX4ZtVNMQDJu8b2lcl9Id6eytgPw_n9"
        "hKkA7A6PAbWbgcrMMnqnU-4ZFmasX5cPx_5f6u3Mz4T2cfEk67UUTdkAsA6vZP6TJqYqey4JpAA7KpJwC5IZMEHkviXuYr2W_7fz"
        "dDtbahowAOBmXUeN0Dmm8vH6co_LNOjyQu937Fge7cBp-dSzfBifT6-6OOvd7bmWOnKfgzZsk9Cg54tS0N_Vgg29oftg1elbDVLn"
        "uTulsaGOgWqxXr32eP-vNZbx60GKQZb8H41T5NjMJX-2UhDmNojaFtmzf0-iaKRT8LAeTf2PIT0iOEMsJZcvDLC2pWPocbWX_Udd"
        "Hvi4wQ",
        ALL_KEYS,
        ""},
    {"the stranger's address of keys in the header", "signature",
        "eyJhbGciOiJSUzI1NiIsImtpZCI6IlJTMjU2IiwidHlwIjoiSldUIiwiamt1IjoiaHR0cHM6Ly9ldmlsLmV4YW1wbGUva2V5cyJ9"
        ".eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF"
        "0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1haWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV"
        "9.ZjIOITJAcuGvpdnMqCKV6sX8UiadERjpxGvWbAeCJ32dYuDQORtvx6DcxUKWliHNcgvrW-khJfSteSY2NzQaSVNQ9qamyh0KHW"
        "rYEvqdGb1b5ZfOP8nmU7pyisq_0IS90abHgxXLTxKkzphUCOq6qXnd8RVBlLEq3_Uk9lPlT2he4XTdkTmzP7CTw3zfoWgidTXd6S"
        "7fgALxgKef6WwlI46hbgbi7iNvduuKDELz_yULgmuP67zV9spbfkDzCt7IIsgZ2mUN3WMfZMaE4Mp922iiVDK2FriKxudr9XvlbX"
        "lF9lyR7km8YIbEv_x7OF9d57Or7WezoNvUup8LLsCBMA",
        ALL_KEYS,
        ""},
    {"unknown kid", "key",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6Im90aGVyIiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.3yLa6ZVWtN0GsGUvudElUyBDz1ipMMRfPCH1YbaX47S"
        "Ll1--q0U0IE9lTmXm1My6Wqh38ePvstyK7ZlO1BSlgA",
        ALL_KEYS,
        ""},
    {"no keys", "key",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.esLQMCmzBnQxaMJW2ZxqF8fWHX73GYQ3EESLIUQA5tj"
        "7n7W-sHTWbyLCod_B01z78zZ6CqkQDyx6OP34gslr6w",
        "{\"keys\":[]}",
        ""},
    {"keys that are no list", "key",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.qb1RtJS0qhvn5_PUMUwQmUXP3vGU8AgPOJa73U9-t0O"
        "F1EgswV39mec7GY_aVR3LGuW2j5HHvHUO9QrDeGdRag",
        "{\"keys\":{}}",
        ""},
    {"no JSON", "key",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.ziq03ewPWlLMdyFVLUsI8L-K2sjNfk3FgzNK2pwAlDX"
        "40nfM0SkwzaRLkvWMFmCibJSEKn3a4rZAgAuLOLQj6w",
        "[]",
        ""},
    {"too many keys", "key",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.L5qr-o1vamIpdwotCcTQjbZPjIGqWTBvVAxS69aSy1G"
        "WAe8RAPkmiPBCY540HH2VuKJ2U9R7Kj5FOOo7OeWw6Q",
        "{\"keys\":[{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33"
        "UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5"
        "Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256"
        "\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-"
        "c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\""
        ":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh3"
        "3UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV"
        "5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-25"
        "6\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT"
        "-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg"
        "\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh"
        "33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7n"
        "V5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-2"
        "56\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaN"
        "T-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"al"
        "g\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TT"
        "h33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7"
        "nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-"
        "256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2Ha"
        "NT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"a"
        "lg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4T"
        "Th33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K"
        "7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P"
        "-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2H"
        "aNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\""
        "alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4"
        "TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69"
        "K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\""
        "P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2"
        "HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\","
        "\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz"
        "4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"6"
        "9K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":"
        "\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr"
        "2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\""
        ",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXC"
        "z4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\""
        "69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\""
        ":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvr"
        "r2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig"
        "\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FX"
        "Cz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":"
        "\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv"
        "\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEv"
        "rr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"si"
        "g\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23F"
        "XCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\""
        ":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"cr"
        "v\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EE"
        "vrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"s"
        "ig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23"
        "FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x"
        "\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"c"
        "rv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_E"
        "Evrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\""
        "sig\",\"alg\":\"ES256\"}]}",
        ""},
    {"two keys of one name", "key",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.cZHe7ZreFxpqU54sEcVK4JU6oayRARkpq_4DlNFsyb2"
        "etGaKIEr3I72wpL7y7RuznDUYqjTst_c73VIbKUcyxA",
        "{\"keys\":[{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33"
        "UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5"
        "Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256"
        "\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"}]}",
        ""},
    {"without kid among two", "key",
        "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJjdXN0b3MiLCJzdWI"
        "iOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1haWwiOiJhQGV4YW1wbGU"
        "uY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.3SLtygFtU-9Fq3tbPg3AxMjSY972k48wrJqcudzZmf_8V0EOFegMIsAIZjjEzL"
        "dvC6k8Qel20rivCXGI9e3Sqw",
        "{\"keys\":[{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33"
        "UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"a\",\"use\":\"sig\",\"alg\":\"ES256\"},{\"kty\":\"EC\",\"x\":\"69K7nV5Is8q"
        "dGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"k"
        "id\":\"b\",\"use\":\"sig\",\"alg\":\"ES256\"}]}",
        ""},
    {"a key for encryption", "key",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.8avxorX9AbJJrqugX_YXIJeIlzxHcSQbjiOli3W-WzC"
        "tMcIRJdlIzRiKSRFH7MQwnH7NGmHWoR1xJt-AKQkZxw",
        "{\"keys\":[{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33"
        "UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"enc\",\"alg\":\"ES256\"}]}",
        ""},
    {"a key for another algorithm", "key",
        "eyJhbGciOiJSUzI1NiIsImtpZCI6IlJTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.IL37jcFAfpRBaBvnUXutcReBOljb7ACmeaMAHh8YD8K"
        "hJGbWDEhJ90cKj7bu7-nozUrq9yZd_ThXCw0eOAmq_gVmRNuMUmYvprMUQD7Gf96_USdozarepcCP0gtK3iybJ-wi5JGk55pXbPc"
        "KCKf3lgp_5S6cBCa2PD7BeVlRre_yGUrr9XLrGenWc4IJC3S9DV-gQTWvmm3NDf7vif4XI-yKFpPSdOVhgNxvdaqt33zVz5xBTXd"
        "jZwBfZLW8uyDPhvNuE8L4aKJA8B6Ns2OZVeZCf2PZBT80zd6xUEMpBABLOJ8weB7e1IIJ-Ql19zQav09Js0RWxa2mFpADAbxdJw",
        "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"mkKh84Drn7lBEsER3ABCmaNvWAnjs3FdtNS-dsJgbREQcLPjYOYZDRFI-BAXMr1IER5sa-ELw"
        "g_MFohqikpl2Kvvd6UyItQ8eU5_pveV6B_PmSSZJRm6MeJcbhKseQoYKEtEiGRff5GeOYY1KLH5S6FPWrqbGRHyKmWE5oGFX2bG8"
        "GYqTy6cCtHrN_G9w2wM-eo40ZF75fxckR1F18GojoZ-W4lafOwHLjrULTHOeRKeqh4L1Vc1MLj-Ezm8cY9RTaq1oXDdgV6QSs57E"
        "rCh6AShtLUiADOQOmdp1ucLOLX9tLNRxYRNtm37_-yEbP5gMwsW2QtyY3omn60NqWphbQ\",\"e\":\"AQAB\",\"kid\":\"RS256\",\"use"
        "\":\"sig\",\"alg\":\"PS256\"}]}",
        ""},
    {"an RSA key of 1024 bits", "key",
        "eyJhbGciOiJSUzI1NiIsImtpZCI6IlJTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.MmRvSq7YijAk3pUdp46xdYK59LcL9BmcT65hKaIm7aF"
        "8MKuBoY1AGUrK1MMSqnoPntlIkW-GzOR94JA-NNXlNiM5AwFi75PyUzei29b_vUnGRsYQ9TXp__bItyc6Vs2lwnOKD3m33cMOzag"
        "MXYNXK3ANsIJ8tmt-dZdt40Zpo_s",
        "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"v43idEVS6jZXY6sHPWRchAhBRZVnzHCiyHYJzDsyiQJEgSxMmAtw2X9Fj4YtVyQUrKxUzZBJM"
        "zLwsO9pjXypB7OgnWeIWkRTp-wsjQjJ4GLWXo260tZg8VQWOqYr9c3ZTlmogdEQMFF58YnL_JNBXvYSUKX1wmyzFsY8gBroxxM\","
        "\"e\":\"AQAB\",\"kid\":\"RS256\"}]}",
        ""},
    {"an exponent of one", "key",
        "eyJhbGciOiJSUzI1NiIsImtpZCI6IlJTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.IL37jcFAfpRBaBvnUXutcReBOljb7ACmeaMAHh8YD8K"
        "hJGbWDEhJ90cKj7bu7-nozUrq9yZd_ThXCw0eOAmq_gVmRNuMUmYvprMUQD7Gf96_USdozarepcCP0gtK3iybJ-wi5JGk55pXbPc"
        "KCKf3lgp_5S6cBCa2PD7BeVlRre_yGUrr9XLrGenWc4IJC3S9DV-gQTWvmm3NDf7vif4XI-yKFpPSdOVhgNxvdaqt33zVz5xBTXd"
        "jZwBfZLW8uyDPhvNuE8L4aKJA8B6Ns2OZVeZCf2PZBT80zd6xUEMpBABLOJ8weB7e1IIJ-Ql19zQav09Js0RWxa2mFpADAbxdJw",
        "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"mkKh84Drn7lBEsER3ABCmaNvWAnjs3FdtNS-dsJgbREQcLPjYOYZDRFI-BAXMr1IER5sa-ELw"
        "g_MFohqikpl2Kvvd6UyItQ8eU5_pveV6B_PmSSZJRm6MeJcbhKseQoYKEtEiGRff5GeOYY1KLH5S6FPWrqbGRHyKmWE5oGFX2bG8"
        "GYqTy6cCtHrN_G9w2wM-eo40ZF75fxckR1F18GojoZ-W4lafOwHLjrULTHOeRKeqh4L1Vc1MLj-Ezm8cY9RTaq1oXDdgV6QSs57E"
        "rCh6AShtLUiADOQOmdp1ucLOLX9tLNRxYRNtm37_-yEbP5gMwsW2QtyY3omn60NqWphbQ\",\"e\":\"AQ\",\"kid\":\"RS256\",\"use\":"
        "\"sig\",\"alg\":\"RS256\"}]}",
        ""},
    {"a modulus of nothing", "key",
        "eyJhbGciOiJSUzI1NiIsImtpZCI6IlJTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.IL37jcFAfpRBaBvnUXutcReBOljb7ACmeaMAHh8YD8K"
        "hJGbWDEhJ90cKj7bu7-nozUrq9yZd_ThXCw0eOAmq_gVmRNuMUmYvprMUQD7Gf96_USdozarepcCP0gtK3iybJ-wi5JGk55pXbPc"
        "KCKf3lgp_5S6cBCa2PD7BeVlRre_yGUrr9XLrGenWc4IJC3S9DV-gQTWvmm3NDf7vif4XI-yKFpPSdOVhgNxvdaqt33zVz5xBTXd"
        "jZwBfZLW8uyDPhvNuE8L4aKJA8B6Ns2OZVeZCf2PZBT80zd6xUEMpBABLOJ8weB7e1IIJ-Ql19zQav09Js0RWxa2mFpADAbxdJw",
        "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"\",\"e\":\"AQAB\",\"kid\":\"RS256\",\"use\":\"sig\",\"alg\":\"RS256\"}]}",
        ""},
    {"a point off the curve", "key",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.x7yeKp8tW7BHrHObH9cQJOnbowkR2e7rifQd2sB9aav"
        "j3Hh1R8_0G1rfd1fFlIuLYtaeaMXFSCkbNFyWdcgg_w",
        "{\"keys\":[{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"AQEBAQEBAQEBAQEBAQEBAQEB"
        "AQEBAQEBAQEBAQEBAQE\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"}]}",
        ""},
    {"a short point", "key",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.LNPnEgJPHkUtA5xtWAZQ_o9WhetaIF205SVy0mJhonb"
        "qyR465jt5h-F8sthr1UCdJkiOVQY-z-7nsSTnGohFyg",
        "{\"keys\":[{\"kty\":\"EC\",\"x\":\"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33U"
        "ZY1umkJK4BiFTFYfUo\",\"crv\":\"P-256\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"}]}",
        ""},
    {"another curve", "key",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.rzxaZ-TSe-ezETan9aWdvDSIMrxuLapiLirto2-inBy"
        "7zCbUTZ-2qvGWUz3WYIMkZ5pkzdoeWhQlPLoql1M4vQ",
        "{\"keys\":[{\"kty\":\"EC\",\"x\":\"69K7nV5Is8qdGNjbCD38lzHF0-bY_EEvrr2HaNT-c70\",\"y\":\"Cx7w1LS2c6It23FXCz4TTh33"
        "UZY1umkJK4BiFTFYfUo\",\"crv\":\"P-384\",\"kid\":\"ES256\",\"use\":\"sig\",\"alg\":\"ES256\"}]}",
        ""},
    {"a short Ed25519 key", "key",
        "eyJhbGciOiJFZERTQSIsImtpZCI6IkVkRFNBIiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.I1IU5Ay0jcac8e6rpFTTOfjggwUC8X9qfvDaQBcUW4g"
        "Es_eVP-ZhIe7tJEGViMqZjZLR4Pl45OhF42xXsUzKCw",
        "{\"keys\":[{\"crv\":\"Ed25519\",\"x\":\"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ\",\"kty\":\"OKP\",\"kid\":\"EdDSA\""
        ",\"use\":\"sig\",\"alg\":\"EdDSA\"}]}",
        ""},
    {"ES256 signature of zeros", "signature",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ALL_KEYS,
        ""},
    {"ES256 signature in DER", "signature",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.MEYCIQDRP4mRqQz11z92hnoubMXfyUujjuII9oGh-pd"
        "-Mns5IAIhANi8ZrKJxk98DAO9_mUpP-0NOvolKpl5zZQddTgvHIb5",
        ALL_KEYS,
        ""},
    {"empty", "token",
        "",
        ALL_KEYS,
        ""},
    {"two parts", "token",
        "a.b",
        ALL_KEYS,
        ""},
    {"four parts", "token",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.MGs2wqBq-jYZHafqFt8QtGLZao0NPXOo5ujMcnpPRXv"
        "qov4eoo9CSGMq9fXyr34GCrml8bCMS03camuXc-sOgQ.x",
        ALL_KEYS,
        ""},
    {"padding", "token",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0=.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQ"
        "iOiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1"
        "haWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.TgW6O2EJ4EjO7c8cTW8lr4KZfeplJ0Yuo8Ig7avaWY"
        "6Uw7ig7sGBmdQhc48vmomRI4713BWkrmBPH7Z38tauLA",
        ALL_KEYS,
        ""},
    {"plain base64", "token",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.a+/b",
        ALL_KEYS,
        ""},
    {"too long", "token",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWUsIm1vcmUiOiJ4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
        "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eCJ9.kmjCD9tEED9gnPBRqPP_JPyraV6TsUT31vyl5GwKnGvqXMFYzZ9ZCPvjSHdH3p5"
        "bRmzMm2OblbaLdEeXS4WYuA",
        ALL_KEYS,
        ""},
    {"a payload that is no JSON", "claims",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.bm90IGpzb24.OCtCs3MKi2vGSkQKLSkiw7A6W0FgBsS8"
        "qUqoLT5C9AbqF71tIr_iHHFhQlOfF1WGsFbOElNsCl6tR6LE8Ii7bQ",
        ALL_KEYS,
        ""},
    {"a payload that is a list", "claims",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.W10.DAOYBgtdNNjj4T9xFULrJNawNy1yX6J7jQgbQi03"
        "3TU82l2fDBCpNv-N_bnx9BN-T35k6FVI19SuSKh9FAOslg",
        ALL_KEYS,
        ""},
    {"a claim twice", "claims",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJpc3Mi"
        "OiJ4In0.c9tnsQr2MwzfjB_QC1APTaMAom_t0EkG-ZrnK9nDEV3CGS2ElZrV0u5VHINPguo6HPoexEuRQChtk6sUss9S1w",
        ALL_KEYS,
        ""},
    {"another issuer", "iss",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2V2aWwuZXhhbXBsZSIsImF1"
        "ZCI6ImN1c3RvcyIsInN1YiI6InUxIiwiZXhwIjoxNzk1MDAwMzAwLCJpYXQiOjE3OTQ5OTk5OTUsIm5vbmNlIjoibjBuY2UiLCJl"
        "bWFpbCI6ImFAZXhhbXBsZS5jb20iLCJlbWFpbF92ZXJpZmllZCI6dHJ1ZX0.gWkbPXIAvt5cbER7HVOaJfIWwWv-BI_Npu8wS1DU"
        "lizLzE9dEcsVh3AjKyclFSMT0_H3P_5jQSSWqqau7STMZw",
        ALL_KEYS,
        ""},
    {"issuer with a slash more", "iss",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUvIiwiYXVk"
        "IjoiY3VzdG9zIiwic3ViIjoidTEiLCJleHAiOjE3OTUwMDAzMDAsImlhdCI6MTc5NDk5OTk5NSwibm9uY2UiOiJuMG5jZSIsImVt"
        "YWlsIjoiYUBleGFtcGxlLmNvbSIsImVtYWlsX3ZlcmlmaWVkIjp0cnVlfQ.l59MCeOoZjAVeDKGRevFJhQ7efNOKpmQM7NylEem3"
        "pCHUBoXQ6DCeIjObXLrIkXWchmjF-pumg_V6Ge_LL2EeA",
        ALL_KEYS,
        ""},
    {"no issuer", "iss",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJhdWQiOiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6"
        "MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1haWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxf"
        "dmVyaWZpZWQiOnRydWV9.3J8nALBtA2Robvb_9orZ47oI9YNAeR1K9Byqniu6knSxS-auU0KnX_TyuEVmV8XDz0zCvUj34yZI0It"
        "KihCxpQ",
        ALL_KEYS,
        ""},
    {"another audience", "aud",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJvdGhlciIsInN1YiI6InUxIiwiZXhwIjoxNzk1MDAwMzAwLCJpYXQiOjE3OTQ5OTk5OTUsIm5vbmNlIjoibjBuY2UiLCJlbWFp"
        "bCI6ImFAZXhhbXBsZS5jb20iLCJlbWFpbF92ZXJpZmllZCI6dHJ1ZX0.ESW-wE2bEHSYAKB2d-Tlm5iuPPo3WjetkJ0gjU5t1LVT"
        "7ab8hlIudmVYmiS6DBvQIOjA7lXVcNdaagop5jjnIw",
        ALL_KEYS,
        ""},
    {"no audience", "aud",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIi"
        "OiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1haWwiOiJhQGV4YW1wbGUu"
        "Y29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.cpYDB9_-aom_RYlSmb07kUJK_rBedO37rjBbKgOe65XZj6OQifYNUKnI0KTmV3e"
        "OJkq7cyA1seftiTxR8UPLxQ",
        ALL_KEYS,
        ""},
    {"audience as an object", "aud",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OnsiY3VzdG9zIjoxfSwic3ViIjoidTEiLCJleHAiOjE3OTUwMDAzMDAsImlhdCI6MTc5NDk5OTk5NSwibm9uY2UiOiJuMG5jZSIs"
        "ImVtYWlsIjoiYUBleGFtcGxlLmNvbSIsImVtYWlsX3ZlcmlmaWVkIjp0cnVlfQ.i_UG_Yh2toGSrDGcnt1Ymc8u1NiLeUJtGOH-g"
        "HlCxFwSJlTa7ZLvHRP5NhwA7alJBUbLCmsGHvpKNOfEZIcenA",
        ALL_KEYS,
        ""},
    {"two audiences without azp", "azp",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OlsiY3VzdG9zIiwib3RoZXIiXSwic3ViIjoidTEiLCJleHAiOjE3OTUwMDAzMDAsImlhdCI6MTc5NDk5OTk5NSwibm9uY2UiOiJu"
        "MG5jZSIsImVtYWlsIjoiYUBleGFtcGxlLmNvbSIsImVtYWlsX3ZlcmlmaWVkIjp0cnVlfQ.AnZSAqXHb6_012Sc3GpBIKmiGmlam"
        "pSRElGbrqk0GTt6_UGml0jqB49K8osFade1yTFeFZKY4w9stUGsCpn8-Q",
        ALL_KEYS,
        ""},
    {"azp of somebody else", "azp",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWUsImF6cCI6Im90aGVyIn0.PgAzBYVIlEIvsbfIPMnCR2DK"
        "oiEYEsbdTFm_JtdUDg9pM6yPpRcu9o4oQANIfPQg1Sp9wZYpfOZU9sXvYF3Frw",
        ALL_KEYS,
        ""},
    {"expired", "exp",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NDk5OTkzOSwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.W20WZ24CNj-xS5arZ1dnJYOLSp18Pw0dKf1IDUpNHQG"
        "uUUHGi5qBbcea0khhRlT_cMdiNNPzvDLi1Ottu1upnA",
        ALL_KEYS,
        ""},
    {"no expiry", "exp",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImlhdCI6MTc5NDk5OTk5NSwibm9uY2UiOiJuMG5jZSIsImVtYWlsIjoiYUBleGFtcGxlLmNv"
        "bSIsImVtYWlsX3ZlcmlmaWVkIjp0cnVlfQ.tNQXhfsRyXi_UKgnfbQVKbKsyXn4x5Tp4eY04ljVRHmpwRtctmoSi_Pu-KOBC5omN"
        "vvS2Y1vXVdwLn75Sz6MYw",
        ALL_KEYS,
        ""},
    {"expiry as text", "exp",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6IjE3OTUwMDAzMDAiLCJpYXQiOjE3OTQ5OTk5OTUsIm5vbmNlIjoibjBuY2UiLCJl"
        "bWFpbCI6ImFAZXhhbXBsZS5jb20iLCJlbWFpbF92ZXJpZmllZCI6dHJ1ZX0.b6-4BrZqx5X27pYyna9UmxzdUJillxZc6ms9ByxR"
        "B6s9gynGuhNa-pIJfqmdZsDYa8xYfO_SFZY8VNI6KO1oRg",
        ALL_KEYS,
        ""},
    {"made tomorrow", "iat",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTA5MDAwMCwiaWF0IjoxNzk1MDg2NDAwLCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.dLKn-V16gkMaiou0-Ca9pfts2LKetYaPHTv0793eIxb"
        "V6MIfW6qiH-2retTtTebCZqS3aRk8AUJVXOHPG30V7Q",
        ALL_KEYS,
        ""},
    {"made long ago", "iat",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk2NDAwLCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.gVlr6wl7vzUr78I_TBHSrFN4U6f5urNptefPvcFGBRE"
        "9pwuCQyvDsMBrm1FHngGyL1GvDHh0U2HkKq7N1Cd8Ug",
        ALL_KEYS,
        ""},
    {"no iat", "iat",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwibm9uY2UiOiJuMG5jZSIsImVtYWlsIjoiYUBleGFtcGxlLmNv"
        "bSIsImVtYWlsX3ZlcmlmaWVkIjp0cnVlfQ.C1Bj7LlejEc1noK1uc_CNrARt7nnlyH8347wmDDw6fuxU3uNZF5rbefki3a1hXHZZ"
        "8wv3GZyEVBlDadUMuYwRg",
        ALL_KEYS,
        ""},
    {"not yet valid", "nbf",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWUsIm5iZiI6MTc5NTAwMDYwMH0.GjjaZtpYYAf-YNtf87P-"
        "IBY3gz7ych8nzkMbBUdZmYIF4m4LB0bvcx6Bj_pn6Hygqc-94gCJxRhaQRDJQFqlcw",
        ALL_KEYS,
        ""},
    {"another nonce", "nonce",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im90aGVyIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.bqs_1WCXtkLwyhuok-afe6qDb9Yl7D-4X9WP9rYM5Ov"
        "1mrC89G-2g_AhDs6Q-px7ol36MqPSpSJ0g2k2uYGnzw",
        ALL_KEYS,
        ""},
    {"no nonce", "nonce",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJlbWFpbCI6ImFAZXhhbXBsZS5j"
        "b20iLCJlbWFpbF92ZXJpZmllZCI6dHJ1ZX0.jALTJLVg8JJ0hnCQexPavu7wyDtLZ09hWGq4E8E-TLIW2PTUtoTnJvivXQ8lUTyd"
        "2NeOK7Gg4bUgWavKFiHQWw",
        ALL_KEYS,
        ""},
    {"nonce longer", "nonce",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk0OTk5OTk1LCJub25jZSI6Im4wbmNlMiIsImVt"
        "YWlsIjoiYUBleGFtcGxlLmNvbSIsImVtYWlsX3ZlcmlmaWVkIjp0cnVlfQ.Lro7VLQh5vhdyPruaBGM0nQKLCZn7vuvjeCs2ldzu"
        "gADUJu9q35GL_DgzEHqmfpIAkUXQ1oPBLH0AfjOPAxCBw",
        ALL_KEYS,
        ""},
    {"no subject", "sub",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJleHAiOjE3OTUwMDAzMDAsImlhdCI6MTc5NDk5OTk5NSwibm9uY2UiOiJuMG5jZSIsImVtYWlsIjoiYUBleGFt"
        "cGxlLmNvbSIsImVtYWlsX3ZlcmlmaWVkIjp0cnVlfQ.38j6wqaz6Jo68rIZn10Ny0mdNhl71BePl66hx1xcr3eM8Q5MHzXckEwuY"
        "-rWE2HkBiW6v5jetKTCxWivDcJcPQ",
        ALL_KEYS,
        ""},
    {"empty subject", "sub",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiIiLCJleHAiOjE3OTUwMDAzMDAsImlhdCI6MTc5NDk5OTk5NSwibm9uY2UiOiJuMG5jZSIsImVtYWls"
        "IjoiYUBleGFtcGxlLmNvbSIsImVtYWlsX3ZlcmlmaWVkIjp0cnVlfQ.ARG8hhdXk7B5Ni08mYRtHPoK_1t14OtzxDWh0MxF8rAaq"
        "xiwvMIdPL2SKdlrPYR2H8JvmumuXHxtDhFk8v3lDw",
        ALL_KEYS,
        ""},
    {"a clock a little behind", "",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NDk5OTk0MSwiaWF0IjoxNzk0OTk5OTAwLCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.iDI43u82-Sp_AQ9w6XPXqMkZkIIOxyjWHfFRuUhdy3o"
        "CpK4RP_PIuz7YP0XecNBZoIv5cz_j7jdI0IWDPA8Ldg",
        ALL_KEYS,
        "v"},
    {"a clock a little ahead", "",
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQi"
        "OiJjdXN0b3MiLCJzdWIiOiJ1MSIsImV4cCI6MTc5NTAwMDMwMCwiaWF0IjoxNzk1MDAwMDU5LCJub25jZSI6Im4wbmNlIiwiZW1h"
        "aWwiOiJhQGV4YW1wbGUuY29tIiwiZW1haWxfdmVyaWZpZWQiOnRydWV9.Qmw8PXugw7GtOiaDPj1Xna7Bj3VN7KdyTHFQl4d_dX1"
        "kDGkljcJiLWcZ08ywGSyGkJkc0EiYey7bCsgrkFNiLA",
        ALL_KEYS,
        "v"},
};
