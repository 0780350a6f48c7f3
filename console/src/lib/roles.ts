// SPDX-License-Identifier: Apache-2.0
// How roles, factors and permissions are called.

import { tOr } from '../i18n';
import { words } from './format';

export const roleName = (role: string): string => tOr(`role.${role}`, role);
export const factorName = (factor: string): string => tOr(`factor.${factor}`, words(factor));
export const permissionName = (permission: string): string => tOr(`permission.${permission}`, words(permission));
