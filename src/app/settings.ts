import { z } from 'zod';
import { httpsUrl, loopbackUrl, plainUrl, setting, wholeNumber } from '../setting.ts';

/** A service called xoap makes Kubernetes put its address there, which nobody set: `tcp://10.0.0.1:3000`. */
const notOfKubernetes = (value: unknown) =>
  typeof value === 'string' && /^(tcp|udp|sctp):\/\//.test(value) ? undefined : value;

/** What the operator sets about the process. */
export const processSettings = {
  NODE_ENV: setting(
    'production',
    'production (or development, test). It refuses what is only for trying out: a generated encryption key, a private Redis, and every setting that is only for tests.',
    z.enum(['production', 'development', 'test']).default('development'),
  ),
  XOAP_PROCESS: setting(
    'production',
    'What this process runs: bot (receives from chat), worker (verifies), or all.',
    z.enum(['all', 'bot', 'worker']).default('all'),
  ),
  XOAP_HOST: setting('anywhere', 'Address the HTTP server listens on.', z.string().default('127.0.0.1')),
  XOAP_PORT: setting(
    'anywhere',
    'Port the HTTP server listens on.',
    z.preprocess(notOfKubernetes, wholeNumber.min(0).max(65_535).default(3000)),
  ),
  XOAP_HEALTH_PORT: setting(
    'anywhere',
    'Port of /livez and /readyz where no chat platform is served over HTTP: in Socket Mode, and for workers; 0 for any free one.',
    wholeNumber.min(0).max(65_535).default(3001),
  ),
  XOAP_PUBLIC_URL: setting(
    'teams',
    'Address at which Teams and browsers reach the bot, such as https://bot.example.com: secrets can be entered on a page there; in Teams, wide tables, and charts where a client draws none, are shown as pictures from there, as words without it; with SLACK_CLIENT_ID, people install the app there.',
    z.union([httpsUrl, loopbackUrl], 'must be an address that starts with https://').optional(),
  ),
  XOAP_METRICS: setting(
    'anywhere',
    '1 to tell at /metrics, on XOAP_HEALTH_PORT alone, how the process does, for Prometheus; nothing is counted without it.',
    z.enum(['0', '1']).default('0'),
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: setting(
    'anywhere',
    'Address of an OpenTelemetry collector, such as http://localhost:4318, which is sent traces; none are made without it. docs/operations.md says which other variables of OpenTelemetry hold.',
    plainUrl.optional(),
  ),
  OTEL_EXPORTER_OTLP_PROTOCOL: setting(
    'anywhere',
    'What the collector is sent: http/protobuf or http/json.',
    z.enum(['http/protobuf', 'http/json']).default('http/protobuf'),
  ),
  OTEL_TRACES_SAMPLER_ARG: setting(
    'anywhere',
    'The share of traces that is sent, from 0 to 1.',
    z.coerce
      .number({ error: 'must be a number from 0 to 1' })
      .min(0, 'must be a number from 0 to 1')
      .max(1, 'must be a number from 0 to 1')
      .default(1),
  ),
  XOAP_LOG_LEVEL: setting(
    'anywhere',
    'How much is logged: debug, info, warn or error.',
    z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  ),
};
