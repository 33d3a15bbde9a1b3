import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as OTLP's JSON has it, of what is looked at: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
export type CollectedSpan = {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly {
    readonly key: string;
    readonly value: { readonly stringValue?: string; readonly intValue?: number };
  }[];
  readonly status: { readonly code?: number; readonly message?: string };
};
type Exported = {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly CollectedSpan[] }[];
  }[];
};

/** What an attribute of a span says; undefined where it has none. */
export function attributeOf({ attributes }: CollectedSpan, key: string): string | undefined {
  const value = attributes.find((each) => each.key === key)?.value;
  const said = value?.stringValue ?? value?.intValue;
  return said === undefined ? undefined : String(said);
}

/** Starts a collector of traces on loopback, which keeps what it is sent. */
export async function startCollector() {
  const bodies: { type: string; body: Buffer }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.url !== '/v1/traces') return void response.writeHead(404).end();
    bodies.push({ type: String(request.headers['content-type']), body: Buffer.concat(chunks) });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  // Longer than the pause between two batches of spans.
  server.keepAliveTimeout = 75_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Everything that came, as it came. */
    bodies: bodies as readonly { readonly type: string; readonly body: Buffer }[],
    /** The spans that came as JSON. */
    spans: (): CollectedSpan[] =>
      bodies
        .filter(({ type }) => type.startsWith('application/json'))
        .map(({ body }) => JSON.parse(body.toString()) as Exported)
        .flatMap(({ resourceSpans }) => resourceSpans)
        .flatMap(({ scopeSpans }) => scopeSpans)
        .flatMap(({ spans }) => spans),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
export type Collector = Awaited<ReturnType<typeof startCollector>>;
