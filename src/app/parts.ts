import type { Providers } from '../providers/provider.ts';
import type { OpenedPlatform, PlatformDependencies } from './platform-parts.ts';

/** Something that was started and is ended again. */
export type Closable = { close(): Promise<void> };

/** What a process is put together of, once it is signed in and connected. */
export type AppDependencies = PlatformDependencies & {
  readonly providers: Providers;
  readonly platforms: readonly OpenedPlatform[];
};

/** Several parts as one that is closed in their order: what takes in new work ends first. */
export function inTurn(parts: readonly Closable[]): Closable {
  return {
    async close() {
      for (const part of parts) await part.close();
    },
  };
}
