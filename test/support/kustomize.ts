import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';

export const overlays = ['single', 'several', 'keda'] as const;
export type Overlay = (typeof overlays)[number];

/** An object of Kubernetes, of which only this is known of all of them. */
export type KubernetesObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
};
type Changing = Record<string, unknown> & KubernetesObject;

/** What our files of Kustomize use, and no more; some of its versions take unknown names in silence. */
const Kustomization = z.strictObject({
  apiVersion: z.literal('kustomize.config.k8s.io/v1beta1'),
  kind: z.literal('Kustomization'),
  namespace: z.string().optional(),
  resources: z.array(z.string()),
  images: z.array(z.strictObject({ name: z.string(), newTag: z.string() })).default([]),
  configMapGenerator: z
    .array(z.strictObject({ name: z.string(), literals: z.array(z.string().regex(/^[A-Z_]+=/)) }))
    .default([]),
  patches: z
    .array(
      z.strictObject({
        target: z.strictObject({ kind: z.string(), name: z.string().default('.*') }),
        patch: z.string(),
      }),
    )
    .default([]),
});
const Patch = z.union([
  z.looseObject({ $patch: z.literal('delete') }),
  z.array(z.strictObject({ op: z.literal('add'), path: z.string(), value: z.unknown() })),
]);

const objectsIn = (text: string) => parseAllDocuments(text).map((document) => document.toJS() as Changing);

/** https://www.rfc-editor.org/rfc/rfc6902#section-4.1 */
function add(object: unknown, path: string, value: unknown): void {
  const names = path.split('/').slice(1);
  const last = names.pop() ?? '';
  const place = names.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], object);
  if (Array.isArray(place) && last === '-') place.push(value);
  else if (place && typeof place === 'object' && !Array.isArray(place))
    Object.assign(place, { [last]: value });
  else throw new Error(`Nothing can be added at ${path}`);
}

function patched(
  objects: readonly Changing[],
  { target, patch }: z.output<typeof Kustomization>['patches'][number],
): Changing[] {
  const names = new RegExp(`^(?:${target.name})$`);
  const isMeant = ({ kind, metadata }: Changing) => kind === target.kind && names.test(metadata.name);
  if (!objects.some(isMeant)) throw new Error(`A patch is for no object: ${target.kind} ${target.name}`);
  const changes = Patch.parse(parse(patch));
  if (!Array.isArray(changes)) return objects.filter((object) => !isMeant(object));
  for (const object of objects.filter(isMeant))
    for (const { path, value } of changes) add(object, path, structuredClone(value));
  return [...objects];
}

/** What Kustomize would make of a folder, but for the hashes that it puts behind the names of generated objects. */
async function build(folder: string): Promise<Changing[]> {
  const text = await readFile(join(folder, 'kustomization.yaml'), 'utf8');
  const { namespace, resources, images, configMapGenerator, patches } = Kustomization.parse(parse(text));
  const found = await Promise.all(
    resources.map(async (resource) => {
      const path = join(folder, resource);
      return (await stat(path)).isDirectory() ? build(path) : objectsIn(await readFile(path, 'utf8'));
    }),
  );
  const generated = configMapGenerator.map(({ name, literals }) => {
    const data = Object.fromEntries(literals.map((literal) => literal.split(/=(.*)/s).slice(0, 2)));
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data } as Changing;
  });
  const all = patches.reduce(patched, [...found.flat(), ...generated]);
  const tagged = JSON.stringify(all, (key, value) => {
    const image = key === 'image' && images.find(({ name }) => String(value).startsWith(`${name}:`));
    return image ? `${image.name}:${image.newTag}` : value;
  });
  const objects = JSON.parse(tagged) as Changing[];
  return objects.map((object) =>
    namespace ? { ...object, metadata: { ...object.metadata, namespace } } : object,
  );
}

export const folderOf = (overlay: Overlay) => `deploy/kubernetes/overlays/${overlay}`;

/** The objects of an overlay. */
export const buildOverlay = (overlay: Overlay): Promise<KubernetesObject[]> => build(folderOf(overlay));

const run = promisify(execFile);
/** Whether Kustomize itself is here, as kubectl has it; that of Debian 12 is too old to know our files. */
export const isWithoutKustomize = await run('kubectl', ['version', '--client']).then(
  ({ stdout }) => !/Kustomize Version: v[5-9]/.test(stdout),
  () => true,
);

/** The same as Kustomize itself puts it together. */
export async function askKustomize(folder: string): Promise<KubernetesObject[]> {
  const { stdout } = await run('kubectl', ['kustomize', folder]);
  return objectsIn(stdout.replaceAll(/\b(xoap-settings)-[a-z0-9]{10}\b/g, '$1'));
}
