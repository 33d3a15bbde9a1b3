import type { Key } from './answers.ts';
import type { Explanation } from './bindings.ts';

const basicRoles: Readonly<Record<string, string>> = { 'roles/owner': 'Owner', 'roles/editor': 'Editor' };

/** Days after which Google recommends to replace a key: https://cloud.google.com/iam/docs/key-rotation */
const oldAfter = 90;

/** What is said beside the findings. */
export function* notesOn({ policy, member }: Explanation, key: Key | undefined): Generator<string> {
  const bound = policy?.bindings.filter(({ members }) => members.includes(member)) ?? [];
  const wide = bound.flatMap(({ role }) => basicRoles[role] ?? []);
  if (wide.length > 0)
    yield `This service account is ${[...new Set(wide)].join(' and ')} of the project, which is far more than builds need: the documented roles are enough.`;
  if (!key?.validAfterTime) return;
  const days = Math.floor((Date.now() - Date.parse(key.validAfterTime)) / 86_400_000);
  if (days > oldAfter)
    yield `The key was made on ${key.validAfterTime.slice(0, 10)}, ${days} days ago. Google recommends to replace keys after ${oldAfter} days.`;
}
