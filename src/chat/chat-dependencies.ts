import type { Access } from '../access/access.ts';
import type { AuditLog, AuditTrail } from '../access/audit.ts';
import type { FormTokens } from '../access/form-token.ts';
import type { ReplayGuard } from '../access/replay-guard.ts';
import type { AcceptanceStore } from '../connections/acceptance-store.ts';
import type { Cipher } from '../connections/cipher.ts';
import type { VerificationHistory } from '../connections/history.ts';
import type { Replacements } from '../connections/replacements.ts';
import type { ConnectionStore } from '../connections/store.ts';
import type { UnreadableRecords } from '../connections/unreadable.ts';
import type { OfferedNames } from '../held/announcements.ts';
import type { Logger } from '../logger.ts';
import type { Providers } from '../providers/provider.ts';
import type { ReportRecords } from '../reports/report-records.ts';
import type { ScheduleStore } from '../reports/schedule-store.ts';
import type { WorkspaceLife } from '../workspaces/life.ts';
import type { ReadBotStatus } from './bot-status.ts';
import type { VerificationRequests } from './connections/verification-requests.ts';
import type { ChatAdapter, Groups } from './delivery/chat-adapter.ts';
import type { DeliverFile } from './delivery/deliver-file.ts';
import type { HomeVisitors } from './delivery/home-visitors.ts';
import type { SayInThread } from './delivery/say-in-thread.ts';
import type { TellPrivately } from './delivery/tell-privately.ts';
import type { Threads } from './delivery/threads.ts';
import type { Twins } from './delivery/twins.ts';
import type { Decoder } from './explain/decoder.ts';
import type { ExplainText } from './explain/explain-log.ts';
import type { UnderWay } from './explain/under-way.ts';
import type { ReportRequests } from './reports/report-requests.ts';
import type { SecretIntakeDependencies } from './secret-intake.ts';

/** What chat stands on. */
export type ChatDependencies = {
  readonly providers: Providers;
  readonly store: ConnectionStore;
  /** The same stores over a connection that waits until Redis is back. */
  readonly patientStore: Pick<ConnectionStore, 'takeBack'>;
  readonly patientSchedules: Pick<ScheduleStore, 'takeBack'>;
  readonly history: VerificationHistory;
  readonly acceptances: AcceptanceStore;
  readonly threads: Pick<Threads, 'all'>;
  readonly twins: Twins;
  readonly homeVisitors: Pick<HomeVisitors, 'remember' | 'forget'>;
  /** The address of a message, as the platform's clients open it. */
  readonly linkTo: ChatAdapter['linkTo'];
  readonly unreadables: Pick<UnreadableRecords, 'count'>;
  readonly replacements: Replacements;
  readonly cipher: Cipher;
  /** The address that a provider is to trust, for connections without a secret; absent where the bot has none. */
  readonly issuer?: string | undefined;
  /** What workers hold for a workspace, by name. */
  readonly heldNames: OfferedNames;
  readonly formTokens: FormTokens;
  readonly replayGuard: ReplayGuard;
  readonly requests: VerificationRequests;
  readonly readStatus: ReadBotStatus;
  readonly reports: ReportRequests;
  readonly schedules: ScheduleStore;
  readonly records: ReportRecords;
  readonly access: Access;
  /** Groups of people that the platform knows. */
  readonly groups?: Groups | undefined;
  readonly audit: AuditTrail;
  readonly auditLog: AuditLog;
  /** Days for which the audit trail is kept; 0 for no end. */
  readonly auditDays: number;
  /** Ends workspaces whose admins ask for it. */
  readonly life: Pick<WorkspaceLife, 'deleteNow'>;
  readonly tellPrivately: TellPrivately;
  readonly sayInThread: SayInThread;
  /** Changes a message of the platform. */
  readonly update: ChatAdapter['update'];
  readonly explainText: ExplainText;
  readonly decode: Decoder;
  readonly underWay: UnderWay;
  readonly deliverFile: DeliverFile;
  readonly forgetPerson?: ChatAdapter['forgetPerson'];
  /** Where secrets are entered; in the forms themselves where nothing is said of it. */
  readonly intake: Pick<SecretIntakeDependencies, 'mode' | 'links' | 'pageOf'>;
  readonly logger: Logger;
  /** The time zone of whoever's own is not known. */
  readonly timeZone: string;
  /** Days after which a key is too old; 0 for never. */
  readonly maxKeyAgeDays: number;
  /** The word that people put before a command, such as `/xoap`. */
  readonly commandWord: string;
  readonly now: () => Date;
};
