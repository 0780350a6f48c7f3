// SPDX-License-Identifier: Apache-2.0
import { pagesIn } from './lib/pages.mjs';

pagesIn('wide', 1, 2);
