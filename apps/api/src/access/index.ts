/** A person asks for access; a reviewer answers; a grant lives and dies on time. Console and queue call in; the log hears every transition. */
export { AccessPresenter } from './access-presenter.js';
export { AccessStore, EffectPreviewer, GrantTokens, Reminders } from './access.ports.js';
export { AccessResolver } from './access.resolver.js';
export { AccessService } from './access.service.js';
export { ExpiryService } from './expiry.service.js';
export { LiveResolver } from './live.resolver.js';
export { RequestPresenter } from './request-presenter.js';
