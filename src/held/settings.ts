import { z } from 'zod';
import { setting } from '../setting.ts';

/** What the operator sets for credentials that a worker holds. */
export const heldSettings = {
  XOAP_HELD_CREDENTIALS: setting(
    'anywhere',
    'Folder with credentials that this worker holds, one YAML or JSON file for each (docs/held.md): people choose them by name, and no secret of them leaves the worker. A worker with nothing else to do needs no chat token.',
    z.string().startsWith('/', 'must be the path of a folder, from the root on').optional(),
  ),
} as const;
