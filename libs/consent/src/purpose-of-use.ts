/**
 * Whether consent to `granted` covers `requested`: the same code, or one below it in HL7's PurposeOfUse tree (v3-ActReason).
 * Codes outside the tree, TEFCA's among them, cover only themselves.
 */
export function coversPurpose(granted: string, requested: string): boolean {
  let purpose: string | undefined = requested;
  while (purpose !== undefined) {
    if (purpose === granted) return true;
    purpose = parents.get(purpose);
  }
  return false;
}

// prettier-ignore
const children: Readonly<Record<string, readonly string[]>> = {
  HOPERAT: [
    'DONAT', 'FRAUD', 'GOV', 'HACCRED', 'HCOMPL', 'HDECD', 'HDIRECT', 'HDM', 'HLEGAL', 'HOUTCOMS', 'HPRGRP', 'HQUALIMP',
    'HSYSADMIN', 'LABELING', 'METAMGT', 'MEMADMIN', 'MILCDM', 'PATADMIN', 'PATSFTY', 'PERFMSR', 'RECORDMGT', 'SYSDEV',
    'HTEST', 'TRAIN',
  ],
  HPAYMT: ['CLMATTCH', 'COVAUTH', 'COVERAGE', 'ELIGDTRM', 'ELIGVER', 'ENROLLM', 'MILDCRG', 'REMITADV'],
  HRESCH: ['BIORCH', 'CLINTRCH', 'DSRCH', 'POARCH', 'TRANSRCH'],
  PATRQT: ['FAMRQT', 'PWATRNY', 'SUPNWK'],
  PUBHLTH: ['DISASTER', 'THREAT'],
  TREAT: ['CAREMGT', 'CLINTRL', 'COC', 'ETREAT', 'POPHLTH'],
  ETREAT: ['BTG', 'ERTREAT'],
};

const parents: ReadonlyMap<string, string> = new Map(
  Object.entries(children).flatMap(([parent, codes]) =>
    codes.map((code) => [code, parent] as const),
  ),
);
