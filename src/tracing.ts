import { AsyncLocalStorage } from 'node:async_hooks';
import {
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { isAppError } from './errors.ts';

/** What a trace consists of, besides calls of providers. */
export type Part = 'request' | 'verification' | 'check' | 'report' | 'decode' | 'message';

/**
 * What a part of a trace, and each line of the log meanwhile, tells of itself: ids that mean nothing outside, and words of sets
 * that the code knows. Never a name, a secret, or anything that a person wrote.
 */
export type Facts = {
  readonly runId?: string | undefined;
  readonly workspaceId?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly provider?: string | undefined;
  readonly platform?: string | undefined;
  /** Which kind of request, message or job. */
  readonly kind?: string | undefined;
  readonly verdict?: string | undefined;
};

/** The name under which the bot's own spans are made; others are not sent. */
export const tracerName = 'xoap-chatops';

const kinds: Readonly<Record<Part, SpanKind>> = {
  request: SpanKind.SERVER,
  verification: SpanKind.CONSUMER,
  check: SpanKind.INTERNAL,
  report: SpanKind.CONSUMER,
  decode: SpanKind.CONSUMER,
  message: SpanKind.CLIENT,
};

const attributeNames: Readonly<Record<keyof Facts, string>> = {
  runId: 'xoap.run_id',
  workspaceId: 'xoap.workspace_id',
  connectionId: 'xoap.connection_id',
  provider: 'xoap.provider',
  platform: 'xoap.platform',
  kind: 'xoap.kind',
  verdict: 'xoap.verdict',
};
const attributesOf = (facts: Facts) =>
  Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [attributeNames[name as keyof Facts], value]),
  );

/** What a failure is called: a code, since messages may hold anything. */
export function failureOf(error: unknown): string {
  const code = isAppError(error) ? error.code : error instanceof Error ? error.name : 'fault';
  return /^[\w.-]{1,64}$/.test(code) ? code : 'fault';
}

type LogFields = Pick<Facts, 'runId' | 'workspaceId' | 'connectionId'> & { readonly traceId?: string };
const current = new AsyncLocalStorage<LogFields>();
/** What was known where an error was thrown, for whoever logs it further out. */
const thrownIn = new WeakMap<object, LogFields>();

/** What every line of the log tells now: of which run, workspace, connection and trace it is. */
export const logFields = (): LogFields => current.getStore() ?? {};

/** The same of where an error was thrown. */
export const logFieldsOf = (error: unknown): LogFields =>
  (error instanceof Error && thrownIn.get(error)) || {};

/** Keeps what is known now with an error. One that several runs were given, as a connection that broke, tells of none of them. */
function rememberWhere(error: Error): void {
  const [known, now] = [thrownIn.get(error), logFields()];
  const isOfAnother = (['runId', 'workspaceId'] as const).some(
    (name) => known?.[name] !== undefined && now[name] !== undefined && known[name] !== now[name],
  );
  if (known === undefined || isOfAnother) thrownIn.set(error, isOfAnother ? {} : now);
}

function fieldsWithin({ runId, workspaceId, connectionId }: Facts, span: Span): LogFields {
  const own = { runId, workspaceId, connectionId };
  const known = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  const { traceId } = span.spanContext();
  return Object.freeze({ ...logFields(), ...known, ...(span.isRecording() && { traceId }) });
}

/**
 * Does work as a part of the trace that is under way, else of a new one. Lines of the log meanwhile tell the facts too. Costs
 * next to nothing where nobody collects traces.
 */
export function traced<Result>(part: Part, facts: Facts, work: () => Promise<Result>): Promise<Result> {
  const span = trace
    .getTracer(tracerName)
    .startSpan(part, { kind: kinds[part], attributes: attributesOf(facts) });
  return context.with(trace.setSpan(context.active(), span), () =>
    current.run(fieldsWithin(facts, span), async () => {
      try {
        return await work();
      } catch (error) {
        if (error instanceof Error) rememberWhere(error);
        span.setAttribute('error.type', failureOf(error));
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    }),
  );
}

/** Lets lines of the log tell of a run that is carried out for somebody else, who has its part of the trace. */
export const inRun = <Result>(runId: string | undefined, work: () => Promise<Result>): Promise<Result> =>
  runId === undefined ? work() : current.run(Object.freeze({ ...logFields(), runId }), work);

/** Adds what came of it to the part that is under way. */
export function noteInTrace(facts: Facts): void {
  trace.getActiveSpan()?.setAttributes(attributesOf(facts));
}

/** A link to the part that is under way, for what goes on elsewhere; undefined where nobody collects traces. */
export function traceLink(): string | undefined {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}

/** Does work in the trace that a link leads to. */
export const continuing = <Result>(link: string | undefined, work: () => Promise<Result>): Promise<Result> =>
  link === undefined ? work() : context.with(propagation.extract(ROOT_CONTEXT, { traceparent: link }), work);
