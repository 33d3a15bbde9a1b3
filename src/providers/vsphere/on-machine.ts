import { fromVariables, type OnMachine } from '../machine.ts';

/** What govc reads: https://github.com/vmware/govmomi/blob/main/govc/README.md */
const names = {
  username: ['GOVC_USERNAME'],
  password: ['GOVC_PASSWORD'],
  datacenter: ['GOVC_DATACENTER'],
  cluster: ['GOVC_CLUSTER', 'GOVC_HOST'],
  resourcePool: ['GOVC_RESOURCE_POOL'],
  folder: ['GOVC_FOLDER'],
  datastore: ['GOVC_DATASTORE'],
  network: ['GOVC_NETWORK'],
};

/** A percent sign that begins no code stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address in the forms that govc takes: a host, `user:password@host`, or a URL. */
function readAddress(text: string): Record<string, string> {
  const address = URL.parse(text.includes('://') ? text : `https://${text}`);
  if (!address) return { host: text };
  const parts = {
    host: address.hostname,
    port: address.port,
    username: decoded(address.username),
    password: decoded(address.password),
  };
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== ''));
}

/** The credential that govc finds on a machine. */
export const onMachine: OnMachine = {
  places: 'GOVC_URL, GOVC_USERNAME and GOVC_PASSWORD',
  async find({ variables }) {
    const address = variables.GOVC_URL?.trim();
    if (!address) return undefined;
    const { values, used } = fromVariables(variables, names);
    return { values: { ...readAddress(address), ...values }, from: ['GOVC_URL', ...used].join(', ') };
  },
};
