export const databaseSettings: readonly string[];
