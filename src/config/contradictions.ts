import { redisContradictions } from '../../adapters/redis/settings.ts';
import { isSlackPersonId, isSlackSet, slackContradictions } from '../../adapters/slack/settings.ts';
import { isTeamsPersonId, isTeamsSet, teamsContradictions } from '../../adapters/teams/settings.ts';
import { connectionContradictions } from '../connections/settings.ts';
import { issuerAddressOf } from '../issuer/settings.ts';
import { providerContradictions, providerIds } from '../providers/registry.ts';
import { type Contradictions, entries } from '../setting.ts';

/** A worker that serves some providers or holds some credentials may do nothing else, and post nowhere. */
const chatContradictions: Contradictions = (set) => {
  const serves = Boolean(set.XOAP_WORKER_PROVIDERS ?? set.XOAP_HELD_CREDENTIALS);
  return isSlackSet(set) || isTeamsSet(set) || (set.XOAP_PROCESS === 'worker' && serves)
    ? []
    : ['SLACK_BOT_TOKEN: is missing, and so is TEAMS_CLIENT_ID; set one of them, or both'];
};

const workerContradictions: Contradictions = ({ XOAP_WORKER_PROVIDERS: served = '' }) =>
  entries(served.toLowerCase()).every((id) => providerIds.includes(id))
    ? []
    : [`XOAP_WORKER_PROVIDERS: must name providers, from: ${providerIds.join(', ')}`];

/** Says which entry it is and not what it holds: a secret may have been put there by mistake. */
const adminContradictions: Contradictions = ({ XOAP_ADMINS: admins = '' }) =>
  entries(admins).flatMap((id, index) =>
    isSlackPersonId(id) || isTeamsPersonId(id)
      ? []
      : [
          `XOAP_ADMINS: entry ${index + 1} is no id of a person; in Slack one looks like U012AB3CD (profile, ⋮, Copy member ID), in Teams it is the Entra object id, a GUID`,
        ],
  );

/** Teams without a secret stands on the issuer; its address is read as that of a setting, since no other text will do. */
const federatedContradictions: Contradictions = (set) => {
  const { TEAMS_FEDERATED: isFederated, XOAP_ISSUER_URL, XOAP_PUBLIC_URL } = set;
  return isFederated && !issuerAddressOf({ XOAP_ISSUER_URL, XOAP_PUBLIC_URL })
    ? ['TEAMS_FEDERATED: needs XOAP_ISSUER_URL, where Microsoft finds the keys of this bot']
    : [];
};

/** A page is nowhere without an address. */
const intakeContradictions: Contradictions = ({ XOAP_SECRET_INTAKE: intake, XOAP_PUBLIC_URL: url }) =>
  intake === 'link' && !url
    ? ['XOAP_SECRET_INTAKE: link needs XOAP_PUBLIC_URL, where people find the page']
    : [];

/** Looks at the texts as they were set, so that these problems are found even beside unreadable values. */
export const contradictions: Contradictions = (set) => [
  ...chatContradictions(set),
  ...(isSlackSet(set) ? slackContradictions(set) : []),
  ...(isTeamsSet(set) ? teamsContradictions(set) : []),
  ...federatedContradictions(set),
  ...redisContradictions(set),
  ...workerContradictions(set),
  ...adminContradictions(set),
  ...intakeContradictions(set),
  ...connectionContradictions(set),
  ...providerContradictions(set),
];
