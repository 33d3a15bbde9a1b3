import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { ScaledObject, TriggerAuthentication } from '@kubernetes-models/keda/keda.sh/v1alpha1';
import { Deployment, type IDeployment, type IStatefulSet, StatefulSet } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { type INetworkPolicy, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Service } from 'kubernetes-models/v1';
import { beforeAll, describe, expect, it } from 'vitest';
import { allSettings, readConfig } from '../../src/config/config.ts';
import { containerOf, environmentOf, madeUp, ofKind } from '../support/kubernetes.ts';
import {
  askKustomize,
  buildOverlay,
  folderOf,
  isWithoutKustomize,
  type KubernetesObject,
  type Overlay,
  overlays,
} from '../support/kustomize.ts';

const run = promisify(execFile);

/** Kubernetes' own schemas, and the module that each is from, by the kind. */
const schemas = {
  Deployment: [Deployment, 'kubernetes-models/apps/v1'],
  StatefulSet: [StatefulSet, 'kubernetes-models/apps/v1'],
  HorizontalPodAutoscaler: [HorizontalPodAutoscaler, 'kubernetes-models/autoscaling/v2'],
  NetworkPolicy: [NetworkPolicy, 'kubernetes-models/networking.k8s.io/v1'],
  PodDisruptionBudget: [PodDisruptionBudget, 'kubernetes-models/policy/v1'],
  ConfigMap: [ConfigMap, 'kubernetes-models/v1'],
  Service: [Service, 'kubernetes-models/v1'],
  ScaledObject: [ScaledObject, '@kubernetes-models/keda/keda.sh/v1alpha1'],
  TriggerAuthentication: [TriggerAuthentication, '@kubernetes-models/keda/keda.sh/v1alpha1'],
} as const;
const schemaOf = ({ kind }: KubernetesObject) => {
  const known = schemas[kind as keyof typeof schemas];
  if (!known) throw new Error(`No schema of a ${kind} is known here`);
  return known;
};

/** Why Kubernetes would not take an object; undefined where it would. */
function refusalOf(object: KubernetesObject): string | undefined {
  const [Model] = schemaOf(object);
  try {
    new Model(object as never).validate();
  } catch (error) {
    return String(error);
  }
  return undefined;
}

/** What is said of fields that these schemas do not have; their types are what refuses a field too many. */
async function unknownFields(objects: readonly KubernetesObject[]): Promise<string[]> {
  const folder = '.xoap/kubernetes-types';
  const lines = objects.map((object, index) => {
    const [, module] = schemaOf(object);
    return `export const o${index}: import('${module}').I${object.kind} = ${JSON.stringify(object)};`;
  });
  await mkdir(folder, { recursive: true });
  const file = `${folder}/objects-${process.pid}.ts`;
  await writeFile(file, lines.join('\n'));
  const options = ['--noEmit', '--skipLibCheck', '--strict', '--module', 'nodenext', '--target', 'esnext'];
  try {
    await run('node_modules/.bin/tsc', ['--ignoreConfig', ...options, file]);
    return [];
  } catch (error) {
    return (error as { stdout: string }).stdout.trim().split('\n');
  } finally {
    await rm(file);
  }
}

/** The keys with which the document has a secret made. */
const literalsOf = (document: string, secret: string) => {
  const [command = ''] = (document.split(`secret generic ${secret}`)[1] ?? '').split(/\n *(?:#|```)/);
  return [...command.matchAll(/--from-literal=([A-Za-z_]+)=/g)].map(([, key]) => key);
};

const nameOf = ({ kind, metadata: { name } }: KubernetesObject) => `${kind} ${name}`;

const built = new Map<Overlay, KubernetesObject[]>();
const objectsOf = (overlay: Overlay) => built.get(overlay) ?? [];
beforeAll(async () => {
  await Promise.all(overlays.map(async (overlay) => built.set(overlay, await buildOverlay(overlay))));
});

describe.each(overlays)('deploy/kubernetes/overlays/%s', (overlay) => {
  it('is of objects that Kubernetes takes', async () => {
    for (const object of objectsOf(overlay)) expect(refusalOf(object)).toBeUndefined();
    expect(await unknownFields(objectsOf(overlay))).toEqual([]);
  });

  it('sets what the bot knows, and with the secrets that the documents name each process starts', async () => {
    const deployments = ofKind<IDeployment>(objectsOf(overlay), 'Deployment');
    const document = await readFile('docs/install-kubernetes.md', 'utf8');
    expect(deployments.map(({ metadata }) => metadata?.name)).toEqual(['xoap-bot', 'xoap-worker']);
    for (const deployment of deployments) {
      const environment = environmentOf(containerOf(deployment), objectsOf(overlay), madeUp);
      expect([...Object.keys(allSettings), 'REDIS_PASSWORD']).toEqual(
        expect.arrayContaining(Object.keys(environment)),
      );
      expect(readConfig(environment)).toMatchObject({
        NODE_ENV: 'production',
        XOAP_PROCESS: deployment.metadata?.name?.replace('xoap-', ''),
        REDIS_URL: expect.stringContaining('fakefakefakefake@'),
      });
      const text = JSON.stringify(deployment);
      for (const [name, keys] of Object.entries(madeUp))
        if (text.includes(`"${name}"`))
          expect(literalsOf(document, name)).toEqual(expect.arrayContaining(Object.keys(keys)));
    }
  });

  it('asks each process where it tells of its health, and gives it the time that it takes to end', () => {
    for (const deployment of ofKind<IDeployment>(objectsOf(overlay), 'Deployment')) {
      const { livenessProbe, readinessProbe, startupProbe, ports } = containerOf(deployment);
      const health = ports?.find(({ name }) => name === 'health')?.containerPort;
      const { XOAP_HEALTH_PORT } = environmentOf(containerOf(deployment), objectsOf(overlay), madeUp);
      expect(String(health)).toBe(XOAP_HEALTH_PORT);
      const probes = [startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet);
      expect(probes.map((probe) => probe?.port)).toEqual(['health', 'health', 'health']);
      expect(probes.map((probe) => probe?.path)).toEqual(['/livez', '/livez', '/readyz']);
      // The process ends within 20 s, after the five in which nothing is sent to it any more.
      expect(deployment.spec?.template.spec?.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(26);
    }
  });

  it('runs nothing as root, on no tree that it could write to, with no right beyond', () => {
    const workloads = [
      ...ofKind<IDeployment>(objectsOf(overlay), 'Deployment'),
      ...ofKind<IStatefulSet>(objectsOf(overlay), 'StatefulSet'),
    ];
    for (const { spec } of workloads) {
      const pod = spec?.template.spec;
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      for (const container of pod?.containers ?? []) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(Object.keys(container.resources?.requests ?? {})).toEqual(['cpu', 'memory']);
        expect(Object.keys(container.resources?.limits ?? {})).toEqual(['cpu', 'memory']);
      }
    }
  });

  it('lets each pod reach Redis, DNS and what is outside, and nothing else inside', () => {
    const policies = ofKind<INetworkPolicy>(objectsOf(overlay), 'NetworkPolicy');
    for (const name of ['xoap-bot', 'xoap-worker']) {
      const egress = policies.find(({ metadata }) => metadata?.name === name)?.spec?.egress ?? [];
      const ports = egress.flatMap((rule) => rule.ports?.map(({ port }) => port));
      expect(new Set(ports)).toEqual(new Set([53, 443, 6379]));
      const open = egress.find(({ to }) => to?.some(({ ipBlock }) => ipBlock?.cidr === '0.0.0.0/0'));
      expect(open?.to?.[0]?.ipBlock?.except).toContain('169.254.0.0/16');
      // Where a rule has no address, it holds for all of them.
      for (const rule of egress) expect(rule.to?.length).toBeGreaterThan(0);
    }
    const selected = policies.map(({ spec }) => spec?.podSelector?.matchLabels?.['app.kubernetes.io/name']);
    const pods = [
      ...ofKind<IDeployment>(objectsOf(overlay), 'Deployment'),
      ...ofKind<IStatefulSet>(objectsOf(overlay), 'StatefulSet'),
    ];
    for (const { spec } of pods)
      expect(selected).toContain(spec?.template.metadata?.labels?.['app.kubernetes.io/name']);
  });

  it.skipIf(isWithoutKustomize)('is what Kustomize itself makes of it', async () => {
    const byName = (objects: readonly KubernetesObject[]) =>
      objects.toSorted((one, other) => nameOf(one).localeCompare(nameOf(other)));
    expect(byName(objectsOf(overlay))).toEqual(byName(await askKustomize(folderOf(overlay))));
  });
});

describe.skipIf(isWithoutKustomize)('an overlay of one’s own, as the document has it', () => {
  it('changes what differs with every cluster', async () => {
    const document = await readFile('docs/install-kubernetes.md', 'utf8');
    const [, block = ''] = /```yaml\n(.*?)```/s.exec(document) ?? [];
    const folder = '.xoap/own-overlay';
    await mkdir(folder, { recursive: true });
    const text = block.replaceAll(/^ {3}/gm, '').replace('../xoap-chatops/', '../../');
    await writeFile(`${folder}/kustomization.yaml`, text);
    const objects = await askKustomize(folder);
    await rm(folder, { recursive: true });

    expect(JSON.stringify(objects)).not.toMatch(/192\.0\.2\.|registry\.example\.com/);
    const policies = ofKind<INetworkPolicy>(objects, 'NetworkPolicy');
    const reached = policies.map(({ spec }) =>
      spec?.egress?.flatMap(({ to = [] }) => to.flatMap(({ ipBlock }) => ipBlock?.cidr ?? [])).slice(3),
    );
    expect(reached).toEqual([['198.51.100.20/32'], ['198.51.100.10/32', '198.51.100.20/32']]);
    const [settings] = ofKind<{ data: Record<string, string> }>(objects, 'ConfigMap');
    expect(settings?.data).toMatchObject({ XOAP_PUBLIC_URL: 'https://bot.example.com', XOAP_METRICS: '1' });
  });
});

describe('the schemas', () => {
  it('refuse what is wrong, lacking or unknown', async () => {
    const [deployment] = ofKind<IDeployment>(objectsOf('several'), 'Deployment');
    const changed = (spec: object) => ({ ...deployment, spec: { ...deployment?.spec, ...spec } }) as never;
    expect(refusalOf(changed({ replicas: 'two' }))).toContain('replicas');
    expect(refusalOf(changed({ template: undefined }))).toContain('template');
    expect((await unknownFields([changed({ replica: 2 })])).join()).toContain('replica');
  });
});

describe('overlays/keda', () => {
  it('counts what waits for its turn or runs, where the bot keeps it', async () => {
    const [scaled] = ofKind<{ spec: { triggers: { metadata: { listName: string } }[] } }>(
      objectsOf('keda'),
      'ScaledObject',
    );
    const source = await readFile('jobs/verifications/turns.ts', 'utf8');
    expect(source).toContain(`runs: '${scaled?.spec.triggers[0]?.metadata.listName}'`);
    const scalers = objectsOf('keda').filter(({ kind }) => /Autoscaler|ScaledObject/.test(kind));
    expect(scalers.map(nameOf).sort()).toEqual([
      'HorizontalPodAutoscaler xoap-bot',
      'ScaledObject xoap-worker',
    ]);
  });
});
