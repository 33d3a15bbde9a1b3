import { expect, it } from 'vitest';
import { z } from 'zod';
import { Verification } from '../../src/verification/verification.ts';

it('is published as docs/verification.schema.json', async () => {
  const schema = `${JSON.stringify(z.toJSONSchema(Verification), null, 2)}\n`;
  await expect(schema).toMatchFileSnapshot('../../docs/verification.schema.json');
});
