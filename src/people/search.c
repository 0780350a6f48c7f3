// SPDX-License-Identifier: Apache-2.0
#include "internal.h"
void search_free(struct search *s)
{
    (void)s;
}
void search_mark(struct search *s, uint32_t pno)
{
    (void)s;
    (void)pno;
}
void search_forget(struct search *s, uint32_t pno)
{
    (void)s;
    (void)pno;
}
