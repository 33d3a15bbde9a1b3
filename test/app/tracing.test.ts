import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { trace } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { attributeOf, startCollector } from '../../simulations/collector.ts';
import { freePort } from '../../simulations/free-port.ts';
import { until } from '../../simulations/until.ts';
import { openTracing } from '../../src/app/tracing.ts';
import { AppError } from '../../src/errors.ts';
import { createLogger } from '../../src/logger.ts';
import { continuing, traced, traceLink } from '../../src/tracing.ts';

const lines: string[] = [];
const logger = createLogger('debug', { write: (line) => void lines.push(line) });
afterEach(() => void lines.splice(0));

type Settings = Parameters<typeof openTracing>[0];
async function sent(settings: Partial<Settings>, work: () => Promise<unknown>) {
  const collector = await startCollector();
  const tracing = await openTracing(
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_TRACES_SAMPLER_ARG: 1,
      ...settings,
    },
    logger,
  );
  try {
    await work();
  } finally {
    await tracing.close();
    await collector.close();
  }
  return collector;
}
const run = { runId: 'r-1', workspaceId: 'slack:T1', connectionId: 'c-1' };
const nothing = async () => undefined;

describe('what a collector is sent', () => {
  it('is whole when the process ends', async () => {
    const collector = await sent({}, () => traced('verification', run, () => traced('check', {}, nothing)));
    expect(collector.spans().map(({ name }) => name)).toEqual(['check', 'verification']);
  });

  it('may be in the binary form', async () => {
    const settings: Partial<Settings> = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' };
    const { bodies } = await sent(settings, () => traced('verification', run, nothing));
    expect(bodies.map(({ type }) => type)).toEqual(['application/x-protobuf']);
    expect(bodies[0]?.body.toString('latin1')).toMatch(/xoap\.run_id.*r-1/s);
  });

  it('is a share of all traces', async () => {
    const collector = await sent({ OTEL_TRACES_SAMPLER_ARG: 0 }, () => traced('verification', run, nothing));
    expect(collector.bodies).toEqual([]);
  });

  it('holds no spans of libraries', async () => {
    const collector = await sent({}, async () =>
      trace.getTracer('a-library').startSpan('GET /?secret=planted').end(),
    );
    expect(collector.bodies).toEqual([]);
  });

  it('goes on elsewhere with a link, and begins anew with one that leads nowhere', async () => {
    let link: string | undefined;
    const collector = await sent({}, async () => {
      await traced('request', {}, async () => {
        link = traceLink();
      });
      await continuing(link, () => traced('verification', run, nothing));
      await continuing('nonsense', () => traced('report', {}, nothing));
    });
    const [request, verification, report] = collector.spans();
    expect(verification?.traceId).toBe(request?.traceId);
    expect(verification?.parentSpanId).toBe(request?.spanId);
    expect(report?.traceId).not.toBe(request?.traceId);
  });

  it('tells a failure by a code, and never by its message', async () => {
    const failures = [
      new AppError('planted', { code: 'slack.replayed' }),
      new TypeError('planted'),
      Object.assign(new Error('x'), { name: 'planted words of somebody' }),
    ];
    const collector = await sent({}, async () => {
      for (const failure of failures)
        await traced('check', {}, () => Promise.reject(failure)).catch(() => undefined);
    });
    expect(collector.spans().map((span) => attributeOf(span, 'error.type'))).toEqual([
      'slack.replayed',
      'TypeError',
      'fault',
    ]);
    expect(collector.bodies.map(({ body }) => body.toString()).join()).not.toContain('planted');
  });
});

describe('a collector that is away', () => {
  it('keeps no process from its end', async () => {
    const OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${await freePort()}`;
    const begun = Date.now();
    await sent({ OTEL_EXPORTER_OTLP_ENDPOINT }, () => traced('verification', run, nothing));
    expect(Date.now() - begun).toBeLessThan(6_000);
    expect(lines).toHaveLength(1);
  });

  it('or that refuses what it is sent, is said in the log', async () => {
    // Nothing is taken in there.
    const server = createServer((_request, response) => response.writeHead(400).end());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${port}`;
    await sent({ OTEL_EXPORTER_OTLP_ENDPOINT }, async () => {
      await traced('verification', run, nothing);
      await until('the line', () => lines.length > 0, 20_000);
      // What is refused at the end too is not said again.
      await traced('verification', run, nothing);
    });
    server.close();
    const said = lines.map((line) => JSON.parse(line) as { msg: string; reason: string });
    expect(said.map(({ msg }) => msg)).toEqual(['traces could not be sent']);
    expect(said[0]?.reason).toContain('Bad Request');
  });
});

describe('without a collector', () => {
  it('there is no link, and lines of the log still tell of what they are', async () => {
    await traced('verification', run, async () => {
      expect(traceLink()).toBeUndefined();
      logger.info({ reference: 'of one line' }, 'before');
      logger.info('inside');
    });
    logger.info('outside');
    const [, inside, outside] = lines.map((line) => JSON.parse(line) as object);
    expect(inside).toMatchObject({ ...run, msg: 'inside' });
    expect(inside).not.toHaveProperty('traceId');
    expect(inside).not.toHaveProperty('reference');
    expect(outside).not.toHaveProperty('runId');
  });

  it('an error that is logged further out still tells of what it was thrown in', async () => {
    const failing = traced('verification', run, () =>
      traced('check', { connectionId: 'c-2' }, () => Promise.reject(new Error('no'))),
    );
    await failing.catch((err: unknown) => logger.error({ err }, 'outside'));
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ ...run, connectionId: 'c-2', msg: 'outside' });
  });

  it('an error that several runs were given tells of none of them', async () => {
    const broken = new Error('the connection broke');
    for (const runId of ['r-1', 'r-2'])
      await traced('verification', { ...run, runId }, () => Promise.reject(broken)).catch(() => undefined);
    logger.error({ err: broken }, 'outside');
    expect(JSON.parse(lines[0] ?? '')).not.toHaveProperty('runId');
  });
});
