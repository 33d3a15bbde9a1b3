import { lazily } from '../lazily.ts';
import awsImageManagement from './image-management/aws.json' with { type: 'json' };
import azureImageManagement from './image-management/azure.json' with { type: 'json' };
import googleImageManagement from './image-management/google.json' with { type: 'json' };
import vsphereImageManagement from './image-management/vsphere.json' with { type: 'json' };
import { type Profile, parseProfile } from './profile.ts';
import awsPublishImages from './publish-images/aws.json' with { type: 'json' };
import azurePublishImages from './publish-images/azure.json' with { type: 'json' };
import googlePublishImages from './publish-images/google.json' with { type: 'json' };
import vspherePublishImages from './publish-images/vsphere.json' with { type: 'json' };
import awsRunScripts from './run-scripts/aws.json' with { type: 'json' };
import azureRunScripts from './run-scripts/azure.json' with { type: 'json' };
import googleRunScripts from './run-scripts/google.json' with { type: 'json' };
import vsphereRunScripts from './run-scripts/vsphere.json' with { type: 'json' };

const files: readonly unknown[] = [
  awsImageManagement,
  azureImageManagement,
  googleImageManagement,
  vsphereImageManagement,
  awsRunScripts,
  azureRunScripts,
  googleRunScripts,
  vsphereRunScripts,
  awsPublishImages,
  azurePublishImages,
  googlePublishImages,
  vspherePublishImages,
];

const all = lazily(() => files.map(parseProfile));

/** The profiles of a provider that ship with this version, the documented one first. */
export const shippedProfiles = (provider: string): Profile[] =>
  all().filter((profile) => profile.provider === provider);
