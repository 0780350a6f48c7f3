// SPDX-License-Identifier: Apache-2.0
// Who is signed in. When the server says that the session is over, `ended` is set: the page stays
// where it is behind the sign-in form, with what was typed, and goes on after signing in.

import { signal } from '@preact/signals';
import { ApiError, api, setCsrf, whenSessionEnds } from '../api/client';
import type { Entered, FactorKind, PasskeyQuestion, Permission, Session, Ticket } from '../api/types';
import { setShop } from './format';
import { NEEDS, PAGES, type Page } from './router';
import { usePasskey } from './webauthn';

export const session = signal<Session | null>(null);
export const ended = signal(false);

const QUIET = { quiet401: true, plain: true };

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

// What the session may do can change while it lasts: after a second factor was set up, or a role given.
export async function refresh(): Promise<void> {
    began(await api.get<Session>('/v1/session', QUIET));
}

export async function restore(): Promise<void> {
    whenSessionEnds(() => {
        if (session.value) ended.value = true;
    });
    try {
        await refresh();
    } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 401) throw error;
    }
}

// The answer to a password, wherever it was given: signed in, or the ticket of the next step.
export function entered(answer: Entered): Ticket | null {
    if (answer.state === 'second_factor') return { ticket: answer.ticket ?? '', factors: answer.factors as FactorKind[] };
    began(answer as Session); // signed in: nothing of it is null
    return null;
}

export const signIn = async (email: string, password: string): Promise<Ticket | null> =>
    entered(await api.post<Entered>('/v1/session', { email, password }, QUIET));

export async function signInWithCode(ticket: string, factor: string, code: string): Promise<void> {
    began(await api.post<Session>('/v1/session/second-factor', { ticket, factor, code }, QUIET));
}

// With a ticket: the second step. Without: instead of a password.
export async function signInWithPasskey(ticket?: string): Promise<void> {
    const question = await api.post<PasskeyQuestion>('/v1/session/passkey/options', ticket ? { ticket } : {}, QUIET);
    const credential = await usePasskey(question.publicKey);
    began(await api.post<Session>('/v1/session/passkey', { ticket: question.ticket, credential }, QUIET));
}

export const sendCode = (ticket: string): Promise<void> => api.post('/v1/session/sms', { ticket }, QUIET);

export async function signOut(): Promise<void> {
    await api.delete('/v1/session', QUIET).catch((error: unknown) => {
        if (!(error instanceof ApiError) || error.status !== 401) throw error;
    });
    location.hash = '';
    location.reload(); // drops everything that was shown
}

export const can = (permission: Permission): boolean => session.value?.permissions.includes(permission) ?? false;

// Signed in, and not yet allowed to do anything else than set up the second factor.
export function mustEnrol(): boolean {
    const now = session.value;
    return !!now?.second_factor.required && !now.second_factor.enrolled && now.permissions.every((p) => p === 'session');
}

export const mayOpen = (page: Page): boolean => can(NEEDS[page]);
// Where signing in leads to: the first page that the role may open.
export const home = (): Page => PAGES.find(mayOpen) ?? 'security';
