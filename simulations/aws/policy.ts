/** A reduced IAM evaluator: what the documentation of AWS says of Allow, Deny, wildcards and layers. */

type Statement = {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
};
export type Policy = {
  readonly Version?: string;
  readonly Statement: Statement | readonly Statement[];
  /** Of a managed policy; AWS names it in refusals. */
  readonly arn?: string;
};

export type Layers = {
  readonly identity: readonly Policy[];
  readonly boundary?: Policy | undefined;
  readonly scps?: readonly Policy[] | undefined;
  readonly session?: Policy | undefined;
  /** Of the network that the call comes through. */
  readonly endpoint?: Policy | undefined;
};
export type Question = {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
};
export type Decision = {
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny';
  readonly layer?: keyof Layers;
  /** The ARN of the policy that denies, where it has one. */
  readonly policy?: string;
  readonly missingContext: readonly string[];
};

function list(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'is').test(text);
}

function holds(statement: Statement, question: Question, missing: Set<string>): boolean {
  const { action, resource, context } = question;
  const isAction = statement.NotAction
    ? !list(statement.NotAction).some((pattern) => matches(pattern, action))
    : list(statement.Action).some((pattern) => matches(pattern, action));
  if (!isAction || !list(statement.Resource ?? '*').some((pattern) => matches(pattern, resource)))
    return false;
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => {
      const actual = context[key];
      if (actual === undefined) {
        missing.add(key);
        return operator.endsWith('IfExists');
      }
      const equal = list(wanted).some((pattern) =>
        operator.includes('Like') ? matches(pattern, actual) : pattern === actual,
      );
      return operator.includes('Not') ? !equal : equal;
    }),
  );
}

/** Deny wins in every layer; then each layer that is present must allow. */
export function evaluate(layers: Layers, question: Question): Decision {
  const missing = new Set<string>();
  const present: [keyof Layers, readonly Policy[]][] = [
    ['scps', layers.scps ?? []],
    ['boundary', layers.boundary ? [layers.boundary] : []],
    ['session', layers.session ? [layers.session] : []],
    ['endpoint', layers.endpoint ? [layers.endpoint] : []],
    ['identity', layers.identity],
  ];
  const effect = (policies: readonly Policy[], wanted: Statement['Effect']) =>
    policies
      .flatMap(({ Statement: statements }) => statements)
      .some((statement) => statement.Effect === wanted && holds(statement, question, missing));

  for (const [layer, policies] of present) {
    const denying = policies.find((policy) => effect([policy], 'Deny'));
    if (!denying) continue;
    const { arn: policy } = denying;
    return { decision: 'explicitDeny', layer, missingContext: [...missing], ...(policy && { policy }) };
  }
  for (const [layer, policies] of present) {
    const isPresent = layer === 'identity' || policies.length > 0;
    if (isPresent && !effect(policies, 'Allow')) {
      return { decision: 'implicitDeny', layer, missingContext: [...missing] };
    }
  }
  return { decision: 'allowed', missingContext: [...missing] };
}
