import { type DynamicModule, Module, type ValueProvider } from '@nestjs/common';
import { AccessModule } from './access/index.js';
import { ConsoleModule } from './console/index.js';
import { DecideModule } from './decide/index.js';
import { EvidenceModule } from './evidence/index.js';
import { RegistersModule } from './registers/index.js';

@Module({})
class AdaptersModule {}

/** The three doors and the registers behind them; `adapters` are the ports, bound in app.adapters.ts. */
@Module({})
export class AppModule {
  static on(adapters: readonly ValueProvider[]): DynamicModule {
    const tokens = adapters.map(({ provide }) => provide);
    return {
      module: AppModule,
      imports: [
        { module: AdaptersModule, global: true, providers: [...adapters], exports: tokens },
        DecideModule,
        AccessModule,
        EvidenceModule,
        RegistersModule,
        ConsoleModule,
      ],
    };
  }
}
