// SPDX-License-Identifier: Apache-2.0
import { pagesIn } from './lib/pages.mjs';

pagesIn(2, 2);
