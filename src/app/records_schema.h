// SPDX-License-Identifier: Apache-2.0
// The schema of records.db, put together from the modules' files.
#pragma once

#include "store/db.h"

const struct db_schema *records_schema(void);
