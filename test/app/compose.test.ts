import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import packageFile from '../../package.json' with { type: 'json' };
import { allSettings, readConfig, readHealthAddresses } from '../../src/config/config.ts';

type Service = {
  readonly environment: Record<string, string>;
  readonly healthcheck: { readonly test: readonly string[] };
  readonly ports: readonly string[];
  readonly read_only?: boolean;
};

const text = await readFile(new URL('../../docker-compose.yml', import.meta.url), 'utf8');
const compose = parse(text, { merge: true }) as { services: Record<string, Service> };
const { bot, worker } = compose.services as Record<'bot' | 'worker', Service>;
/** What the file says that .env must hold, made up. */
const env = {
  XOAP_ENCRYPTION_KEYS: Buffer.alloc(32).toString('base64'),
  SLACK_BOT_TOKEN: 'xoxb-fake',
  SLACK_SIGNING_SECRET: 'fake-signing-secret',
};

describe('Dockerfile', () => {
  it('labels its images with the version', async () => {
    const file = await readFile(new URL('../../Dockerfile', import.meta.url), 'utf8');
    expect(file).toContain(`\nARG VERSION=${packageFile.version}\n`);
  });
});

describe('docker-compose.yml', () => {
  it('is what the Compose specification says', async () => {
    // The specification's own schema, as a linter of Compose files carries it.
    const path = createRequire(import.meta.url).resolve('dclint/package.json');
    // Its name for the draft is not the one that the draft has.
    const { $schema: _draft, ...schema } = JSON.parse(
      await readFile(path.replace('package.json', 'schemas/compose.schema.json'), 'utf8'),
    );
    const ajv = new Ajv({ strict: false, allErrors: true });
    // The module is CommonJS, and its default stands one deeper for TypeScript.
    (addFormats as unknown as (ajv: Ajv) => void)(ajv);
    const validate = ajv.compile(schema);

    validate(compose);
    expect(validate.errors ?? []).toEqual([]);

    validate({ ...compose, services: { bot: { ...bot, prots: [] } } });
    expect(JSON.stringify(validate.errors)).toContain('prots');
  });

  it('sets what the bot knows, and with what it names for .env each process starts', () => {
    for (const { environment } of [bot, worker]) {
      expect(Object.keys(allSettings)).toEqual(expect.arrayContaining(Object.keys(environment)));
      expect(readConfig({ ...environment, ...env })).toMatchObject({ NODE_ENV: 'production' });
    }
    for (const name of Object.keys(env)) expect(text).toContain(name);
  });

  it('lacks what it does not name for .env', () => {
    expect(() => readConfig(bot.environment)).toThrow(/XOAP_ENCRYPTION_KEYS.*is missing/s);
  });

  it('asks each process for its health where it tells of it, in every mode', () => {
    expect(readHealthAddresses(bot.environment)).toEqual([
      'http://127.0.0.1:3000/readyz',
      'http://127.0.0.1:3001/readyz',
    ]);
    for (const { healthcheck } of [bot, worker])
      expect(healthcheck.test).toEqual(['CMD', 'node', 'dist/health/health-check.mjs']);
    expect(worker.ports).toEqual([]);
  });
});
