import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';

/** What came of a request: an HTTP class, that there were too many, or that no answer came. */
export type CallOutcome = '2xx' | '3xx' | '4xx' | '5xx' | 'throttled' | 'none';

export type OnCall = (call: {
  readonly provider: string;
  readonly outcome: CallOutcome;
  readonly seconds: number;
}) => void;

function outcomeOf(status: number | undefined): CallOutcome {
  if (status === 429) return 'throttled';
  const hundreds = Math.floor((status ?? 0) / 100);
  return hundreds >= 2 && hundreds <= 5 ? (`${hundreds}xx` as CallOutcome) : 'none';
}

type Begun = { readonly provider: string; readonly at: number };
/** Of Node's own client, which the SDKs use, and of `fetch`: https://nodejs.org/api/diagnostics_channel.html#built-in-channels */
type HttpEvent = { readonly request: ClientRequest; readonly response?: IncomingMessage };
type FetchEvent = { readonly request: object; readonly response?: { readonly statusCode: number } };

/** Watches the requests that leave while work is done for a provider, whichever SDK sends them. */
export function watchOutgoing(onCall: OnCall) {
  const current = new AsyncLocalStorage<string>();
  const begun = new WeakMap<object, Begun>();

  function begin(request: object): void {
    const provider = current.getStore();
    if (provider !== undefined) begun.set(request, { provider, at: performance.now() });
  }
  function end(request: object, status?: number): void {
    const known = begun.get(request);
    if (!known) return;
    begun.delete(request);
    const seconds = (performance.now() - known.at) / 1_000;
    onCall({ provider: known.provider, outcome: outcomeOf(status), seconds });
  }

  const channels: readonly (readonly [string, (message: unknown) => void])[] = [
    ['http.client.request.start', (message) => begin((message as HttpEvent).request)],
    [
      'http.client.response.finish',
      (message) => end((message as HttpEvent).request, (message as HttpEvent).response?.statusCode),
    ],
    ['http.client.request.error', (message) => end((message as HttpEvent).request)],
    ['undici:request:create', (message) => begin((message as FetchEvent).request)],
    [
      'undici:request:headers',
      (message) => end((message as FetchEvent).request, (message as FetchEvent).response?.statusCode),
    ],
    ['undici:request:error', (message) => end((message as FetchEvent).request)],
  ];
  for (const [channel, listener] of channels) subscribe(channel, listener);

  return {
    during: <Result>(provider: string, work: () => Promise<Result>): Promise<Result> =>
      current.run(provider, work),
    close() {
      for (const [channel, listener] of channels) unsubscribe(channel, listener);
    },
  };
}
