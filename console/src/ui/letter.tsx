// SPDX-License-Identifier: Apache-2.0
// A letter as it goes out: plain text.

export function Letter({ letter }: { letter: { subject: string; text: string } }) {
    return (
        <article class="letter" dir="auto">
            <strong>{letter.subject}</strong>
            <p>{letter.text}</p>
        </article>
    );
}
