/** What the Kubernetes API server asks, as questions that Cedar policies can answer. Pure; the broker's door and `sallyport test` share it. */
export { accessQuestion } from './access-review.js';
export { admissionQuestion, type EntityLookup } from './admission-question.js';
export { type AdmissionRequest, readAdmissionRequest } from './admission-request.js';
export { goldenAdmission } from './golden-admission.js';
export { ReviewFault } from './review-fault.js';
