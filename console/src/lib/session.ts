// SPDX-License-Identifier: Apache-2.0
// Who is signed in. When the server says that the session is over, `ended` is set: the page stays
// where it is behind the sign-in form, with what was typed, and goes on after signing in.

import { signal } from '@preact/signals';
import { ApiError, api, setCsrf, whenSessionEnds } from '../api/client';
import type { Permission, Session } from '../api/types';
import { setShop } from './format';

export const session = signal<Session | null>(null);
export const ended = signal(false);

export function began(next: Session): void {
    const before = session.value;
    if (before && before.staff.email !== next.staff.email) { // somebody else: nothing of the former user may stay
        location.reload();
        return;
    }
    setCsrf(next.csrf);
    setShop(next.shop.currency, next.shop.timezone);
    session.value = next;
    ended.value = false;
}

export async function restore(): Promise<void> {
    whenSessionEnds(() => {
        if (session.value) ended.value = true;
    });
    try {
        began(await api.get<Session>('/v1/session', { quiet401: true }));
    } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 401) throw error;
    }
}

export async function signIn(email: string, password: string): Promise<void> {
    began(await api.post<Session>('/v1/session', { email, password }, { quiet401: true }));
}

export async function signOut(): Promise<void> {
    await api.delete('/v1/session', { quiet401: true }).catch((error: unknown) => {
        if (!(error instanceof ApiError) || error.status !== 401) throw error;
    });
    location.hash = '';
    location.reload(); // drops everything that was shown
}

export const can = (permission: Permission): boolean => session.value?.permissions.includes(permission) ?? false;
