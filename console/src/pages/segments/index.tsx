// SPDX-License-Identifier: Apache-2.0
// Segments: the list, one segment with its views, and the editor, by what follows in the address.

import { Editor } from './editor';
import { SegmentList } from './list';
import { SegmentPage } from './segment';

export default function Segments({ parts }: { parts: string[] }) {
    const [name, view, person] = parts;
    if (!name) return <SegmentList />;
    if (name === 'new') return <Editor key={`new/${view ?? ''}`} name={null} from={view ?? null} />;
    if (view === 'edit') return <Editor key={name} name={name} from={null} />;
    return <SegmentPage key={name} name={name} view={view ?? 'people'} person={person ?? null} />;
}
