import type { Profile, ProviderId, Requirement } from '../catalog/profile.ts';
import type { Finding } from '../verification/finding.ts';
import type { Cause, CredentialDates, Identity, Remediation } from '../verification/verification.ts';
import type {
  CredentialField,
  FieldProblems,
  FieldValues,
  Guidance,
  ParsedCredential,
} from './credential-form.ts';
import type { OnMachine } from './machine.ts';
import type { Decoded, LogText, Told } from './told.ts';
import type { PossibleTrust, Workload } from './workload.ts';

/** What a check tells about one requirement; the catalogue knows the rest of the finding. */
export type Answer = {
  /** Where several requirements have the same id: the group of the one that is meant. */
  readonly group?: string;
} & Pick<
  Finding,
  | 'requirement'
  | 'state'
  | 'scope'
  | 'objects'
  | 'layer'
  | 'policy'
  | 'alsoLayer'
  | 'denial'
  | 'conflict'
  | 'condition'
  | 'formal'
  | 'holds'
  | 'method'
  | 'evidence'
>;

/** An answer without what it is an answer to. */
export type AnswerParts = Omit<Answer, 'requirement' | 'group'>;

/** What a check tells while it runs. */
export type CheckEvent =
  | { readonly type: 'call' }
  | {
      readonly type: 'identity';
      readonly identity: Identity;
      readonly target: Readonly<Record<string, string>>;
    }
  | { readonly type: 'answer'; readonly answer: Answer }
  | { readonly type: 'note'; readonly text: string }
  /** How much was read so far of what must be read before anything is told, in words: `1,200 objects`. */
  | { readonly type: 'reading'; readonly read: string }
  | { readonly type: 'credential'; readonly dates: CredentialDates }
  /** What some fields of the credential could be, by field; seen after the sign-in. */
  | { readonly type: 'choices'; readonly choices: Readonly<Record<string, readonly string[]>> }
  /** Something to copy that fixes nothing missing, such as a narrower policy. */
  | { readonly type: 'offer'; readonly remediation: Remediation };

/** What it takes to sign in and call. */
export type SigningIn = {
  readonly credential: Readonly<Record<string, string>>;
  /** Aborted at the deadline; every call to the provider carries it. */
  readonly signal: AbortSignal;
  /** Milliseconds that one call may take. */
  readonly callTimeoutMs: number;
  readonly emit: (event: CheckEvent) => void;
  /** What to sign in with where the provider trusts the bot and no secret is held; absent where the bot has no issuer. */
  readonly workload?: Workload | undefined;
};

export type CheckRequest = SigningIn & {
  readonly profileOptions: readonly string[];
  /** The requirements that count for this connection; each needs one answer. */
  readonly requirements: readonly Requirement[];
  /** Whether somebody has accepted what an answer says, so that no fix is for it. */
  readonly isAccepted?: (answer: Answer) => boolean;
};

export type RemediationRequest = {
  /** The missing findings. */
  readonly missing: readonly Finding[];
  /** All that count, the missing ones among them; for a fix that must keep what is held. */
  readonly counting?: readonly Finding[];
  readonly identity: Identity | undefined;
  readonly target: Readonly<Record<string, string>>;
};

/** Why a requirement cannot be asked about, or what is to be known of the answer; and where in it that is. */
export type Provability = {
  readonly mistake?: string;
  readonly remark?: string;
  readonly key?: 'id' | 'group' | 'on';
};

/** The providers that one process can verify. */
export type Providers = {
  /** In the order people are offered them. */
  readonly all: readonly Provider[];
  /** The provider with this id or alias in any case, or undefined when there is none. */
  find(id: string): Provider | undefined;
};

/** One cloud or virtualisation platform; each implementation is one folder beside this file. */
export type Provider = {
  readonly id: ProviderId;
  /** The name people know it by. */
  readonly label: string;
  /** Other words that people type for it, in small letters. */
  readonly aliases?: readonly string[];
  readonly type: 'cloud' | 'on-premises';
  /** What connections can be for, the documented one first; what the operator added comes last. */
  readonly profiles: readonly Profile[];
  /** What a person is asked for; forms on every platform are drawn from it. */
  readonly fields: readonly CredentialField[];
  /** What a finding's group is here: findings are told by object where the group is a kind of object. */
  readonly groupsAre?: 'objects';
  /**
   * The layers that can deny and the ways of asking, as they are called in a sentence: `identity-based policy`, `a dry
   * run`. Where the two names of an identity look alike, what each is: `object id`, `application id`.
   */
  readonly words?: {
    readonly identity?: { readonly id: string; readonly name: string };
    readonly layers?: Readonly<Record<string, string>>;
    readonly methods?: Partial<Readonly<Record<Finding['method'], string>>>;
    /** What the provider's codes say, the first that fits. */
    readonly codes?: readonly (readonly [code: RegExp, words: string])[];
  };
  /** What no verification looks at and can still stop a build, in words that follow "Not looked at: ". */
  readonly notLookedAt?: string;
  /** Codes of evidence which say that a call that was only meant to ask was carried out. */
  readonly incidentCodes?: readonly string[];
  /** Secrets in a sealed credential that are no fields of the form, by their names; they reach no log. */
  readonly sealedSecrets?: readonly string[];
  /** What the button says that confirms what a failed check offers. */
  readonly confirmLabel?: string;
  /** Wrong passwords lock accounts here, so a check that was cut off is not begun again by itself. */
  readonly signsInOnce?: boolean;
  /** Minutes that rights granted just now may take to show. */
  readonly settlingMinutes?: number;
  /**
   * The account that a target is in: what is not to be asked too much at once. It is the same before a verification and
   * after it; undefined where only the sign-in tells.
   */
  accountOf(target: Readonly<Record<string, string>>): string | undefined;
  /** Spreads what a tool printed, pasted as a whole into one field, over the fields it belongs to. */
  spread?(values: FieldValues): FieldValues;
  /** Where verifications call, as `host:port` or as addresses, as far as that is known without a connection; to look whether it is reached. */
  reached?(variables: Readonly<Record<string, string | undefined>>): readonly string[];
  /** Where tools keep a credential on a person's machine, for the command line. */
  readonly onMachine?: OnMachine;
  /** What a tool's own file, parsed, would be entered as; undefined where it is none. */
  readWhole?(file: FieldValues): FieldValues | undefined;
  /** What has to be prepared at the provider for what has been entered so far, if anything; a trust in the bot, where it has an issuer. */
  guide?(values: FieldValues, trust?: PossibleTrust): Guidance[];
  /**
   * Accepts or refuses what was entered, by its form alone; never calls the provider. What can be chosen after the
   * sign-in may be absent where `toBeChosen` says so.
   */
  parse(
    values: FieldValues,
    profileOptions?: readonly string[],
    mode?: { toBeChosen: boolean },
  ): ParsedCredential;
  /**
   * What is wrong with an accepted credential that its form alone does not tell, such as where a host name leads. Looks
   * names up, never calls the provider.
   */
  refuse?(credential: Readonly<Record<string, string>>): Promise<FieldProblems>;
  /** The fields as they were entered, of a sealed credential that holds something else in their place. */
  enteredOf?(credential: Readonly<Record<string, string>>): FieldValues;
  /** The texts in a sealed credential that must appear nowhere; the values of its secret fields unless said otherwise. */
  secretsIn?(credential: Readonly<Record<string, string>>): string[];
  /**
   * Signs in once and emits one answer for each requirement, as they come. Resolves when all are told.
   * Throws `provider.sign-in-failed`, `provider.clock-skewed`, `provider.region-not-enabled` or
   * `provider.unreachable` when nothing can be told at all. Nothing at the provider is created or changed.
   */
  check(request: CheckRequest): Promise<void>;
  /** What lies behind what is missing, where one thing lies behind several: a role that is not there, a rule that forbids. */
  causesOf?(request: Pick<RemediationRequest, 'missing' | 'counting'>): Cause[];
  /** What a profile's documentation gives to copy for its minimum, with words in place of the reader's own names. */
  documented(profile: Profile): Remediation[];
  /** What is wrong with what somebody else's profile asks for, and how well it can be told; nothing where all is well. */
  provable(requirement: Requirement): Provability;
  /** What a log says of this provider, in no order; reads the text alone. */
  explain?(log: LogText): Told[];
  /**
   * Asks the provider what a message says that it encoded, as whoever a credential is of; one call that changes nothing.
   * Throws `provider.not-decoded` with the reason where it does not say, and what `check` throws where the sign-in fails.
   */
  decode?(request: SigningIn & { readonly text: string }): Promise<Decoded>;
  /** The smallest changes that fix what is missing, filled in with the caller's own names. */
  remediate(request: RemediationRequest): Remediation[];
};

/** The names of everything secret that a person enters or that is sealed. */
export const secretNamesOf = ({ fields, sealedSecrets = [] }: Provider): string[] => [
  ...fields.filter(({ kind }) => kind === 'secret' || kind === 'file').map(({ id }) => id),
  ...sealedSecrets,
];
