import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** Nest's own messages, in the same lines as everything else; its chatter about wiring is debug. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: unknown): void {
    this.logger.debug({ event: 'nest', context }, String(message));
  }

  warn(message: unknown, context?: unknown): void {
    this.logger.warn({ event: 'nest', context }, String(message));
  }

  error(message: unknown, ...details: unknown[]): void {
    this.logger.error({ event: 'nest', details }, String(message));
  }
}
