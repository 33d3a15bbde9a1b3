import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { IContainer } from 'kubernetes-models/v1';
import type { KubernetesObject } from './kustomize.ts';

export const ofKind = <Kind>(objects: readonly KubernetesObject[], kind: string) =>
  objects.filter((object) => object.kind === kind) as unknown as Kind[];

/** The container of a deployment; each of ours has one. */
export function containerOf(deployment: IDeployment): IContainer {
  const [container] = deployment.spec?.template.spec?.containers ?? [];
  if (!container) throw new Error(`${deployment.metadata?.name} has no container`);
  return container;
}

/** Secrets by their names, made up, as an operator makes them. */
export type Secrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * The environment that a container starts with, as the kubelet makes it:
 * https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function environmentOf(
  { env = [], envFrom = [] }: IContainer,
  objects: readonly KubernetesObject[],
  secrets: Secrets,
): Record<string, string> {
  const maps = ofKind<{ metadata: { name: string }; data: Record<string, string> }>(objects, 'ConfigMap');
  const secret = (name = '') => {
    if (!secrets[name]) throw new Error(`There is no secret ${name}`);
    return secrets[name];
  };
  const environment: Record<string, string> = {};
  for (const { configMapRef, secretRef } of envFrom) {
    const map = maps.find(({ metadata }) => metadata.name === configMapRef?.name);
    Object.assign(environment, configMapRef ? map?.data : secret(secretRef?.name));
  }
  for (const { name, value = '', valueFrom } of env) {
    const ref = valueFrom?.secretKeyRef;
    const raw = ref ? secret(ref.name)[ref.key] : value;
    if (raw === undefined) throw new Error(`The secret ${ref?.name} has no ${ref?.key}`);
    environment[name] = raw.replace(/\$\((\w+)\)/g, (all, other: string) => environment[other] ?? all);
  }
  return environment;
}

/** The secrets that docs/install-kubernetes.md has an operator make. */
export const madeUp: Secrets = {
  'xoap-secrets': {
    XOAP_ENCRYPTION_KEYS: Buffer.alloc(32, 7).toString('base64'),
    SLACK_BOT_TOKEN: 'xoxb-fake',
    SLACK_SIGNING_SECRET: 'fake-signing-secret',
  },
  'xoap-valkey': { password: 'fakefakefakefake' },
  'xoap-redis': { url: 'rediss://:fakefakefakefake@redis.example.com:6379', password: 'fakefakefakefake' },
};
