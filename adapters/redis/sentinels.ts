import { type SentinelConnectionOptions, SentinelConnector } from 'ioredis';

/**
 * Finds the master by its sentinels, for as long as it takes. The one of ioredis goes on to listen for a new master
 * while it looks for it; what it hears then ends its search, and a client whose search ends never connects again:
 * `SentinelConnector.connect` throws “Connection is closed”, upon which `Redis.connect` sets the status `end`.
 */
export class PatientSentinels extends SentinelConnector {
  constructor(options: unknown) {
    super(options as SentinelConnectionOptions);
  }

  override connect(
    tell: Parameters<SentinelConnector['connect']>[0],
  ): ReturnType<SentinelConnector['connect']> {
    // Ends what was left of the connection before: what listened for its master among it.
    this.disconnect();
    return super.connect(tell);
  }
}
