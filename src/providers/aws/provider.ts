import { shippedProfiles } from '../../catalog/shipped.ts';
import { type CredentialField, fieldsOf } from '../credential-form.ts';
import { loadInTurn } from '../load-in-turn.ts';
import type { Provider } from '../provider.ts';
import { causesOf } from './causes.ts';
import { parse } from './credentials.ts';
import { documented } from './documented.ts';
import { explain } from './explain.ts';
import { declaredFields } from './form.ts';
import { guide } from './guide.ts';
import { provable } from './provable.ts';
import { remediate } from './remediation.ts';
import type { AwsSettings } from './settings.ts';
import { carriedOut, codes, layers, methods } from './words.ts';

const profiles = shippedProfiles('aws');

/** Without what the operator does not allow. */
function offered(field: CredentialField, { ownIdentity }: AwsSettings): CredentialField {
  if (field.id !== 'authentication' || ownIdentity !== undefined) return field;
  const choices = (field.choices ?? []).map((group) => ({
    ...group,
    choices: group.choices.filter(({ keyless }) => keyless !== 'machine'),
  }));
  return { ...field, choices };
}

/** Amazon Web Services. */
export const createAws = (settings: AwsSettings = {}): Provider => ({
  id: 'aws',
  label: 'AWS',
  aliases: ['amazon'],
  type: 'cloud',
  profiles,
  fields: fieldsOf(declaredFields).map((field) => offered(field, settings)),
  words: { layers, methods, codes },
  notLookedAt:
    'quotas; rules that depend on what a build sets, such as tags, encryption or the instance type; KMS keys of encrypted disks; allowed-AMI rules; the network of the build machine',
  incidentCodes: [carriedOut],
  accountOf: ({ account }) => account,
  // The SDK reads the variable by itself, for tests and for endpoints of a network's own.
  reached: ({ AWS_ENDPOINT_URL: own }) => [own ?? 'https://sts.amazonaws.com'],
  onMachine: {
    places: 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE',
    hasProfiles: true,
    async find(machine) {
      const { find } = await import('./on-machine.ts');
      return find(machine);
    },
  },
  guide: (values, trust) => guide(values, trust, settings),
  parse,
  // With it come the SDK and the probes, which no process needs before its first verification.
  check: async (request) => {
    const { checkAccount } = await loadInTurn(() => import('./check.ts'));
    return checkAccount(request, settings);
  },
  causesOf,
  documented,
  explain,
  decode: async (request) => {
    const { decode } = await loadInTurn(() => import('./decode.ts'));
    return decode(request, settings);
  },
  provable,
  remediate,
});
