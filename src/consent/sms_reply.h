// SPDX-License-Identifier: Apache-2.0
// One-word answers to text messages (CTIA Messaging Principles 5.1; privacy.md I3): STOP ends what the shop sends by text message
// at once, START lifts that, HELP says who this is. The gateway hands the answer over at POST /v1/sms/replies and
// shows the secret that both know; Twilio, at POST /v1/sms/replies/twilio, signs with it. Each message works once.
#pragma once

#include "gate.h"

enum sms_word { SMS_WORD_NONE, SMS_WORD_STOP, SMS_WORD_START, SMS_WORD_HELP };
// The word a message consists of (case, accents, white space and a full stop do not count), and its language's number
// (0 en, 1 de, 2 fr); none when it says anything more.
enum sms_word sms_word_of(cu_str message, int *ret_language);

struct sms_reply_options { // strings live as long as it does
    struct people *people;
    struct gate *gate;
    const char *secret_file; // "": answers are not taken
    const char *public_url;  // what Twilio signs begins with it
    const char *shop_name;
};
struct sms_replies;
// CU_KEY: the secret's file is readable by others.
cu_code sms_replies_open(const struct sms_reply_options *o, struct sms_replies **ret, struct cu_error *err) CU_MUST;
void sms_replies_close(struct sms_replies *s); // NULL is fine

extern const struct module consent_sms_reply_module; // instance: struct sms_replies *
