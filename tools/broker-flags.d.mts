export const brokerFlags: readonly string[];
