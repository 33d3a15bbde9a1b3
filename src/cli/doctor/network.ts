import type { Config } from '../../config/config.ts';
import { readEnvironment } from '../../config/config.ts';
import type { Examined } from '../../examined.ts';
import type { Provider } from '../../providers/provider.ts';
import { type Reached, reachOverHttp, reachOverTcp } from './reach.ts';

/** Milliseconds that a clock may be off: AWS refuses what is signed five minutes off, Slack's requests are as old. */
const worstSkewMs = 5 * 60_000;
const badSkewMs = 60_000;

type Tried = { readonly place: string; readonly reached: Reached };

/** An address without what may be secret in it. */
const shownAddress = (place: string) => (URL.canParse(place) ? (URL.parse(place)?.origin ?? place) : place);

const reach = async (place: string): Promise<Tried> => ({
  place: place.includes('://') ? shownAddress(place) : place,
  reached: await (place.includes('://') ? reachOverHttp(place) : reachOverTcp(place)),
});

function examineProvider({ id, label }: Provider, tried: readonly Tried[], config: Config): Examined {
  const part = label;
  const lost = tried.filter(({ reached }) => !reached.isReached);
  if (tried.length === 0)
    return { part, state: 'skipped', text: 'no place to call is set by name, so none was tried' };
  if (lost.length === 0)
    return { part, state: 'ok', text: `reached at ${tried.map(({ place }) => place).join(' and ')}` };
  const text = lost.map(({ place, reached }) => `${place} is not reached: ${reached.why}`).join('; ');
  // Whoever has no connections of a provider need not reach it.
  const isNeeded = config.XOAP_WORKER_PROVIDERS.includes(id);
  const todo = `Connections of ${label} can be verified from here only once a firewall, a proxy and the name server let it through.`;
  return { part, state: isNeeded ? 'failed' : 'warning', text, todo };
}

/** Holds this machine's clock against those of the others; the middle one decides, since one of them may be wrong. */
export function examineClock(others: readonly { readonly time: Date; readonly askedAt: Date }[]): Examined {
  const part = 'Clock';
  const skews = others
    .map(({ time, askedAt }) => askedAt.getTime() - time.getTime())
    .toSorted((one, other) => one - other);
  const middle = skews.slice(Math.floor((skews.length - 1) / 2), Math.floor(skews.length / 2) + 1);
  const [skew] = middle.toSorted((one, other) => Math.abs(one) - Math.abs(other));
  if (skew === undefined) return { part, state: 'skipped', text: 'nobody who tells the time was reached' };
  const seconds = Math.round(Math.abs(skew) / 1000);
  if (Math.abs(skew) < badSkewMs) return { part, state: 'ok', text: 'within a minute of the others’' };
  return {
    part,
    state: Math.abs(skew) >= worstSkewMs ? 'failed' : 'warning',
    text: `it is ${seconds} s ${skew > 0 ? 'ahead' : 'behind'}`,
    todo: 'Set the clock (timedatectl set-ntp true): clouds and Slack refuse what is five minutes off.',
  };
}

const noNetwork: Examined = {
  part: 'Network',
  state: 'failed',
  text: 'no provider is reached at all',
  todo: 'Let this machine out to at least one of them.',
};

/** Tries to reach every provider, and holds the clock against theirs. */
export async function examineProviders(providers: readonly Provider[], config: Config): Promise<Examined[]> {
  const variables = readEnvironment();
  if (variables.HTTPS_PROXY ?? variables.https_proxy)
    return [
      {
        part: 'Providers',
        state: 'skipped',
        text: 'a proxy is set (HTTPS_PROXY), so none was tried without it',
      },
    ];
  const found = await Promise.all(
    providers.map(async (provider) => ({
      provider,
      tried: await Promise.all([...new Set(provider.reached?.(variables))].map(reach)),
    })),
  );
  const askedAt = new Date();
  const times = found.flatMap(({ tried }) =>
    tried.flatMap(({ reached: { time } }) => (time ? [{ time, askedAt }] : [])),
  );
  const all = found.flatMap(({ tried }) => tried);
  return [
    ...found.map(({ provider, tried }) => examineProvider(provider, tried, config)),
    ...(all.length > 0 && all.every(({ reached }) => !reached.isReached) ? [noNetwork] : []),
    examineClock(times),
  ];
}

/** Asks the bot from outside, the way that chat platforms come. */
export async function examinePublicAddress({ XOAP_PUBLIC_URL: url, ...config }: Config): Promise<Examined> {
  const part = 'Public address';
  if (!url) {
    const needsNone = config.SLACK_APP_TOKEN && !config.TEAMS_CLIENT_ID;
    const text = needsNone
      ? 'none is needed, since the bot opens the connection to Slack'
      : 'XOAP_PUBLIC_URL is not set, so it was not tried';
    return { part, state: 'skipped', text };
  }
  const address = `${new URL(url).origin}/livez`;
  const { isReached, status, text = '', why } = await reachOverHttp(address);
  if (text.startsWith('alive'))
    return { part, state: 'ok', text: `the bot answers at ${new URL(url).origin}` };
  return {
    part,
    state: 'failed',
    text: isReached
      ? `${address} is answered by something else (${status})`
      : `${address} is not reached: ${why}`,
    todo: `Start the bot, and let the proxy at ${new URL(url).origin} pass everything on to port ${config.XOAP_PORT} of this machine.`,
  };
}
