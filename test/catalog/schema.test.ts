import { expect, it } from 'vitest';
import { z } from 'zod';
import { ProfileFile } from '../../src/catalog/profile.ts';
import { Permissions } from '../../src/cli/formats/permissions.ts';

it('a profile is published as docs/profile.schema.json', async () => {
  const schema = `${JSON.stringify(z.toJSONSchema(ProfileFile, { io: 'input' }), null, 2)}\n`;
  await expect(schema).toMatchFileSnapshot('../../docs/profile.schema.json');
});

it('what xoap permissions prints is published as docs/permissions.schema.json', async () => {
  const schema = `${JSON.stringify(z.toJSONSchema(Permissions), null, 2)}\n`;
  await expect(schema).toMatchFileSnapshot('../../docs/permissions.schema.json');
});
