import { redisContradictions } from '../../adapters/redis/settings.ts';
import { isSlackSet, slackContradictions } from '../../adapters/slack/settings.ts';
import { isTeamsSet, teamsContradictions } from '../../adapters/teams/settings.ts';
import { connectionContradictions } from '../connections/settings.ts';
import { providerContradictions, providerIds } from '../providers/registry.ts';
import { type Contradictions, entries } from '../setting.ts';

/** A worker for some providers alone posts nowhere. */
const chatContradictions: Contradictions = (set) => {
  const isForProviders = set.XOAP_PROCESS === 'worker' && Boolean(set.XOAP_WORKER_PROVIDERS);
  return isSlackSet(set) || isTeamsSet(set) || isForProviders
    ? []
    : ['SLACK_BOT_TOKEN: is missing, and so is TEAMS_CLIENT_ID; set one of them, or both'];
};

const workerContradictions: Contradictions = ({ XOAP_WORKER_PROVIDERS: served = '' }) =>
  entries(served.toLowerCase()).every((id) => providerIds.includes(id))
    ? []
    : [`XOAP_WORKER_PROVIDERS: must name providers, from: ${providerIds.join(', ')}`];

/** Looks at the texts as they were set, so that these problems are found even beside unreadable values. */
export const contradictions: Contradictions = (set) => [
  ...chatContradictions(set),
  ...(isSlackSet(set) ? slackContradictions(set) : []),
  ...(isTeamsSet(set) ? teamsContradictions(set) : []),
  ...redisContradictions(set),
  ...workerContradictions(set),
  ...connectionContradictions(set),
  ...providerContradictions(set),
];
