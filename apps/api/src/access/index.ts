/** A person asks for access; a reviewer answers; a grant lives and dies on time. Console and queue call in; the log hears every transition. */
export { AccessModule } from './access.module.js';
export { AccessStore, Reminders } from './access.ports.js';
export { ExpiryService } from './expiry.service.js';
