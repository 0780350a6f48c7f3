// SPDX-License-Identifier: Apache-2.0
// The words of sms_reply.h. A message is one of them or none: "please do not stop" is for a person to read.
#include "sms_reply.h"

#include "text/text.h"

static const struct {
    const char *word; // folded: lower case without accents
    enum sms_word is;
    int language;
} words[] = {
    {"stop", SMS_WORD_STOP, 0}, {"stopall", SMS_WORD_STOP, 0}, {"unsubscribe", SMS_WORD_STOP, 0}, {"cancel", SMS_WORD_STOP, 0},
    {"end", SMS_WORD_STOP, 0}, {"quit", SMS_WORD_STOP, 0}, {"optout", SMS_WORD_STOP, 0}, {"revoke", SMS_WORD_STOP, 0},
    {"stopp", SMS_WORD_STOP, 1}, {"abmelden", SMS_WORD_STOP, 1}, {"ende", SMS_WORD_STOP, 1}, {"abbestellen", SMS_WORD_STOP, 1},
    {"arret", SMS_WORD_STOP, 2}, {"arreter", SMS_WORD_STOP, 2}, {"desabonner", SMS_WORD_STOP, 2}, {"fin", SMS_WORD_STOP, 2},
    {"start", SMS_WORD_START, 0}, {"unstop", SMS_WORD_START, 0}, {"subscribe", SMS_WORD_START, 0},
    {"anmelden", SMS_WORD_START, 1}, {"abonner", SMS_WORD_START, 2},
    {"help", SMS_WORD_HELP, 0}, {"info", SMS_WORD_HELP, 0}, {"hilfe", SMS_WORD_HELP, 1}, {"aide", SMS_WORD_HELP, 2},
};

enum sms_word sms_word_of(cu_str message, int *ret_language)
{
    CU_AUTO_BUF struct cu_buf folded;
    cu_buf_init(&folded, 256);
    cu_str said = cu_str_trim(cu_str_sub(message, 0, 64));
    *ret_language = 0;
    while (said.len && memchr(".!\"'", said.ptr[said.len - 1], 4))
        said.len--;
    while (said.len && memchr("\"'", said.ptr[0], 2))
        said = cu_str_sub(said, 1, said.len);
    if (!text_utf8_valid(said))
        return SMS_WORD_NONE;
    text_fold(said, &folded);
    for (size_t i = 0; i < CU_COUNT(words); i++) {
        if (cu_str_eqz(cu_buf_view(&folded), words[i].word)) {
            *ret_language = words[i].language;
            return words[i].is;
        }
    }
    return SMS_WORD_NONE;
}
