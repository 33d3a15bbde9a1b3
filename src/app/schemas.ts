import type { Express } from 'express';
import { z } from 'zod';
import { ProfileFile } from '../catalog/profile.ts';
import { lazily } from '../lazily.ts';

const profileSchema = lazily(() => z.toJSONSchema(ProfileFile, { io: 'input' }));

/** Serves the schema of profiles, for the `$schema` of files that people write. */
export function serveSchemas(app: Express): void {
  app.get('/schemas/profile.schema.json', (_request, response) => {
    response.type('application/schema+json').send(JSON.stringify(profileSchema()));
  });
}
