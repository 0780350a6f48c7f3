// SPDX-License-Identifier: Apache-2.0
// What every condition in the builder needs to know: which names there are, what is wrong where, and how many
// people each condition holds for.

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Catalog, CatalogField, Fault, FieldType } from '../../../api/types';
import type { Node, Placed } from '../../../lib/definition';

export interface Building {
    id: string; // of the lists of names
    catalog: Catalog;
    fields: Map<string, CatalogField>;
    places: Map<Node, Placed>;
    faults: Map<string, Fault[]>;
    counts: Map<number, number>; // people by the node's number
    whole: boolean;              // counted, not estimated
    focus: (path: string, act?: string) => void; // after the next drawing
}
export const Build = createContext<Building>(null as never);
export const useBuild = (): Building => useContext(Build);

export function propertyType(catalog: Catalog, event: string, property: string): FieldType | null {
    const events = event ? catalog.events.filter((e) => e.name === event) : catalog.events;
    for (const e of events) {
        const found = e.properties.find((p) => p.name === property);
        if (found) return found.type;
    }
    return null;
}
