import {
  context,
  DiagLogLevel,
  diag,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type ReadableSpan,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import packageFile from '../../package.json' with { type: 'json' };
import type { Config } from '../config/config.ts';
import { late, within } from '../deadline.ts';
import type { Logger } from '../logger.ts';
import { watchCalls } from '../outgoing.ts';
import { tracerName } from '../tracing.ts';
import type { Closable } from './parts.ts';

export type TracingSettings = Pick<Config, 'OTEL_EXPORTER_OTLP_PROTOCOL' | 'OTEL_TRACES_SAMPLER_ARG'> & {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT: string;
};

/** Milliseconds that the last spans get to be sent; and between two words in the log about a collector that takes none. */
const closingMs = 1_000;
const quietMs = 60_000;

async function exporterFor(settings: TracingSettings): Promise<SpanExporter> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: protocol } = settings;
  const { OTLPTraceExporter } =
    protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` });
}

/** Sends the bot's own spans and no other: what libraries put into theirs is not known here. */
class OwnSpans extends BatchSpanProcessor {
  override onEnd(span: ReadableSpan): void {
    if (span.instrumentationScope.name === tracerName) super.onEnd(span);
  }
}

/** Lets OpenTelemetry say in the log that something is wrong, once in a while. */
function logTroubles(logger: Logger): (message: string) => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  const say = (message: string) => {
    if (Date.now() - saidAt < quietMs) return;
    saidAt = Date.now();
    logger.warn({ reason: message.split('\n', 1)[0]?.slice(0, 300) }, 'traces could not be sent');
  };
  const silent = () => undefined;
  const logging = { error: say, warn: say, info: silent, debug: silent, verbose: silent };
  diag.setLogger(logging, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  return say;
}

/** Makes a span of each call of a provider. */
function traceCalls(): Closable {
  const tracer = trace.getTracer(tracerName);
  const calls = watchCalls(({ provider, method }) => {
    const attributes = { 'xoap.provider': provider, 'http.request.method': method };
    const span = tracer.startSpan('provider call', { kind: SpanKind.CLIENT, attributes });
    return (status) => {
      if (status === undefined) span.setStatus({ code: SpanStatusCode.ERROR });
      else span.setAttribute('http.response.status_code', status);
      span.end();
    };
  });
  return { close: async () => calls.close() };
}

/** Begins to send traces to a collector; what sends them is loaded with this file, and so only where somebody asked for it. */
export async function openTracing(settings: TracingSettings, logger: Logger): Promise<Closable> {
  const say = logTroubles(logger);
  const own = resourceFromAttributes({
    'service.name': tracerName,
    'service.version': packageFile.version,
  });
  const provider = new TracerProvider({
    resource: own.merge(detectResources({ detectors: [envDetector] })),
    sampler: new ParentBasedSampler({
      root: new TraceIdRatioBasedSampler(settings.OTEL_TRACES_SAMPLER_ARG),
    }),
    spanProcessors: [new OwnSpans({ exporter: await exporterFor(settings) })],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const calls = traceCalls();
  return {
    async close() {
      await calls.close();
      const ended = provider.shutdown().then(
        () => undefined,
        (error: unknown) => String(error),
      );
      const problem = await within(closingMs, ended);
      if (problem !== undefined) say(problem === late ? 'The last ones were not taken in time' : problem);
      trace.disable();
      context.disable();
      propagation.disable();
      diag.disable();
    },
  };
}
