import { providerEntry } from '../entry.ts';

/** Amazon Web Services; what the SDK reads of the environment by itself, such as AWS_ENDPOINT_URL, is no setting of ours. */
export const aws = providerEntry({
  id: 'aws',
  settings: {},
  load: async () => (await import('./provider.ts')).createAws(),
});
