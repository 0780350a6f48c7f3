// SPDX-License-Identifier: Apache-2.0
// The table of dimensions. See dimension.h.
#include "dimension.h"

#include "spec/suggest.h"

#define VISITED (DIMENSION_OF_ORDERS | DIMENSION_OF_VISITS | DIMENSION_OF_PEOPLE)
const struct dimension dimensions[DIMENSION_COUNT] = {
    [DIMENSION_CHANNEL] = {"channel", "Channel", "Where a visit came from: search, social, e-mail, advertising, AI assistants, direct.", VISITED,
        DIMENSION_BY_VISIT},
    [DIMENSION_SOURCE] = {"source", "Source", "The campaign's source (utm_source) of a visit.", VISITED, DIMENSION_BY_VISIT},
    [DIMENSION_MEDIUM] = {"medium", "Medium", "The campaign's medium (utm_medium) of a visit.", VISITED, DIMENSION_BY_VISIT},
    [DIMENSION_CAMPAIGN] = {"campaign", "Campaign", "The campaign (utm_campaign) of a visit.", VISITED, DIMENSION_BY_VISIT},
    [DIMENSION_REFERRER] = {"referrer", "Referrer", "Host of the page before the visit.", VISITED, DIMENSION_BY_VISIT},
    [DIMENSION_LANDING] = {"landing", "Landing page", "Path of the first page of a visit.", VISITED, DIMENSION_BY_VISIT},
    [DIMENSION_PAGE] = {"page", "Page", "Pages shown during visits, by path; a visit that shows two pages is in two rows.", DIMENSION_OF_VISITS,
        DIMENSION_BY_VIEW},
    [DIMENSION_DEVICE] = {"device", "Device", "Kind of device of a visit.", VISITED, DIMENSION_BY_VISIT},
    [DIMENSION_COUNTRY] = {"country", "Country", "Country of a visit, where the shop says it.", VISITED, DIMENSION_BY_VISIT},
    [DIMENSION_PRODUCT] = {"product", "Product", "Lines of orders by product; an order with two products is in two rows.", DIMENSION_OF_ORDERS,
        DIMENSION_BY_LINE},
    [DIMENSION_CATEGORY] = {"category", "Category", "Lines of orders by the product's category.", DIMENSION_OF_ORDERS, DIMENSION_BY_LINE},
    [DIMENSION_BRAND] = {"brand", "Brand", "Lines of orders by the product's brand.", DIMENSION_OF_ORDERS, DIMENSION_BY_LINE},
    [DIMENSION_SEGMENT] = {"segment", "Segment", "People by the segments they are in now; who is in two is in two rows.", VISITED,
        DIMENSION_BY_PERSON},
    [DIMENSION_NEW_OR_RETURNING] = {"new_or_returning", "New or returning",
        "New: the person's first order ever, the visit in which a person was first seen, people first seen in the period.", VISITED,
        DIMENSION_BY_PERSON},
};

cu_code dimension_find(cu_str name, const char *field, enum dimension_name *ret, struct cu_error *err)
{
    struct spec_nearest near = spec_nearest_to(name);
    for (unsigned i = 0; i < DIMENSION_COUNT; i++) {
        *ret = (enum dimension_name)i;
        if (cu_str_eqz(name, dimensions[i].name))
            return CU_OK;
        spec_nearest_offer(&near, cu_str_of(dimensions[i].name));
    }
    cu_str best = spec_nearest_best(&near);
    if (best.len)
        return cu_fail(err, CU_INVALID, field, "there is no such dimension; did you mean \"%.*s\"? GET /v1/insight/dimensions lists them", CU_ARG(best));
    return cu_fail(err, CU_INVALID, field, "there is no such dimension; GET /v1/insight/dimensions lists them");
}
